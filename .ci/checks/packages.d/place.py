"""The folders of the check, and an environment in which there is no Rust."""

import json
import os
import platform
import shutil
import subprocess
from pathlib import Path


class Place:
    def __init__(self, root, work, tools, program):
        self.root, self.work, self.tools = root, work, tools
        self.program = Path(program)
        self.example = root / "testdata/example"

    def folder(self, name):
        """An empty folder below the folder of the check."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def targets(self):
        """The rows of packaging/targets.json."""
        return json.loads((self.root / "packaging/targets.json").read_text())

    def target(self):
        """The row of this machine: Linux on glibc."""
        cpu = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
        npm = {"os": "linux", "cpu": cpu, "libc": "glibc"}
        return next(row for row in self.targets() if row["npm"] == npm)

    def version(self):
        """The version in Cargo.toml, as cargo reads it."""
        packages = self.metadata()["packages"]
        return next(package["version"] for package in packages if package["name"] == "armlint")

    def target_folder(self):
        """Where cargo compiles."""
        return Path(self.metadata()["target_directory"])

    def metadata(self):
        """What cargo says of the workspace."""
        command = ["cargo", "metadata", "--no-deps", "--locked", "--format-version", "1"]
        return json.loads(subprocess.run(command, cwd=self.root, check=True, capture_output=True).stdout)

    def without_rust(self, *folders):
        """Variables of a machine without Rust: on PATH are these folders, those of the system and of Node."""
        node = self.folder("node")
        for name in ("node", "npm", "npx"):
            (node / name).symlink_to(shutil.which(name))
        path = os.pathsep.join(map(str, (*folders, node, "/usr/bin", "/bin")))
        if shutil.which("cargo", path=path) or shutil.which("rustc", path=path):
            raise SystemExit("there is Rust in /usr/bin: nothing can be shown about a machine without it")
        home = self.folder("home")
        return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "UV_CACHE_DIR": str(home / "uv")}


def mebibytes(path):
    """The size of a file as text."""
    return f"{Path(path).stat().st_size / 2**20:.1f} MiB"
