#!/usr/bin/env bash
# Makes the archive of a release for one target:
#
#   packaging/archive.sh TARGET BINARY OUT [RUNNABLE]
#
# writes OUT/armlint-TARGET.tar.gz, or .zip for Windows, and prints its name. Nothing in it is below a folder but
# the completions: armlint (armlint.exe), armlint.1, completions/, LICENSE-APACHE, LICENSE-MIT, README.md.
# Completions and the man page are asked of BINARY; where that does not run on this machine, RUNNABLE is an armlint
# of the same version that does. Times are those of SOURCE_DATE_EPOCH, or else of the last commit, so that
# the same binary gives the same archive.
set -euo pipefail

if [ $# -lt 3 ]; then
    echo "usage: archive.sh TARGET BINARY OUT [RUNNABLE]" >&2
    exit 2
fi
target=$1 binary=$2 out=$3 runnable=${4:-$2}
root=$(cd "$(dirname "$0")/.." && pwd)
case $target in
    *-windows-*) program=armlint.exe archive=armlint-$target.zip ;;
    *) program=armlint archive=armlint-$target.tar.gz ;;
esac
mkdir -p "$out"
out=$(cd "$out" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

install -m 755 "$binary" "$folder/$program"
install -m 644 "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$root/README.md" "$folder"
mkdir "$folder/completions"
"$runnable" completions bash > "$folder/completions/armlint.bash"
"$runnable" completions elvish > "$folder/completions/armlint.elv"
"$runnable" completions fish > "$folder/completions/armlint.fish"
"$runnable" completions powershell > "$folder/completions/_armlint.ps1"
"$runnable" completions zsh > "$folder/completions/_armlint"
"$runnable" man > "$folder/armlint.1"

epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
# `date` takes seconds in one way on Linux and Windows, and in another on macOS.
stamp=$(date -u -d "@$epoch" +%Y%m%d%H%M.%S 2>/dev/null || date -u -r "$epoch" +%Y%m%d%H%M.%S)
find "$folder" -exec env TZ=UTC touch -t "$stamp" {} +

cd "$folder"
files=("$program" armlint.1 completions/_armlint completions/_armlint.ps1 completions/armlint.bash
    completions/armlint.elv completions/armlint.fish LICENSE-APACHE LICENSE-MIT README.md)
rm -f "$out/$archive"
if [ "$program" = armlint.exe ]; then
    if command -v zip >/dev/null; then
        TZ=UTC zip -q -X "$out/$archive" "${files[@]}"
    else
        # What Windows runners have instead takes Windows paths.
        path=$(cygpath -w "$out/$archive")
        TZ=UTC 7z a -tzip -bso0 -bsp0 "$path" "${files[@]}"
    fi
else
    # The same owner for everyone, in the words of GNU and of BSD.
    case $(tar --version) in
        *GNU*) options=(--format=ustar --owner=0 --group=0 --numeric-owner) ;;
        *) options=(--format ustar --uid 0 --gid 0 --uname '' --gname '') ;;
    esac
    COPYFILE_DISABLE=1 tar "${options[@]}" -cf - "${files[@]}" | gzip -9n > "$out/$archive"
fi
echo "$out/$archive"
