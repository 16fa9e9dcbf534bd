"""What is shown of a file, and when."""

import json
import re
from pathlib import Path

import pytest
from lsprotocol import types

import editor as kit
import positions
from conftest import REPOSITORY

SEVERITIES = {
    "critical": types.DiagnosticSeverity.Error,
    "high": types.DiagnosticSeverity.Error,
    "medium": types.DiagnosticSeverity.Warning,
    "low": types.DiagnosticSeverity.Information,
}

SERVICE = "contoso-ingest/linkedService/Orders.json"


def expected(report: dict, name: str) -> list:
    """The findings of a report in a file, as the protocol says them."""

    def place(end: dict) -> tuple[int, int]:
        return end["line"] - 1, end["column"] - 1

    # JSON escapes control characters; an editor is given none.
    def message(text: str) -> str:
        return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\ufffd", text)

    return sorted(
        (each["rule"], place(each["start"]), place(each["end"]), message(each["message"]), SEVERITIES[each["severity"]])
        for each in report["findings"]
        if each["file"] == name
    )


def shown(found: kit.Found) -> list:
    """Findings in the same form, without what is said of the file as a whole."""

    def place(end: types.Position) -> tuple[int, int]:
        return end.line, end.character

    return sorted(
        (each.code, place(each.range.start), place(each.range.end), each.message.splitlines()[0], each.severity)
        for each in found
        if each.code
    )


@pytest.mark.parametrize("folder", ["example", "yaml", "json"])
async def test_same_as_check(start, tmp_path, folder):
    """shows of each file what `armlint check` says of it"""
    copy = tmp_path / folder
    copy.mkdir()
    files = [path for path in (REPOSITORY / "testdata" / folder).rglob("*.*") if path.is_file()]
    names = sorted(path.relative_to(REPOSITORY / "testdata" / folder).as_posix() for path in files)
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((REPOSITORY / "testdata" / folder / name).read_bytes())
    report = kit.check(copy)
    lists = ("failed", "partialFiles", "ignoredFiles")
    incomplete = {each["file"] for part in lists for each in report["files"][part]}
    editor = await start(copy)
    for name in names:
        editor.open(name)
    number = 0
    for name in names:
        wanted = expected(report, name)
        found = await editor.found(name, lambda rules, wanted=wanted: len(list(filter(None, rules))) == len(wanted))
        assert shown(found) == wanted, name
        whole = [each for each in found if not each.code]
        assert not whole or name in incomplete, whole
        assert all(each.severity == types.DiagnosticSeverity.Information for each in whole)
        number += len(shown(found))
    assert number == len(report["findings"]) > 0


async def test_parts(start, example):
    """gives a finding its rule with a link, its source and the related places"""
    editor = await start(example)
    editor.open(SERVICE)
    finding = await editor.finding(SERVICE, "adf/dangling-reference")
    assert finding.source == "armlint"
    assert finding.code_description.href.endswith("/rules/adf/dangling-reference.md")
    assert finding.code_description.href.startswith("https://")
    assert positions.covered(editor.text(SERVICE), finding.range).strip('"') == "KeyVualt"
    [related] = finding.related_information
    assert editor.path(related.location.uri).name == "KeyVault.json"
    assert related.message


async def test_related_elsewhere(start, example):
    """leads to related places in files that are not open"""
    editor = await start(example)
    editor.open("contoso-ingest/linkedService/Lake.json")
    finding = await editor.finding("contoso-ingest/linkedService/Lake.json", "adf/managed-endpoint-wrong-group")
    places = [editor.place(each.location) for each in finding.related_information]
    names = {Path(name).name for name, _ in places}
    assert "lake-blob.json" in names
    assert all(text for _, text in places), "an empty place"


async def test_tags(start, example):
    """marks what nothing uses as unnecessary"""
    template = json.loads((example / "azuredeploy.json").read_text())
    template["variables"]["never"] = "used"
    template["parameters"]["spare"] = {"type": "string"}
    editor = await start(example)
    editor.open("main.json", json.dumps(template, indent=2))
    for rule in ("template/unused-variable", "template/unused-parameter"):
        finding = await editor.finding("main.json", rule)
        assert types.DiagnosticTag.Unnecessary in finding.tags, rule


async def test_versions(start, factory):
    """says of which version it speaks, and ends with the last one"""
    editor = await start(factory)
    editor.open("linkedService/Files.json")
    await editor.found("linkedService/Files.json")
    text = editor.text("linkedService/Files.json")
    for number in range(30):
        editor.change("linkedService/Files.json", text.replace('"OnPremises"', f'"Gone{number}"'))
    found = await editor.found("linkedService/Files.json", lambda rules: "adf/dangling-reference" in rules)
    assert "Gone29" in next(each for each in found if each.code == "adf/dangling-reference").message
    uri = editor.uri("linkedService/Files.json")
    versions = [each.version for each in editor.client.publications if each.uri == uri]
    assert versions == sorted(versions), "an older version after a newer one"
    assert versions[-1] == 31


