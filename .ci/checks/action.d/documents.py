"""The examples of docs/ci.md: shown as they are, and run on the example of the repository."""

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

import expression
import installing
import runner
import yaml
from report import same, show

SHOWN = re.compile(r"^\[docs/(examples/[^\]]+)\]\(\1\)\n\n```yaml\n(.*?)^```$", re.M | re.S)


def run(root, scratch):
    """All of it; `root` is the checkout, `scratch` a folder that is not there yet."""
    docs = root / "docs"
    page = (docs / "ci.md").read_text(encoding="utf-8")
    shown = dict(SHOWN.findall(page))
    same(page.count("```yaml\n"), len(shown), "each example of docs/ci.md names its file")
    files = {path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8") for path in (docs / "examples").iterdir()}
    same(shown, files, "and shows it as it is")
    inputs(root, page)
    examples = {name.removeprefix("examples/"): yaml.safe_load(text) for name, text in files.items()}
    project = Project(root, scratch)
    github(root, project, examples)
    azure(project, examples)
    gitlab(project, examples)
    hooks(root, examples)


def inputs(root, page):
    """The tables name all inputs and outputs of the action."""
    definition = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))
    for kind in ("input", "output"):
        table = re.search(rf"^\| {kind} \|.*?\n((?:\|.*\n)+)", page, re.M)[1]
        named = [name for row in table.splitlines() for name in re.findall(r"`([\w-]+)`", row.split("|")[1])]
        same(sorted(named), sorted(definition[f"{kind}s"]), f"docs/ci.md has each {kind} of the action")


class Project:
    """A repository with the example, whose last commit is a merge that breaks one reference."""

    def __init__(self, root, scratch):
        self.scratch, self.folder, self.number = scratch, scratch / "project", 0
        shutil.copytree(root / "testdata" / "example", self.folder)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit()
        self.base = self.git("rev-parse", "HEAD").strip()
        self.git("checkout", "--quiet", "-b", "change")
        (self.folder / "contoso-ingest" / "linkedService" / "Lake.json").unlink()
        self.commit()
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "x", "change")
        tools = scratch / "bin"
        tools.mkdir(parents=True, exist_ok=True)
        shutil.copy(os.environ["ARMLINT"], tools / "armlint")
        installing.pack(scratch / "mirror" / "v0.1.0", installing.MACHINES["Linux", "X64"], (tools / "armlint").read_bytes())
        self.path = installing.path_with(tools)

    def git(self, *arguments):
        person = ["-c", "user.name=armlint", "-c", "user.email=armlint@example.com"]
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(["git", *person, *arguments], cwd=self.folder, env=env, check=True, text=True,
                              capture_output=True).stdout

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")

    def script(self, text, *options, **environment):
        """Runs the script of a pipeline with the program in the path; status and what it prints."""
        done = subprocess.run(["bash", *options, "-c", text], cwd=self.folder, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "PATH": self.path, **environment})
        return done.returncode, done.stdout

    def action(self, root, given):
        """Runs the action with the inputs of an example."""
        self.number += 1
        contexts = {"github": {"event": {"pull_request": {"head": {"repo": {"fork": True}}}}}}
        given = {name: expression.interpolate(value, contexts) for name, value in given.items()}
        environment = {"ARMLINT_MIRROR": (self.scratch / "mirror").as_uri()}
        given = {"version": "0.1.0", **given}
        return runner.run(root / "action.yml", given, self.folder, self.scratch / f"run-{self.number}", environment)


def broken(text):
    """Whether a log speaks of the reference that the change breaks, and of nothing that was there before."""
    return "adf/dangling-reference" in text and "LakeSales.json" in text and "KeyVualt" not in text


def github(root, project, examples):
    """The action of the examples."""
    def step(name):
        steps = [step for job in examples[name]["jobs"].values() for step in job["steps"]]
        return next(step.get("with", {}) for step in steps if step["uses"].startswith("armlint/armlint@"))

    result = project.action(root, step("github.yml"))
    show(result.outputs["critical"] == "1" and not result.used, "github.yml reports, and uploads nothing from a fork", result.log)
    result = project.action(root, step("github-annotations.yml"))
    report = project.folder / "armlint.xml"
    show(result.outputs["critical"] == "1" and report.exists(), "github-annotations.yml reports, and writes JUnit", result.log)
    result = project.action(root, step("github-changes.yml"))
    show(not result.ok and broken(result.log), "github-changes.yml reports what the change breaks", result.log)


def azure(project, examples):
    """The scripts that come behind the installation."""
    def script(name):
        return next(step["bash"] for step in examples[name]["steps"] if step.get("displayName") == "Check")

    staging = project.scratch / "a b"
    staging.mkdir()
    status, log = project.script(script("azure-pipelines.yml"), BUILD_ARTIFACTSTAGINGDIRECTORY=str(staging))
    show(status == 1 and "##vso[task.logissue type=error;sourcepath=" in log and "##vso[task.uploadsummary]" in log,
         "azure-pipelines.yml has issues and a summary", log)
    sarif = json.loads((staging / "armlint.sarif").read_text(encoding="utf-8"))
    junit = xml.etree.ElementTree.parse(staging / "armlint.xml").getroot()
    show(sarif["version"] == "2.1.0" and junit.tag == "testsuites" and (staging / "armlint.md").exists(), "and the reports that it publishes")
    status, log = project.script(script("azure-pipelines-changes.yml"))
    show(status == 1 and broken(log), "azure-pipelines-changes.yml reports what the change breaks", log)


def gitlab(project, examples):
    """The scripts that come behind the installation."""
    def script(name):
        return "\n".join(examples[name]["armlint"]["script"])

    status, log = project.script(script("gitlab-ci.yml"), "-e")
    show(status == 1 and "adf/secret-literal" in log, "gitlab-ci.yml has findings in the log", log)
    reports = examples["gitlab-ci.yml"]["armlint"]["artifacts"]["reports"]
    quality = json.loads((project.folder / reports["codequality"]).read_text(encoding="utf-8"))
    show(quality and all({"description", "check_name", "fingerprint", "severity", "location"} <= set(one) for one in quality),
         "and writes Code Quality", quality)
    show((project.folder / reports["junit"]).exists(), "and JUnit")
    status, log = project.script(script("gitlab-ci-changes.yml"), "-e", CI_MERGE_REQUEST_DIFF_BASE_SHA=project.base)
    show(status == 1 and broken(log), "gitlab-ci-changes.yml reports what the change breaks", log)


def hooks(root, examples):
    """The local forms of the hook are the hook; only where it comes from differs."""
    manifest = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hook = next(hook for hook in manifest if hook["id"] == "armlint")
    for name, language in (("pre-commit-config-wheel.yaml", "python"), ("pre-commit-config-node.yaml", "node")):
        local = dict(examples[name]["repos"][0]["hooks"][0])
        version = local.pop("additional_dependencies")
        expected = {key: hook[key] for key in hook if key not in ("description", "minimum_pre_commit_version")}
        same(local, {**expected, "language": language}, f"{name} is the hook of the manifest, from {version[0]}")
