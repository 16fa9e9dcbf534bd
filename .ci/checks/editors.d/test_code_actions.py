"""What an editor offers at a finding, and what comes of it."""

import subprocess

import pytest
from lsprotocol import types

import editor as kit
import positions
from connection import capabilities

RUNTIME = "contoso-ingest/integrationRuntime/ManagedNetworkRuntime.json"
TEMPLATE = "azuredeploy.json"
START = types.Range(types.Position(0, 0), types.Position(0, 0))


def whole(text: str) -> types.Range:
    return types.Range(types.Position(0, 0), positions.position(text, len(text), "utf-16"))


def quick_fixes(actions: list) -> list[types.CodeAction]:
    return [each for each in actions if each.kind == "quickfix" and each.edit or each.data]


async def test_quick_fix(start, example):
    """offers the safe fix of a finding first, and the finding is gone after it"""
    rule = "adf/managed-runtime-location"
    editor = await start(example)
    editor.open(RUNTIME)
    finding = await editor.finding(RUNTIME, rule)
    actions = await editor.actions(RUNTIME, finding.range, [finding])
    [fix] = [each for each in actions if each.is_preferred]
    assert fix.kind == "quickfix"
    assert fix.title
    assert [each.code for each in fix.diagnostics] == [rule]
    before = editor.text(RUNTIME)
    await editor.do(fix)
    assert editor.text(RUNTIME) != before
    assert await editor.found(RUNTIME, lambda rules: not rules) == []
    editor.save(RUNTIME)
    left = [each["rule"] for each in kit.check(example)["findings"] if each["file"] == RUNTIME]
    assert left == []


async def test_unsafe_fix(start, example):
    """offers an unsafe fix as such: not preferred, and not among all safe ones"""
    rule = "adf/public-network-access"
    editor = await start(example)
    editor.open(TEMPLATE)
    finding = await editor.finding(TEMPLATE, rule)
    actions = await editor.actions(TEMPLATE, finding.range, [finding])
    fixes = [
        each
        for each in actions
        if each.kind == "quickfix" and [d.code for d in each.diagnostics or []] == [rule] and not suppresses(each)
    ]
    [fix] = fixes
    assert not fix.is_preferred
    await editor.do(fix)
    await editor.found(TEMPLATE, lambda rules: rule not in rules)


def suppresses(action: types.CodeAction) -> bool:
    return "uppress" in action.title or "gnore" in action.title


async def test_position(start, example):
    """offers the fix where the cursor is on the finding, whatever findings the editor names"""
    editor = await start(example)
    editor.open(RUNTIME)
    finding = await editor.finding(RUNTIME, "adf/managed-runtime-location")
    inside = types.Position(finding.range.start.line, finding.range.start.character + 1)
    actions = await editor.actions(RUNTIME, types.Range(inside, inside))
    assert [each for each in actions if each.is_preferred]
    assert not [each for each in await editor.actions(RUNTIME, START) if each.kind == "quickfix"]


async def test_only(start, example):
    """gives only the kinds that are asked for"""
    editor = await start(example)
    editor.open(RUNTIME)
    finding = await editor.finding(RUNTIME, "adf/managed-runtime-location")

    async def kinds(*only: str) -> set[str]:
        return {each.kind for each in await editor.actions(RUNTIME, finding.range, [finding], list(only))}

    assert await kinds("quickfix") == {"quickfix"}
    assert await kinds("source") == {"source.fixAll.armlint"}
    assert await kinds("source.fixAll") == {"source.fixAll.armlint"}
    assert await kinds("source.fixAll.armlint") == {"source.fixAll.armlint"}
    assert await kinds("source.fixAll.eslint") == set()
    assert await kinds("source.fix") == set()
    assert await kinds("refactor") == set()


@pytest.mark.parametrize("name", [RUNTIME, TEMPLATE])
async def test_fix_all(start, example, tmp_path, name):
    """makes with source.fixAll.armlint of a file what `armlint check --fix` makes of it"""
    editor = await start(example)
    editor.open(name)
    await editor.found(name, bool)
    before = editor.text(name)
    [action] = await editor.actions(name, START, only=["source.fixAll.armlint"])
    await editor.do(action)
    command = [kit.ARMLINT, "check", "--fix", "--format", "json"]
    subprocess.run(command, cwd=example, capture_output=True, stdin=subprocess.DEVNULL)
    assert editor.text(name) == (example / name).read_text() != before


async def test_fix_all_of_nothing(start, factory):
    """offers nothing to fix where nothing is"""
    editor = await start(factory)
    editor.open("linkedService/Files.json")
    await editor.found("linkedService/Files.json")
    actions = await editor.actions("linkedService/Files.json", START, only=["source.fixAll.armlint"])
    assert actions == [] or all(not each.edit for each in actions)


async def test_fix_while_typing(start, example):
    """makes its edits for the text as it is now"""
    editor = await start(example)
    editor.open(RUNTIME)
    await editor.finding(RUNTIME, "adf/managed-runtime-location")
    editor.change(RUNTIME, "\n\n" + editor.text(RUNTIME))
    at = positions.range_of(editor.text(RUNTIME), '"North Europe"')
    actions = await editor.actions(RUNTIME, at)
    await editor.do(next(each for each in actions if each.is_preferred))
    assert await editor.found(RUNTIME, lambda rules: not rules) == []


@pytest.mark.parametrize("changes", [True, False], ids=["documentChanges", "changes"])
async def test_forms_of_edits(start, example, changes):
    """gives edits of a version to editors that know versions, and plain ones to the others"""
    known = capabilities()
    known.workspace.workspace_edit = types.WorkspaceEditClientCapabilities(document_changes=changes)
    editor = await start(example, known=known)
    editor.open(RUNTIME)
    editor.change(RUNTIME, editor.text(RUNTIME) + "\n")
    finding = await editor.finding(RUNTIME, "adf/managed-runtime-location")
    actions = await editor.actions(RUNTIME, finding.range, [finding])
    fix = await editor.resolved(next(each for each in actions if each.is_preferred))
    if changes:
        [change] = fix.edit.document_changes
        assert change.text_document.version == 2
        assert not fix.edit.changes
    else:
        assert list(fix.edit.changes) == [editor.uri(RUNTIME)]
        assert not fix.edit.document_changes
    await editor.do(fix)
    assert await editor.found(RUNTIME, lambda rules: not rules) == []
