#!/usr/bin/env bash
# Builds what a release has for one platform: TARGET (a Rust triple), WHEEL (the platform tag of a wheel for Linux, else
# empty), VSCODE (the platform as VS Code calls it). Writes out/wheels/, out/npm/ and out/release/.
#
# The program is compiled once, for the wheel, and everything else is packed around it. Those for Linux are linked
# by Zig, against a C library as old as the tag says.
set -euo pipefail
cd "$(dirname "$0")/../.."

program=armlint
python=build/venv/bin/python
case $TARGET in
    *-windows-*) program=armlint.exe python=build/venv/Scripts/python.exe ;;
esac
options=()
[ -z "$WHEEL" ] || options=(--zig --compatibility "$WHEEL")

rustup target add "$TARGET"
"$(command -v python3 || command -v python)" -m venv build/venv
"$python" -m pip install --quiet --disable-pip-version-check --requirement .github/release/requirements.txt
# Old shells take an empty list for an unset variable.
# Looks for Zig through the Python that comes first.
PATH=$PWD/$(dirname "$python"):$PATH
python -m maturin build --release --locked --target "$TARGET" --out out/wheels ${options[@]+"${options[@]}"}

unzip -q -o -j out/wheels/*.whl "*/scripts/$program" -d build
binary=build/$program
chmod +x "$binary"
"$binary" --version

packaging/archive.sh "$TARGET" "$binary" out/release
folder=$(node npm/pack.mjs --target "$TARGET" --binary "$binary" --out build/npm)
mkdir -p out/npm
npm pack --silent --pack-destination out/npm "./${folder#"$PWD/"}"

(
    cd editors/vscode
    npm ci --silent
    npm run --silent package -- --target "$VSCODE" --binary "../../$binary" --out "../../out/release/armlint-$VSCODE.vsix"
)
