"""Runs a composite action as a runner of GitHub would: inputs, conditions, environments, outputs.

Steps with `run` are run by bash, those with `uses` are recorded. What this runner does not know is an error.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import expression
import yaml

STEP_KEYS = {"name", "id", "if", "shell", "env", "run", "uses", "with", "working-directory"}
BASH = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]


@dataclass
class Result:
    """What became of a run."""

    ok: bool = True
    outputs: dict = field(default_factory=dict)
    # Standard output and error of all steps.
    log: str = ""
    # The actions that would have been run, each with its inputs.
    used: list = field(default_factory=list)
    summary: str = ""
    # The names of the steps that ran or were recorded.
    steps: list = field(default_factory=list)


def run(action, inputs, workspace, runner, environment):
    """Runs the action in the file `action`.

    `runner` is a folder for the files of the runner, `environment` what is set besides what a runner sets.
    """
    definition = yaml.safe_load(Path(action).read_text(encoding="utf-8"))
    if definition["runs"]["using"] != "composite":
        raise expression.Unsupported("an action that is not composite")
    unknown = set(inputs) - set(definition["inputs"])
    if unknown:
        raise expression.Unsupported(f"inputs {unknown}")
    values = {name: inputs.get(name, of.get("default", "")) for name, of in definition["inputs"].items()}
    contexts = {
        "inputs": values,
        "github": {"action_path": str(Path(action).parent), "token": "token-of-the-job"},
        "steps": {},
    }
    result = Result()
    runner = Path(runner)
    (runner / "temp").mkdir(parents=True)
    for number, step in enumerate(definition["runs"]["steps"]):
        take(step, number, contexts, result, Path(workspace), runner, environment)
    result.outputs = {
        name: expression.interpolate(of["value"], contexts) for name, of in definition["outputs"].items()
    }
    return result


def take(step, number, contexts, result, workspace, runner, environment):
    """One step."""
    if set(step) - STEP_KEYS:
        raise expression.Unsupported(f"{set(step) - STEP_KEYS} in a step")
    # Without a function of status in it, a condition holds only while nothing has failed.
    if not result.ok or not expression.condition(step.get("if", "true"), contexts):
        return
    result.steps.append(step.get("name"))
    if "uses" in step:
        given = {key: expression.interpolate(value, contexts) for key, value in step.get("with", {}).items()}
        result.used.append((step["uses"], given))
        return
    if step["shell"] != "bash" or "${{" in step["run"]:
        raise expression.Unsupported("a shell other than bash, or an expression in what it runs")
    script, output, summary = (runner / f"{name}-{number}" for name in ("script", "output", "summary"))
    script.write_text(step["run"], encoding="utf-8")
    output.touch()
    summary.touch()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RUNNER_", "INPUT_"))}
    env.update(RUNNER_OS="Linux", RUNNER_ARCH="X64", RUNNER_TEMP=str(runner / "temp"))
    env.update(environment)
    env.update({name: expression.interpolate(value, contexts) for name, value in step.get("env", {}).items()})
    env.update(GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary), GITHUB_WORKSPACE=str(workspace))
    folder = workspace / expression.interpolate(step.get("working-directory", "."), contexts)
    done = subprocess.run(
        [*BASH, str(script)], cwd=folder, env=env, check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    result.log += done.stdout.decode("utf-8", "surrogateescape")
    result.summary += summary.read_text(encoding="utf-8")
    result.ok = done.returncode == 0
    if "id" in step:
        contexts["steps"][step["id"]] = {"outputs": assignments(output.read_text(encoding="utf-8"))}


def assignments(text):
    """The content of GITHUB_OUTPUT: `name=value`, or `name<<END` with lines up to one that is `END`."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, sign, rest = re.fullmatch(r"([^=<]+)(=|<<)(.*)", line).groups()
        if sign == "=":
            found[name] = rest
        else:
            found[name] = "\n".join(iter(lambda: next(lines), rest))  # noqa: B023
    return found


def commands(log):
    """The workflow commands in a log, as (name, properties, data): `::name key=value,..::data`."""
    found = []
    for line in log.splitlines():
        match = re.match(r"\s*::([^ :]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)", line)
        if match:
            pairs = dict(pair.split("=", 1) for pair in (match[2] or "").split(",") if pair)
            plain = {key: unescape(value) for key, value in pairs.items()}
            found.append((match[1], plain, unescape(match[3])))
    return found


def unescape(text):
    for escaped, plain in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, plain)
    return text
