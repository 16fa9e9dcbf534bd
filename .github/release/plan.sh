#!/usr/bin/env bash
# Prints the targets of a release as the output of a step, `targets=[...]`, each with what VS Code calls its platform.
# Fails where the tag GITHUB_REF_NAME is not that of the version in Cargo.toml.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^version = "\([^"]*\)".*/\1/p' Cargo.toml | head -n 1)
if [ "$GITHUB_REF_NAME" != "v$version" ]; then
    echo "The tag is $GITHUB_REF_NAME, and the version in Cargo.toml $version" >&2
    exit 1
fi
printf 'targets='
jq --compact-output 'map(. + {
    wheel: (.wheel // ""),
    vscode: ((if .npm.libc == "musl" then "alpine" else .npm.os end) + "-" + .npm.cpu)
} | del(.npm))' packaging/targets.json
