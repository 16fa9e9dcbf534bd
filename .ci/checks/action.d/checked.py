"""The second step of the action: inputs become arguments as they are, and reports become outputs."""

import json
import os
import shutil
import subprocess
import sys

import installing
import runner
from report import same, show

HOSTILE = [
    "a b", "$(touch executed)", "`touch executed`", "'; touch executed; '", '"; touch executed; "', "${IFS}x", "*", "~", "é 路径",
    "-x", "--fix", "--format=json", "%0A::error::x", "::error::x", "\\", "a\\nb", "x # y", "&& touch executed", "| touch executed",
    "  leading", "trailing  ", "$GITHUB_OUTPUT", "{a,b}", "!!", "<(touch executed)", "status=9", "\ttab",
]

# Writes its arguments as JSON, and whatever reports are asked of it.
PROBE = f"""#!{sys.executable}
import json, os, sys
if sys.argv[1:] == ["--version"]:
    print("armlint probe")
    sys.exit()
with open(os.environ["PROBE"], "w", encoding="utf-8") as file:
    json.dump([os.fsencode(argument).decode("utf-8") for argument in sys.argv[1:]], file)
for before, argument in zip(sys.argv, sys.argv[1:]):
    name, _, path = argument.partition("=")
    if before == "--output" and "PROBE_REPORT" in os.environ:
        with open(path, "w", encoding="utf-8") as file:
            file.write(os.environ["PROBE_REPORT"] * int(os.environ.get("PROBE_TIMES", "1")))
sys.exit(int(os.environ.get("PROBE_STATUS", "0")))
"""


class Probe:
    """Runs the action with a release whose program is the probe, or another one."""

    def __init__(self, root, scratch, content):
        self.action, self.scratch, self.number = root / "action.yml", scratch, 0
        self.workspace = scratch / "workspace"
        self.workspace.mkdir(parents=True)
        installing.pack(scratch / "mirror" / "v1.0.0", installing.MACHINES["Linux", "X64"], content)

    def run(self, inputs, **environment):
        """The result, and the arguments that the probe had."""
        self.number += 1
        folder = self.scratch / f"run-{self.number}"
        environment["ARMLINT_MIRROR"] = (self.scratch / "mirror").as_uri()
        environment["PROBE"] = str(self.scratch / f"arguments-{self.number}.json")
        result = runner.run(self.action, {"version": "1.0.0", **inputs}, self.workspace, folder, environment)
        try:
            with open(environment["PROBE"], encoding="utf-8") as file:
                return result, json.load(file)
        except FileNotFoundError:
            return result, None


def run(root, scratch):
    """All of it; `root` is the checkout, `scratch` a folder that is not there yet."""
    arguments(Probe(root, scratch / "probe", PROBE.encode()))
    with open(os.environ["ARMLINT"], "rb") as file:
        findings(root, Probe(root, scratch / "real", file.read()))


def own(given, probed):
    """The arguments without those that the action adds at the front."""
    front = [argument.split("=")[0] for argument in probed[:7]]
    expected = ["check", "--format", "github", "--output", "sarif", "--output", "jsonl"]
    if front != expected:
        raise AssertionError(f"{given}: {probed}")
    rest = probed[7:]
    return rest[2:] if rest[:1] == ["--output"] and rest[1].startswith("markdown=") else rest