async def test_typing(start, factory):
    """says that a text cannot be read while it cannot, and no more when it can"""
    name = "linkedService/Files.json"
    editor = await start(factory)
    editor.open(name)
    assert await editor.found(name) == []
    whole = editor.text(name)
    editor.change(name, whole[: len(whole) // 2])
    assert await editor.finding(name, "template/syntax-error")
    editor.change(name, "")
    await editor.found(name)
    editor.change(name, whole)
    assert await editor.found(name, lambda rules: not rules) == []


async def test_every_prefix(start, example):
    """survives a file that is typed from its first to its last character"""
    name = "azuredeploy.json"
    editor = await start(example)
    editor.open(name)
    last = kit.rules(await editor.found(name, bool))
    whole = editor.text(name)
    for end in range(0, len(whole), 7):
        editor.change(name, whole[:end])
    editor.change(name, whole)
    assert kit.rules(await editor.found(name, lambda rules: len(rules) == len(last))) == last


async def test_close(start, example):
    """takes the findings of a file away when it is closed"""
    editor = await start(example)
    editor.open(SERVICE)
    await editor.finding(SERVICE, "adf/dangling-reference")
    editor.close(SERVICE)
    uri = editor.uri(SERVICE)
    await editor.until(lambda: not editor.client.published[uri].diagnostics, lambda: "still a finding")


async def test_open_only(start, example):
    """shows open files only, unless the whole workspace is asked for"""
    editor = await start(example)
    editor.open(SERVICE)
    await editor.finding(SERVICE, "adf/dangling-reference")
    await editor.quiet()
    full = [uri for uri, each in editor.client.published.items() if each.diagnostics]
    assert full == [editor.uri(SERVICE)]


async def test_workspace(start, example):
    """shows all files of the workspace where that is asked for"""
    report = kit.check(example)
    names = {each["file"] for each in report["findings"]}
    editor = await start(example, options={"diagnostics": {"scope": "workspace"}})

    def full() -> set[str]:
        return {uri for uri, each in editor.client.published.items() if each.diagnostics}

    await editor.until(lambda: len(full()) == len(names), full)
    assert full() == {editor.uri(name) for name in names}
    for name in names:
        found = list(editor.client.published[editor.uri(name)].diagnostics)
        assert shown(found) == expected(report, name), name
    # A file that is opened and closed again stays shown, and one that is gone does not.
    editor.open(SERVICE)
    await editor.finding(SERVICE, "adf/dangling-reference")
    editor.close(SERVICE)
    await editor.quiet()
    assert editor.uri(SERVICE) in full()
    editor.delete(SERVICE)
    await editor.until(lambda: editor.uri(SERVICE) not in full(), full)


async def test_jsonc(start, tmp_path):
    """reads comments, and suppressions in them, in a file that the editor calls jsonc"""
    editor = await start()
    text = """{
  // What comes in.
  "name": "In",
  "properties": {
    "type": "AzureSqlDatabase",
    "typeProperties": {
      // armlint: ignore[adf/secret-literal] the database of the examples
      "connectionString": "Server=tcp:db.database.windows.net;Database=a;User ID=b;Password=planted-Secret-1;"
    }
  }
}
"""
    editor.open("linkedService/In.json", text, "jsonc")
    found = await editor.found("linkedService/In.json", lambda rules: "adf/secret-literal" not in rules)
    assert "template/syntax-error" not in kit.rules(found)
    editor.change("linkedService/In.json", text.replace("// armlint", "// not armlint"))
    assert await editor.finding("linkedService/In.json", "adf/secret-literal")


async def test_yaml(start, tmp_path):
    """finds what is wrong in YAML, at its place"""
    editor = await start()
    text = (REPOSITORY / "testdata/yaml/template.yaml").read_text()
    editor.open("main.yaml", text)
    finding = await editor.finding("main.yaml", "template/parameter-default-type")
    assert positions.covered(text, finding.range) == "yes"
    editor.change("main.yaml", text.replace("defaultValue: yes", "defaultValue: true"))
    await editor.found("main.yaml", lambda rules: "template/parameter-default-type" not in rules)


async def test_untitled(start, example):
    """checks a buffer that is no file"""
    editor = await start(example)
    text = (example / "azuredeploy.json").read_text()
    editor.open("untitled:Untitled-1", text, "json")
    finding = await editor.finding("untitled:Untitled-1", "adf/secret-parameter-not-secure")
    assert finding.related_information
    actions = await editor.actions("untitled:Untitled-1", finding.range, [finding])
    fix = next(each for each in actions if each.kind == "quickfix" and each.is_preferred)
    await editor.do(fix)
    await editor.found("untitled:Untitled-1", lambda rules: "adf/secret-parameter-not-secure" not in rules)
    editor.close("untitled:Untitled-1")


async def test_outside(start, tmp_path, example, factory):
    """checks a file outside of the workspace, with the files that it belongs to"""
    editor = await start(factory)
    outside = (example / SERVICE).as_uri()
    editor.open(outside, (example / SERVICE).read_text())
    finding = await editor.finding(outside, "adf/dangling-reference")
    assert editor.path(finding.related_information[0].location.uri).name == "KeyVault.json"
    editor.close(outside)


async def test_no_template(start, factory):
    """has nothing to say of files that are none of its own"""
    editor = await start(factory)
    for name, text in [
        ("package.json", '{"name": "x", "scripts": {"a": "b"},}'),
        ("compose.yaml", "services:\n  web: {image: nginx}\n"),
        ("notes.json", "not even JSON"),
    ]:
        editor.open(name, text)
    await editor.quiet()
    assert not any(each.diagnostics for each in editor.client.publications)


async def test_line_ends(start, example):
    """finds the place in a file with Windows line ends and a byte order mark"""
    original = (example / SERVICE).read_text()
    (example / SERVICE).write_bytes(b"\xef\xbb\xbf" + original.replace("\n", "\r\n").encode())
    editor = await start(example)
    editor.open(SERVICE)
    finding = await editor.finding(SERVICE, "adf/dangling-reference")
    assert positions.covered(editor.text(SERVICE), finding.range).strip('"') == "KeyVualt"
    # Some editors hand the mark on.
    editor.change(SERVICE, "\ufeff" + editor.text(SERVICE))
    finding = await editor.finding(SERVICE, "adf/dangling-reference")
    assert positions.covered(editor.text(SERVICE), finding.range).strip('"') == "KeyVualt"
