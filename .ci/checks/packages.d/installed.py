"""An installed armlint behaves as the binary does: output, exit codes, standard input, signals."""

import signal
import subprocess
import time
from pathlib import Path

CLEAN = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": []
}
"""


def run(command, env, cwd, stdin=""):
    return subprocess.run(
        [*map(str, command)],
        env=env,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def check(place, results, name, command, env):
    """Shows it of a command, in an environment and with arguments behind it."""
    folder = place.folder("templates")
    (folder / "clean.json").write_text(CLEAN)
    (folder / "empty").mkdir()
    template = (place.example / "azuredeploy.json").read_text()
    cases = [
        ("--version", ["--version"], "", 0),
        ("clean template", ["check", "clean.json"], "", 0),
        ("example", ["check", place.example, "--format", "json"], "", 1),
        ("missing file", ["check", "missing.json"], "", 2),
        ("wrong usage", ["check", "--no-such-option"], "", 2),
        ("nothing to check", ["check", "empty"], "", 3),
        ("standard input", ["check", "-", "--stdin-filename", "azuredeploy.json"], template, 1),
    ]
    for case, arguments, stdin, code in cases:
        found = run([*command, *arguments], env, folder, stdin)
        expected = run([place.program, *arguments], env, folder, stdin)
        results.same(f"{name}, {case}: exit code {code}", found.returncode, code)
        outputs = [(output.stdout, output.stderr) for output in (found, expected)]
        results.same(f"{name}, {case}: prints what the binary prints", *outputs)
    for sent in (signal.SIGTERM, signal.SIGINT):
        process, program = waiting(command, env, folder)
        process.send_signal(sent)
        results.same(f"{name}: ends with {sent.name}", ended(process), -sent)
        results.show(f"{name}: no program is left behind after {sent.name}", gone(program))
    process, program = waiting(command, env, folder)
    subprocess.run(["kill", "-KILL", str(program)], check=True)
    results.same(f"{name}: ends as a killed program does", ended(process), -signal.SIGKILL)


def waiting(command, env, folder):
    """A run that waits for standard input, and the id of the armlint in it."""
    arguments = [*map(str, command), "check", "-", "--stdin-filename", "azuredeploy.json"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(arguments, env=env, cwd=folder, stdin=subprocess.PIPE, **quiet)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for candidate in (process.pid, *children(process.pid)):
            if program_of(candidate) == "armlint":
                # It is there; now it reads.
                time.sleep(0.3)
                return process, candidate
        time.sleep(0.02)
    process.kill()
    raise SystemExit(f"{command} starts no armlint")


def program_of(process):
    try:
        return Path(f"/proc/{process}/exe").readlink().name
    except OSError:
        return ""


def children(process):
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def ended(process):
    try:
        return process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        return "still running"
    finally:
        process.stdin.close()


def gone(program):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if program_of(program) != "armlint":
            return True
        time.sleep(0.05)
    return False
