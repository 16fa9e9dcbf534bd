"""The scripts of the release workflow, as far as they run without a release: what is built, and what npm is given."""

import json
import os
import re
import subprocess

import installing
from report import same, show


def run(root, scratch):
    """All of it; `root` is the checkout, `scratch` a folder that is not there yet."""
    version = re.search(r'^version = "(.*)"$', (root / "Cargo.toml").read_text(encoding="utf-8"), re.M)[1]
    plan(root, version)
    npm(root, scratch, version)


def bash(script, *arguments, **environment):
    return subprocess.run(["bash", script, *arguments], env={**os.environ, **environment}, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def plan(root, version):
    """The targets, and a tag that is not the version."""
    script = root / ".github/release/plan.sh"
    done = bash(script, GITHUB_REF_NAME=f"v{version}")
    name, _, value = done.stdout.strip().partition("=")
    targets = json.loads(value)
    expected = json.loads((root / "packaging/targets.json").read_text(encoding="utf-8"))
    same((name, [one["target"] for one in targets]), ("targets", [one["target"] for one in expected]),
         "a release is built for all targets")
    installable = {name.split(".")[0] for name in installing.MACHINES.values()}
    show(installable <= {one["target"] for one in targets}, "and for all that the action installs", targets)
    same({key for one in targets for key in one}, {"target", "runner", "wheel", "vscode"}, "each with what its job needs")
    same(len({one["vscode"] for one in targets}), len(targets), "and a platform of VS Code of its own")
    done = bash(script, GITHUB_REF_NAME=f"v{version}9")
    show(done.returncode != 0 and not done.stdout, "a tag that is not the version is no release", done.stdout)


def npm(root, scratch, version):
    """Packages are published once, those of the platforms first."""
    packages, tools = scratch / "a b", scratch / "bin"
    packages.mkdir(parents=True)
    binary = scratch / "armlint"
    binary.write_bytes(b"x")
    pack = ["node", str(root / "npm/pack.mjs"), "--out", str(scratch / "npm")]
    targets = ["x86_64-unknown-linux-musl", "x86_64-pc-windows-msvc"]
    for options in [["--target", target, "--binary", str(binary)] for target in targets] + [["--main"]]:
        subprocess.run([*pack, *options], check=True, stdout=subprocess.DEVNULL)
    for folder in sorted((scratch / "npm").iterdir()):
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", str(packages), str(folder)], check=True,
                       stdout=subprocess.DEVNULL)
    # Knows of one package that it is there already.
    installing.script(tools, "npx", f'''
case " $* " in
    *" view @armlint/win32-x64@"*) exit 0 ;;
    *" view "*) exit 1 ;;
    *) printf '%s\\n' "$*" >> "{scratch}/published" ;;
esac''')
    done = bash(root / ".github/release/npm.sh", str(packages), PATH=installing.path_with(tools))
    lines = (scratch / "published").read_text(encoding="utf-8").splitlines()
    names = [line.rsplit("/", 1)[1] for line in lines]
    same(names, [f"armlint-linux-x64-musl-{version}.tgz", f"armlint-{version}.tgz"], "npm is given the main package last")
    show(f"@armlint/win32-x64 {version} is there" in done.stdout, "and nothing that it has", done.stdout + done.stderr)
    show(all(" publish --provenance --access public /" in line for line in lines), "with its provenance", lines)
