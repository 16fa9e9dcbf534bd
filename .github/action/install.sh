#!/usr/bin/env bash
# The first step of the action: an executable for this runner, as the outputs `executable` (its path) and `version`.
#
# Reads INPUT_VERSION (see action.yml), ACTION_PATH, GH_TOKEN and what the runner sets. A release is downloaded from
# GitHub, or from ARMLINT_MIRROR where that is set: a URL (https or file) below which the same files lie in the same
# folders, `v0.1.0/SHA256SUMS`, `v0.1.0/armlint-x86_64-unknown-linux-musl.tar.gz`, ..., and `latest/...`.
# Bash as old as that of macOS (3.2) must do.
set -euo pipefail

readonly REPOSITORY=armlint/armlint

fail() {
    # What an input says must not give orders to the runner.
    printf '::error title=armlint::%s\n' "$(printf '%s' "$1" | tr '\r\n' '  ' | sed 's/%/%25/g')"
    exit 2
}

# The name of the release archives for this runner.
target() {
    case "$RUNNER_OS-$RUNNER_ARCH" in
        Linux-X64) echo x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
        Windows-ARM64) echo aarch64-pc-windows-msvc ;;
    esac
}

# Downloads $1 to $2. Returns 4 where there is no such file; ends the step where it cannot be had.
download() {
    local code=0 status
    status=$(curl --silent --show-error --location --proto '=https,file' --proto-redir '=https' --retry 3 \
        --max-time 300 --write-out '%{http_code}' --output "$2" --url "$1") || code=$?
    # 37: no such file below a file URL.
    if [ "$status" = 404 ] || [ "$code" -eq 37 ]; then
        return 4
    fi
    if [ "$code" -ne 0 ] || { [ "$status" != 200 ] && [ "$status" != 000 ]; }; then
        fail "Cannot download $1 (curl $code, HTTP $status)"
    fi
}

sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum < "$1" | cut -d ' ' -f 1
    else
        shasum -a 256 < "$1" | cut -d ' ' -f 1
    fi
}

# Whether the archive $1 was built by this project's release workflow. Its checksum has been compared before.
attested() {
    if [ -n "${ARMLINT_MIRROR:-}" ]; then
        echo "Provenance: not verified, since the archive comes from a mirror"
    elif [ -z "${GH_TOKEN:-}" ] || ! gh attestation verify --help >/dev/null 2>&1; then
        echo "Provenance: not verified, since this runner has no GitHub CLI that could"
    elif gh attestation verify "$1" --repo "$REPOSITORY" \
        --signer-workflow "$REPOSITORY/.github/workflows/release.yml" >/dev/null; then
        echo "Provenance: verified"
    else
        fail "$(basename "$1") was not built by the release workflow of $REPOSITORY"
    fi
}

# Installs a release: $1 is its folder below the base. Returns 4 where there is none for this runner.
release() {
    local base name archive expected
    base=${ARMLINT_MIRROR:-https://github.com/$REPOSITORY/releases/download}
    if [ "$1" = latest ] && [ -z "${ARMLINT_MIRROR:-}" ]; then
        base=https://github.com/$REPOSITORY/releases/latest/download
    else
        base=${base%/}/$1
    fi
    name=$(target)
    [ -n "$name" ] || return 4
    case $name in
        *-windows-*) archive=armlint-$name.zip ;;
        *) archive=armlint-$name.tar.gz ;;
    esac
    # In the condition of the caller nothing ends by itself.
    download "$base/SHA256SUMS" "$folder/SHA256SUMS" || return
    download "$base/$archive" "$folder/$archive" || return
    expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$folder/SHA256SUMS")
    if [ -z "$expected" ] || [ "$expected" != "$(sha256 "$folder/$archive")" ]; then
        fail "$archive has another checksum than SHA256SUMS says"
    fi
    attested "$folder/$archive"
    case $archive in
        *.zip) unzip -q -o "$folder/$archive" armlint.exe -d "$folder" || fail "$archive holds no armlint.exe" ;;
        *) tar -xzf "$folder/$archive" -C "$folder" armlint || fail "$archive holds no armlint" ;;
    esac
    rm -f "$folder/$archive"
}

source_build() {
    command -v cargo >/dev/null || fail "There is no release for this version and runner, and no Rust to build it with"
    CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$folder/target}
    export CARGO_TARGET_DIR
    # rust-toolchain.toml holds for the folder that cargo is run in.
    (cd "$ACTION_PATH" && cargo build --release --locked --package armlint) || fail "The build failed"
    executable=$CARGO_TARGET_DIR/release/armlint$suffix
}

suffix=
[ "$RUNNER_OS" != Windows ] || suffix=.exe
folder=$RUNNER_TEMP/armlint
mkdir -p "$folder"
executable=$folder/armlint$suffix
own=$(sed -n 's/^version = "\([^"]*\)".*/\1/p' "$ACTION_PATH/Cargo.toml" | head -n 1)
wanted=${INPUT_VERSION#v}
case $wanted in
    "")
        code=0
        release "v$own" || code=$?
        if [ "$code" -ne 0 ]; then
            echo "No release $own for this runner: armlint is built from source"
            source_build
        fi
        ;;
    source) source_build ;;
    latest) release latest || fail "There is no release for this runner" ;;
    *[!0-9A-Za-z.+-]* | [!0-9]*) fail "version: '$INPUT_VERSION' is none" ;;
    *) release "v$wanted" || fail "There is no release $wanted for this runner" ;;
esac

version=$("$executable" --version | head -n 1)
echo "$version"
{
    echo "executable=$executable"
    echo "version=$version"
} >> "$GITHUB_OUTPUT"
