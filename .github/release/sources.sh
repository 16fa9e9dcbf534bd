#!/usr/bin/env bash
# Builds what a release has once for all platforms: the source distribution in out/wheels/, the main package for npm in
# out/npm/, and in out/release/ the extension for VS Code without a program.
set -euo pipefail
cd "$(dirname "$0")/../.."

python3 -m venv build/venv
build/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement .github/release/requirements.txt
build/venv/bin/python -m maturin sdist --out out/wheels
node npm/pack.mjs --main --out build/npm
mkdir -p out/npm out/release
npm pack --silent --pack-destination out/npm ./build/npm/armlint
(
    cd editors/vscode
    npm ci --silent
    npm run --silent package -- --out ../../out/release/armlint.vsix
)
