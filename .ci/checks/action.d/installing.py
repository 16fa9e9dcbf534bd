"""The first step of the action: releases from a mirror and from GitHub, and what is not taken.

Programs of releases are small scripts here that say their version, and so are `curl`, `gh` and `cargo` where the real
ones would need a network or minutes.
"""

import hashlib
import io
import os
import re
import shutil
import tarfile
import zipfile

import runner
from report import same, show

MACHINES = {
    ("Linux", "X64"): "x86_64-unknown-linux-musl.tar.gz",
    ("Linux", "ARM64"): "aarch64-unknown-linux-musl.tar.gz",
    ("macOS", "X64"): "x86_64-apple-darwin.tar.gz",
    ("macOS", "ARM64"): "aarch64-apple-darwin.tar.gz",
    ("Windows", "X64"): "x86_64-pc-windows-msvc.zip",
    ("Windows", "ARM64"): "aarch64-pc-windows-msvc.zip",
}


def program(version):
    """A program that answers every call with its version, and reports nothing."""
    return f"#!/bin/sh\necho 'armlint {version}'\n".encode()


def pack(folder, name, content):
    """Writes the archive of a release, and adds it to SHA256SUMS."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"armlint-{name}"
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            entry = zipfile.ZipInfo("armlint.exe")
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, content)
    else:
        with tarfile.open(path, "w:gz") as archive:
            entry = tarfile.TarInfo("armlint")
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    with open(folder / "SHA256SUMS", "a", encoding="ascii") as sums:
        sums.write(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


def script(folder, name, text):
    """Puts a command into a folder that is looked through first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def path_with(folder):
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def run(root, scratch):
    """All of it; `root` is the checkout, `scratch` a folder that is not there yet."""
    mirror, workspace = scratch / "mirror", scratch / "workspace"
    workspace.mkdir(parents=True)
    own = re.search(r'^version = "(.*)"$', (root / "Cargo.toml").read_text(encoding="utf-8"), re.M)[1]
    for name in MACHINES.values():
        pack(mirror / f"v{own}", name, program(own))
        pack(mirror / "v9.8.7-rc.1", name, program("9.8.7-rc.1"))
        pack(mirror / "latest", name, program("9.9.9"))
    number = iter(range(1000))

    def installed(version="", base=mirror, **environment):
        inputs = {"version": version} if version else {}
        environment.setdefault("ARMLINT_MIRROR", base.as_uri() if base else "")
        return runner.run(root / "action.yml", inputs, workspace, scratch / f"run-{next(number)}", environment)

    for (system, processor), name in MACHINES.items():
        got = installed(RUNNER_OS=system, RUNNER_ARCH=processor)
        same(got.outputs["version"], f"armlint {own}", f"{system} {processor} takes {name}")
    for version, expected in [(own, own), (f"v{own}", own), ("9.8.7-rc.1", "9.8.7-rc.1"), ("latest", "9.9.9")]:
        same(installed(version).outputs["version"], f"armlint {expected}", f"version {version} is that of the release")
    refusals(scratch, mirror, own, installed)
    from_source(scratch, mirror, own, installed)
    from_github(scratch, mirror, own, installed)


def refusals(scratch, mirror, own, installed):
    """What is not installed."""
    got = installed("5.5.5")
    show(not got.ok and "There is no release 5.5.5" in got.log and got.steps == ["Install armlint"],
         "a release that is not there ends the job", got.log)
    for changed in ("archive", "sums"):
        bad = scratch / f"mirror-{changed}"
        shutil.copytree(mirror, bad)
        if changed == "archive":
            pack(bad / f"v{own}", MACHINES["Linux", "X64"], b"#!/bin/sh\necho another\n")
            sums = (mirror / f"v{own}" / "SHA256SUMS").read_text(encoding="ascii")
        else:
            sums = ""
        (bad / f"v{own}" / "SHA256SUMS").write_text(sums, encoding="ascii")
        got = installed(base=bad)
        show(not got.ok and "another checksum" in got.log and "another\n" not in got.log,
             f"an archive that the checksums do not tell of is not run ({changed})", got.log)
    marker = scratch / "executed"
    hostile = [f"$(touch {marker})", f"`touch {marker}`", f'1"; touch {marker}; "', f"1'; touch {marker}; '", "../v9.8.7-rc.1",
               "1\n::warning::x", "1 2", "-h", "*", "%0A::warning::x", "é"]
    for version in hostile:
        got = installed(version)
        names = [name for name, _, _ in runner.commands(got.log)]
        show(not got.ok and names == ["error"] and not marker.exists(), f"version {version!r} is none", got.log)


