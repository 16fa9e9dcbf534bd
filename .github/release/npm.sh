#!/usr/bin/env bash
# Publishes the packages in the folder $1: those of the platforms first, since the main one depends on them. What is
# published already is passed over, so that a job that broke off can be run again. Further arguments are passed to
# `npm publish`, such as `--dry-run`.
set -euo pipefail

# The first release that takes the token of a workflow is 11.5.1.
readonly NPM=11.6.2

folder=$1
shift

publish() {
    local package=$1
    shift
    local name version
    name=$(tar -xOzf "$package" package/package.json | jq --raw-output .name)
    version=$(tar -xOzf "$package" package/package.json | jq --raw-output .version)
    if npx --yes "npm@$NPM" view "$name@$version" version >/dev/null 2>&1; then
        echo "$name $version is there"
    else
        npx --yes "npm@$NPM" publish --provenance --access public "$@" "$package"
    fi
}

for package in "$folder"/armlint-[a-z]*.tgz "$folder"/armlint-[0-9]*.tgz; do
    # Not taken for the name of a repository on GitHub, which `folder/file` is.
    publish "$(realpath "$package")" "$@"
done
