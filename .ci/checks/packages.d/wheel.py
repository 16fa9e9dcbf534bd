"""The wheel: installed with pip and run with uvx where there is no Rust; the source distribution is complete.

That it compiles by itself is shown by .ci/rehearsal.
"""

import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import installed
from place import mebibytes


def check(place, results):
    folder = place.folder("wheels")
    maturin = place.tools / "maturin"
    # With the profile of the binary, so that what cargo has compiled for it is taken.
    commands = [
        [maturin, "build", "--profile", "dev", "--locked", "--out", folder],
        [maturin, "sdist", "--out", folder],
    ]
    for command in commands:
        built = subprocess.run(command, cwd=place.root, capture_output=True, text=True)
        fault = built.stderr[-600:] if built.returncode else ""
        if not results.show(f"maturin {command[1]}", built.returncode == 0, fault):
            return
        if command[1] == "build" and place.program.is_relative_to(place.target_folder()):
            compiled = re.findall("Compiling (.*)", built.stderr)
            results.same("maturin takes what cargo has compiled", compiled, [])
    wheel, sdist = next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))
    version = place.version()
    named = re.fullmatch(
        rf"armlint-{re.escape(version)}-py3-none-(?:manylinux|musllinux)_\d+_\d+_\w+\.whl", wheel.name
    )
    results.show("the wheel is for any Python 3, and for a range of Linux systems", named, wheel.name)
    metadata(wheel, version, results)
    source(place, sdist, results)

    venv = place.folder("venv")
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [venv / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index"]
    env = place.without_rust(venv / "bin")
    subprocess.run([*pip, wheel], check=True, env=env)
    installed.check(place, results, "pip", ["armlint"], env)
    installed.check(place, results, "python -m", [venv / "bin/python", "-m", "armlint"], env)
    target = place.folder("pip-target")
    subprocess.run([*pip, "--target", target, wheel], check=True, env=env)
    moved = {**env, "PYTHONPATH": str(target), "PATH": "/usr/bin:/bin"}
    subprocess.run(
        [venv / "bin/python", "-m", "pip", "uninstall", "-q", "-y", "armlint"], check=True, env=env
    )
    found = installed.run([venv / "bin/python", "-m", "armlint", "--version"], moved, place.work)
    results.same("pip install --target: python -m armlint runs", (found.returncode, found.stderr), (0, ""))

    (target / "bin/armlint").unlink()
    found = installed.run([venv / "bin/python", "-m", "armlint", "--version"], moved, place.work)
    results.show(
        "python -m armlint says that the program is missing",
        "install it again" in found.stderr,
        found.returncode,
    )
    uvx = [
        place.tools / "uvx",
        "--offline",
        "--no-config",
        "--python",
        sys.executable,
        "--from",
        wheel,
        "armlint",
    ]
    found = installed.run([*uvx, "--version"], env, place.work)
    results.show(
        "uvx --from runs it offline",
        found.returncode == 0 and version in found.stdout,
        found.stdout.strip() or found.stderr,
    )
    results.same(
        "uvx passes the exit code on",
        installed.run([*uvx, "check", place.example], env, place.work).returncode,
        1,
    )


def metadata(wheel, version, results):
    with zipfile.ZipFile(wheel) as zipped:
        names = zipped.namelist()
        text = zipped.read(f"armlint-{version}.dist-info/METADATA").decode()
    fields = Parser().parsestr(text)
    results.same("wheel: version", fields["Version"], version)
    results.same("wheel: licence", fields["License-Expression"], "MIT OR Apache-2.0")
    results.same("wheel: Python", fields["Requires-Python"], ">=3.8")
    results.show("wheel: the README is in it", "# armlint" in fields.get_payload())
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        results.show(f"wheel: {name} is in it", any(entry.endswith(f"licenses/{name}") for entry in names))
    results.show(
        "wheel: nothing but the program and its package",
        all(name.startswith((f"armlint-{version}.d", "armlint/__")) for name in names),
        ", ".join(names),
    )


def source(place, sdist, results):
    """The source distribution holds everything that the binary is made of."""
    results.show(
        "the source distribution has less than 4 MB", sdist.stat().st_size < 4 * 10**6, mebibytes(sdist)
    )
    with tarfile.open(sdist) as tar:
        found = {member.name.split("/", 1)[1] for member in tar.getmembers() if member.isfile()}
    for file in (
        "pyproject.toml",
        "Cargo.lock",
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "python/armlint/__main__.py",
        "rules/build/main.rs",
    ):
        results.show(f"source distribution: {file} is in it", file in found)
    # Cargo has written what it read for the wheel: `binary: path path ..`. A folder stands for its files.
    read = map(Path, (place.target_folder() / "debug/armlint.d").read_text().split(": ", 1)[1].split())
    files = {file for path in read for file in (path.iterdir() if path.is_dir() else [path])}
    made = place.target_folder()
    sources = {str(file.relative_to(place.root)) for file in files if not file.is_relative_to(made)}
    results.show("cargo has read hundreds of files", len(sources) > 200, len(sources))
    results.same("the source distribution holds all of them", sorted(sources - found), [])