def from_source(scratch, mirror, own, installed):
    """The checkout is built where there is no release for it."""
    tools = scratch / "cargo"
    script(tools, "cargo", 'echo "cargo $* in $PWD" >&2; mkdir -p "$CARGO_TARGET_DIR/release"\n'
                           'printf "#!/bin/sh\\necho armlint built\\n" > "$CARGO_TARGET_DIR/release/armlint"\n'
                           'chmod +x "$CARGO_TARGET_DIR/release/armlint"')
    built = {"PATH": path_with(tools), "CARGO_TARGET_DIR": str(scratch / "cargo target")}
    got = installed("source", **built)
    show("cargo build --release --locked --package armlint in " in got.log, "version source builds", got.log)
    same(got.outputs["version"], "armlint built", "and runs what was built")
    empty = scratch / "mirror-empty"
    empty.mkdir()
    same(installed(base=empty, **built).outputs["version"], "armlint built", "without a release, the checkout is built")
    other = installed(RUNNER_ARCH="S390X", **built)
    same(other.outputs["version"], "armlint built", "so it is for a processor without one")
    bare = scratch / "bare"
    for name in ("bash", "sed", "head", "mkdir", "curl", "tr", "basename"):
        bare.mkdir(exist_ok=True)
        (bare / name).symlink_to(shutil.which(name))
    got = installed(base=empty, PATH=str(bare))
    show(not got.ok and "no Rust to build it with" in got.log, "without Rust, that is said", got.log)


def from_github(scratch, mirror, own, installed):
    """The addresses, and the provenance. `curl` copies from the mirror what it is asked of GitHub."""
    tools = scratch / "github"
    base = "https://github.com/armlint/armlint/releases"
    script(tools, "curl", f'''
while [ $# -gt 0 ]; do
    case $1 in
        --output) file=$2; shift ;;
        --url) url=$2; shift ;;
    esac
    shift
done
echo "$url" >> "{scratch}/asked"
case $url in
    {base}/latest/download/*) from="{mirror}/latest/${{url##*/}}" ;;
    {base}/download/*) from="{mirror}/${{url#{base}/download/}}" ;;
    *) exit 6 ;;
esac
if [ -f "$from" ]; then cp "$from" "$file"; printf 200; else printf 404; exit 0; fi''')
    script(tools, "gh", f'echo "$GH_TOKEN gh $*" >> "{scratch}/verified"\n'
                        f'case "$*" in *--help*) exit 0 ;; *) exit "${{GH_STATUS:-0}}" ;; esac')
    hosted = {"PATH": path_with(tools), "base": None}
    got = installed(**hosted)
    asked = (scratch / "asked").read_text(encoding="utf-8").split()
    archive = f"armlint-{MACHINES['Linux', 'X64']}"
    same(asked, [f"{base}/download/v{own}/SHA256SUMS", f"{base}/download/v{own}/{archive}"], "GitHub is asked for the release")
    verified = (scratch / "verified").read_text(encoding="utf-8")
    signer = "--repo armlint/armlint --signer-workflow armlint/armlint/.github/workflows/release.yml"
    show(f"token-of-the-job gh attestation verify {scratch}" in verified and signer in verified and got.ok
         and "Provenance: verified" in got.log, "the provenance is verified", verified + got.log)
    same(installed("latest", **hosted).outputs["version"], "armlint 9.9.9", "latest is asked of GitHub")
    got = installed(GH_STATUS="1", **hosted)
    show(not got.ok and "was not built by the release workflow" in got.log, "what has another provenance is not run", got.log)
    got = installed("5.5.5", **hosted)
    show(not got.ok and "There is no release 5.5.5" in got.log, "404 is no release", got.log)
    script(tools, "curl", "printf 503; exit 0")
    got = installed(**hosted)
    show(not got.ok and "Cannot download" in got.log, "another answer ends the job, and nothing is built instead", got.log)
