"""The archives of a release: what is in them, that they run, and that they are the same each time."""

import subprocess
import tarfile
import zipfile

import installed
from place import mebibytes

BESIDE = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "armlint.1",
    "completions/_armlint",
    "completions/_armlint.ps1",
    "completions/armlint.bash",
    "completions/armlint.elv",
    "completions/armlint.fish",
]


def make(place, target, folder, *runnable):
    """The archive of a target in a folder."""
    command = [place.root / "packaging/archive.sh", target, place.program, folder, *runnable]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return folder / made.rsplit("/", 1)[1]


def check(place, results):
    folder = place.folder("archives")
    target = place.target()["target"]
    archive = make(place, target, folder)
    results.same("the name of the archive", archive.name, f"armlint-{target}.tar.gz")
    results.show("the archive is written", archive.is_file(), mebibytes(archive))
    results.same(
        "the same binary gives the same archive",
        make(place, target, place.folder("again")).read_bytes(),
        archive.read_bytes(),
    )
    unpacked = place.folder("unpacked")
    with tarfile.open(archive) as tar:
        results.same("what is in the archive", sorted(tar.getnames()), sorted([*BESIDE, "armlint"]))
        tar.extractall(unpacked)
    page = subprocess.run([place.program, "man"], capture_output=True).stdout
    results.same("the archive has the manual page", (unpacked / "armlint.1").read_bytes(), page)
    installed.check(place, results, "archive", [unpacked / "armlint"], place.without_rust())

    # For a target that does not run here, the texts are asked of a program that does.
    archive = make(place, "x86_64-pc-windows-msvc", folder, place.program)
    results.same("the name of the archive for Windows", archive.name, "armlint-x86_64-pc-windows-msvc.zip")
    with zipfile.ZipFile(archive) as zipped:
        results.same("what is in it", sorted(zipped.namelist()), sorted([*BESIDE, "armlint.exe"]))
