"""Suppressing a finding from the editor: a reason is asked for, or left to be written."""

import pytest
from lsprotocol import types

import editor as kit
import positions

TEMPLATE = "azuredeploy.json"
SERVICE = "contoso-ingest/linkedService/Sales.json"
RULE = "adf/secret-parameter-not-secure"
REASON = "the database of the examples"


def suppression(actions: list, rule: str) -> types.CodeAction:
    """The action that suppresses a rule."""
    [action] = [each for each in actions if each.title.lower().startswith("suppress") and rule in each.title]
    return action


async def offered(editor: kit.Editor, name: str, rule: str) -> types.CodeAction:
    finding = await editor.finding(name, rule)
    return suppression(await editor.actions(name, finding.range, [finding]), rule)


async def test_comment(start, example):
    """writes a comment above the line, which holds once there is a reason in it"""
    editor = await start(example)
    editor.open(TEMPLATE)
    before = editor.text(TEMPLATE)
    action = await offered(editor, TEMPLATE, RULE)
    assert not action.is_preferred
    await editor.do(action)
    added = [line for line in editor.text(TEMPLATE).split("\n") if line not in before.split("\n")]
    assert [line.strip() for line in added] == [f"// armlint: ignore[{RULE}]"]
    below = editor.text(TEMPLATE).split("\n")[editor.text(TEMPLATE).split("\n").index(added[0]) + 1]
    indent = len(below) - len(below.lstrip())
    assert added[0] == " " * indent + added[0].strip() + " ", "not as far in as the line below, ready for a reason"
    await editor.finding(TEMPLATE, "suppression/missing-reason")
    editor.replace(TEMPLATE, f"ignore[{RULE}] ", f"ignore[{RULE}] {REASON}")
    found = await editor.found(TEMPLATE, lambda rules: RULE not in rules)
    assert not [each for each in kit.rules(found) if each.startswith("suppression/")]


async def test_comment_in_yaml(start, tmp_path):
    """writes the comment of YAML in YAML"""
    rule = "template/unused-parameter"
    text = """$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
contentVersion: 1.0.0.0
parameters:
  spare: {type: string}
resources:
- {type: Microsoft.Network/privateDnsZones, apiVersion: 2020-06-01, name: contoso.example, location: global}
"""
    editor = await start()
    editor.open("main.yaml", text)
    await editor.do(await offered(editor, "main.yaml", rule))
    assert f"\n  # armlint: ignore[{rule}] \n  spare" in editor.text("main.yaml")
    editor.replace("main.yaml", f"[{rule}] ", f"[{rule}] {REASON}")
    await editor.found("main.yaml", lambda rules: not rules)


async def test_second_comment(start, tmp_path):
    """suppresses a second finding of a line as well"""
    rules = ["template/unused-parameter", "template/parameter-default-type"]
    text = """$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
contentVersion: 1.0.0.0
parameters:
  spare: {type: bool, defaultValue: "yes"}
resources:
- {type: Microsoft.Network/privateDnsZones, apiVersion: 2020-06-01, name: contoso.example, location: global}
"""
    editor = await start(options={"asksForReason": True})
    editor.open("main.yaml", text)
    for rule in rules:
        await editor.do(await offered(editor, "main.yaml", rule), REASON)
        await editor.found("main.yaml", lambda found, rule=rule: rule not in found)
    assert await editor.found("main.yaml", lambda found: not found) == []


async def test_command(start, example):
    """hands editors that ask for the reason a command, and lets them apply what comes of it"""
    editor = await start(example, options={"asksForReason": True})
    editor.open(TEMPLATE)
    action = await offered(editor, TEMPLATE, RULE)
    assert action.edit is None
    assert action.command.command == "armlint.suppress"
    await editor.do(action, REASON)
    found = await editor.found(TEMPLATE, lambda rules: RULE not in rules)
    assert not [each for each in kit.rules(found) if each.startswith("suppression/")]
    assert f"// armlint: ignore[{RULE}] {REASON}\n" in editor.text(TEMPLATE)
    assert [m for m in editor.client.received if m.get("method") == "workspace/applyEdit"]


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "a */ b", 'quotes " and \\ and 🧬'], ids=repr)
async def test_reasons(start, example, reason):
    """takes any reason and breaks no file with it; an empty one is refused"""
    editor = await start(example, options={"asksForReason": True})
    editor.open(TEMPLATE)
    before = editor.text(TEMPLATE)
    action = await offered(editor, TEMPLATE, RULE)
    if reason.strip():
        await editor.do(action, reason)
        found = await editor.found(TEMPLATE, lambda rules: RULE not in rules)
        assert "template/syntax-error" not in kit.rules(found)
        assert len(editor.text(TEMPLATE).split("\n")) == len(before.split("\n")) + 1
    else:
        try:
            await editor.do(action, reason)
        except Exception:
            pass
        await editor.quiet()
        assert editor.text(TEMPLATE) == before


async def test_factory(start, example):
    """writes into armlint.yaml what Data Factory would drop from its own files"""
    rule = "adf/secret-literal"
    editor = await start(example, options={"asksForReason": True})
    editor.open(SERVICE)
    before = editor.text(SERVICE)
    await editor.do(await offered(editor, SERVICE, rule), REASON)
    await editor.found(SERVICE, lambda rules: rule not in rules)
    assert editor.text(SERVICE) == before
    [written] = example.rglob("armlint.yaml")
    text = written.read_text()
    assert rule in text and REASON in text
    report = kit.check(example)
    [finding] = [each for each in report["findings"] if each["rule"] == rule]
    assert finding["suppressed"] == {"kind": "configuration", "reason": REASON}
    # Only the one finding of the one file.
    assert [each["rule"] for each in report["findings"] if each["suppressed"]] == [rule]


