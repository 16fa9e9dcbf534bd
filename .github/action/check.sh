#!/usr/bin/env bash
# The second step of the action: runs `armlint check`, as the outputs `status`, the numbers of findings and `sarif`.
#
# Reads the inputs as INPUT_..., see action.yml, and ARMLINT, the path of the executable. Inputs become arguments as they
# are: no shell reads them. The step fails where armlint could not run; findings fail the last step.
# Bash as old as that of macOS (3.2) must do.
set -euo pipefail

folder=$(mktemp -d "$RUNNER_TEMP/armlint-check.XXXXXX")
# On Windows, native programs take no paths of MSYS, and arguments are not to be taken for such.
if command -v cygpath >/dev/null; then
    folder=$(cygpath -m "$folder")
    export MSYS2_ARG_CONV_EXCL='*' MSYS_NO_PATHCONV=1
fi
sarif=$folder/armlint.sarif
arguments=(check --format github --output "sarif=$sarif" --output "jsonl=$folder/findings.jsonl")
if [ "$INPUT_SUMMARY" = true ]; then
    arguments+=(--output "markdown=$folder/summary.md")
fi
# Written as one word, a value may begin with a hyphen.
[ -z "$INPUT_CONFIG" ] || arguments+=("--config=$INPUT_CONFIG")
[ -z "$INPUT_BASELINE" ] || arguments+=("--baseline=$INPUT_BASELINE")
[ -z "$INPUT_SINCE" ] || arguments+=("--since=$INPUT_SINCE")
case $INPUT_FAIL_ON in
    "") ;;
    never) arguments+=(--exit-zero) ;;
    *) arguments+=("--fail-on=$INPUT_FAIL_ON") ;;
esac

# Appends the lines of $2, each behind $1 where that is not empty.
lines() {
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        [ -z "$line" ] || arguments+=("$1$line")
    done <<< "$2"
}
lines --output= "$INPUT_REPORTS"
lines "" "$INPUT_ARGUMENTS"
arguments+=(--)
lines "" "$INPUT_PATHS"

status=0
"$ARMLINT" "${arguments[@]}" || status=$?

# Findings of this severity, or of all; those that are suppressed are in the report as well. A quotation mark inside of
# a text is escaped there, so that no text looks like a member.
count() {
    { grep '^{"record":"finding"' "$folder/findings.jsonl" 2>/dev/null || true; } |
        { grep -F '"suppressed":null' || true; } | { grep -c -F "\"severity\":\"$1" || true; }
}
{
    echo "status=$status"
    echo "findings=$(count "")"
    for severity in critical high medium low; do
        echo "$severity=$(count "$severity\"")"
    done
    [ ! -f "$sarif" ] || echo "sarif=$sarif"
} >> "$GITHUB_OUTPUT"

# A step takes 1 MiB (https://docs.github.com/actions/reference/workflow-commands-for-github-actions, 2025-10).
if [ -f "$folder/summary.md" ]; then
    if [ "$(wc -c < "$folder/summary.md")" -le 1000000 ]; then
        cat "$folder/summary.md" >> "$GITHUB_STEP_SUMMARY"
    else
        echo "armlint: the summary is too large to be shown; the log and the SARIF report hold the findings." >> "$GITHUB_STEP_SUMMARY"
    fi
fi