def arguments(probe):
    """What the program is given."""
    for name in os.listdir("/"):
        (probe.workspace / name).touch()  # something for a pattern to match
    result, probed = probe.run({})
    same(own({}, probed), ["--", "."], "without inputs, the folder is checked")
    show(result.ok and result.outputs["status"] == "0", "and the job goes on", result.log)
    before = sorted(path.name for path in probe.workspace.iterdir())
    block = "\n".join(HOSTILE)
    for ending, text in (("", block), ("with a line end behind them", block + "\n"),
                         ("with line ends of Windows", block.replace("\n", "\r\n") + "\r\n"),
                         ("with empty lines", "\n\n" + block.replace("\n", "\n\n"))):
        _, probed = probe.run({"paths": text})
        same(own(text, probed), ["--", *HOSTILE], f"hostile paths arrive as they are {ending}".strip())
    _, probed = probe.run({"arguments": block})
    same(own(block, probed), [*HOSTILE, "--", "."], "hostile arguments arrive as they are")
    _, probed = probe.run({"reports": block})
    same(own(block, probed), [*(f"--output={line}" for line in HOSTILE), "--", "."], "hostile reports arrive as they are")
    for name in ("config", "baseline", "since", "fail-on"):
        lost = [value for value in [*HOSTILE, "two\nlines"]
                if own(value, probe.run({name: value})[1]) != [f"--{name}={value}", "--", "."]]
        same(lost, [], f"a hostile {name} arrives as it is")
    _, probed = probe.run({"fail-on": "never"})
    same(own({}, probed), ["--exit-zero", "--", "."], "fail-on never is --exit-zero")
    result, probed = probe.run({"summary": "false"})
    show(not any("markdown" in argument for argument in probed), "without a summary none is asked for", probed)
    after = sorted(path.name for path in probe.workspace.iterdir())
    same(after, before, "nothing was executed")
    folder = probe.workspace / "a $(touch executed) 'folder'"
    folder.mkdir()
    result, probed = probe.run({"working-directory": folder.name})
    show(result.ok and probed and not (folder / "executed").exists(), "a hostile folder is only worked in", result.log)
    for status in (1, 2, 3, 101):
        result, _ = probe.run({"upload-sarif": "true"}, PROBE_STATUS=str(status), PROBE_REPORT="{}")
        show(not result.ok and result.outputs["status"] == str(status) and len(result.used) == 1
             and result.steps[-1] == "Result", f"status {status} fails the job, after the upload", result)
    result, _ = probe.run({"upload-sarif": "true"}, PROBE_STATUS="2")
    show(not result.ok and not result.used and result.outputs["sarif"] == "", "without a report none is uploaded", result)
    result, _ = probe.run({}, PROBE_REPORT="x", PROBE_TIMES="1100000")
    show("too large" in result.summary and len(result.summary) < 1000, "a summary that is too large is not handed on")


def findings(root, probe):
    """The program itself, on the example of the repository."""
    shutil.copytree(root / "testdata" / "example", probe.workspace / "example")
    (probe.workspace / ".git").mkdir()
    done = subprocess.run([os.environ["ARMLINT"], "check", "example", "--format", "json"], cwd=probe.workspace,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    expected = json.loads(done.stdout)["findings"]
    result, _ = probe.run({"paths": "example", "upload-sarif": "true", "category": "a b"})
    outputs = result.outputs
    show(not result.ok and outputs["status"] == "1", "findings fail the job", result.log)
    numbers = {name: int(outputs[name]) for name in ("critical", "high", "medium", "low")}
    by_severity = {name: sum(found["severity"] == name for found in expected) for name in numbers}
    same((int(outputs["findings"]), numbers), (len(expected), by_severity), "the outputs count the findings")
    with open(outputs["sarif"], encoding="utf-8") as file:
        same(len(json.load(file)["runs"][0]["results"]), len(expected), "the SARIF report has them all")
    (used, given), = result.used
    show(used.startswith("github/codeql-action/upload-sarif@")
         and given == {"sarif_file": outputs["sarif"], "category": "a b"}, "and is uploaded", result.used)
    annotations = [one for one in runner.commands(result.log) if one[0] in ("error", "warning", "notice")]
    places = sorted((given["file"], int(given["line"])) for _, given, _ in annotations)
    same(places, sorted((found["file"], found["start"]["line"]) for found in expected), "each finding is annotated in its line")
    show("```mermaid" in result.summary, "the summary has the map", result.summary)
    show("armlint 0." in outputs["version"] or "armlint 1." in outputs["version"], "the version is told", outputs)

    result, _ = probe.run({"paths": "example", "fail-on": "never"})
    show(result.ok and result.outputs["status"] == "0" and result.outputs["critical"] == "1", "fail-on never lets it pass", result.log)
    result, _ = probe.run({"paths": "example", "arguments": "--select\nno-such-rule"})
    show(not result.ok and result.outputs["status"] == "2" and "no-such-rule" in result.log, "a wrong argument is told", result.log)
    report = probe.workspace / "a b.json"
    probe.run({"paths": "example", "reports": f"json={report.name}\njunit=x.xml"})
    with open(report, encoding="utf-8") as file:
        same(json.load(file)["findings"], expected, "a report that is asked for is written")
    baseline = [os.environ["ARMLINT"], "check", "example", "--write-baseline", "known.json"]
    subprocess.run(baseline, cwd=probe.workspace, check=False, capture_output=True)
    result, _ = probe.run({"paths": "example", "baseline": "known.json"})
    show(result.ok and result.outputs["findings"] == "0", "what a baseline knows is not counted", result.log)