@pytest.mark.parametrize("reason", ["key: value # no", '"quoted" and \'so\'', "- a\n- b", "{{x}} 🧬", "yes"], ids=repr)
async def test_factory_reasons(start, example, reason):
    """writes any reason into armlint.yaml so that it is read as it was said"""
    rule = "adf/secret-literal"
    editor = await start(example, options={"asksForReason": True})
    editor.open(SERVICE)
    await editor.do(await offered(editor, SERVICE, rule), reason)
    await editor.found(SERVICE, lambda rules: rule not in rules)
    [finding] = [each for each in kit.check(example)["findings"] if each["rule"] == rule]
    assert finding["suppressed"]["reason"].split() == reason.split()


async def test_last_day(start, example):
    """writes the last day of a suppression as such, as in a comment"""
    rule = "adf/secret-literal"
    editor = await start(example, options={"asksForReason": True})
    editor.open(SERVICE)
    await editor.do(await offered(editor, SERVICE, rule), "until: 2199-12-31 goes with the old warehouse")
    await editor.found(SERVICE, lambda rules: rule not in rules)
    assert "until: 2199-12-31\n" in (example / "armlint.yaml").read_text()
    [finding] = [each for each in kit.check(example)["findings"] if each["rule"] == rule]
    assert finding["suppressed"]["reason"] == "goes with the old warehouse"


@pytest.mark.parametrize(
    "text",
    [
        "# Ours.\nfail-on: high\n",
        "fail-on: high",
        "suppress: []\n",
        "suppress:\n- rule: adf/copy-runtime-conflict\n  reason: known # to all\nfail-on: high\n",
        "suppress:\n    - rule: adf/copy-runtime-conflict\n      reason: known\n\n# The end.\n",
        "suppress: [{rule: adf/copy-runtime-conflict, reason: known}]\n",
        "# Nothing but a comment.\n",
        "",
    ],
    ids=range(8),
)
async def test_factory_adds(start, example, text):
    """adds to an armlint.yaml that is there, and keeps what is in it"""
    rule = "adf/secret-literal"
    (example / "armlint.yaml").write_text(text)
    editor = await start(example, options={"asksForReason": True})
    editor.open(SERVICE)
    await editor.do(await offered(editor, SERVICE, rule), REASON)
    await editor.found(SERVICE, lambda rules: rule not in rules)
    after = (example / "armlint.yaml").read_text()
    for line in text.split("\n"):
        for part in line.split("#")[-1:]:
            assert part.strip(" []") in after, after
    [finding] = [each for each in kit.check(example)["findings"] if each["rule"] == rule]
    assert finding["suppressed"], after


async def test_faulty_configuration(start, example):
    """writes nothing into an armlint.yaml that cannot be read"""
    (example / "armlint.yaml").write_text("suppress: 5\n")
    editor = await start(example)
    editor.open(SERVICE)
    finding = await editor.finding(SERVICE, "adf/secret-literal")
    for action in await editor.actions(SERVICE, finding.range, [finding]):
        await editor.do(action)
    assert (example / "armlint.yaml").read_text() == "suppress: 5\n"


async def test_open_configuration(start, example):
    """writes into the buffer of an armlint.yaml that is open, not past it"""
    rule = "adf/secret-literal"
    (example / "armlint.yaml").write_text("fail-on: low\n")
    editor = await start(example, options={"asksForReason": True})
    editor.open("armlint.yaml")
    editor.change("armlint.yaml", "fail-on: high\n")
    editor.open(SERVICE)
    await editor.do(await offered(editor, SERVICE, rule), REASON)
    assert "fail-on: high" in editor.text("armlint.yaml") and rule in editor.text("armlint.yaml")
    editor.save("armlint.yaml")
    await editor.found(SERVICE, lambda rules: rule not in rules)


async def test_factory_without_asking(start, example):
    """leaves room for a reason in armlint.yaml where the editor does not ask for it"""
    rule = "adf/secret-literal"
    editor = await start(example)
    editor.open(SERVICE)
    before = editor.text(SERVICE)
    await editor.do(await offered(editor, SERVICE, rule))
    assert editor.text(SERVICE) == before
    [written] = example.rglob("armlint.yaml")
    assert rule in written.read_text()


async def test_stale_command(start, example):
    """refuses a command for a finding that is gone"""
    editor = await start(example, options={"asksForReason": True})
    editor.open(TEMPLATE)
    action = await offered(editor, TEMPLATE, RULE)
    at = positions.range_of(editor.text(TEMPLATE), '"type": "string"')
    assert at
    text = editor.text(TEMPLATE)
    head, tail = text.split('"warehousePassword": {\n      "type": "string"')
    editor.change(TEMPLATE, head + '"warehousePassword": {\n      "type": "secureString"' + tail)
    await editor.found(TEMPLATE, lambda rules: RULE not in rules)
    before = editor.text(TEMPLATE)
    try:
        await editor.do(action, REASON)
    except Exception:
        pass
    await editor.quiet()
    after = editor.text(TEMPLATE)
    assert after == before or f"ignore[{RULE}] {REASON}" in after


async def test_unknown_command(start, example):
    """answers other commands with an error"""
    editor = await start(example)
    for command, arguments in [("armlint.nothing", []), ("armlint.suppress", []), ("armlint.suppress", [5])]:
        with pytest.raises(Exception):
            params = types.ExecuteCommandParams(command, arguments)
            await editor.client.workspace_execute_command_async(params)
    editor.open(TEMPLATE)
    await editor.finding(TEMPLATE, RULE)
