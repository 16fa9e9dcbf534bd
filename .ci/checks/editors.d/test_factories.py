"""Files that belong together: a factory is more than the file that is looked at."""

import json
import shutil

from lsprotocol import types

import editor as kit
from connection import capabilities

SERVICE = "linkedService/Files.json"
RUNTIME = "integrationRuntime/OnPremises.json"
DATASET = "dataset/In.json"
RULE = "adf/dangling-reference"


async def test_other_buffer(start, factory):
    """sees at once in one open file what is typed in another, and not saved"""
    editor = await start(factory)
    editor.open(SERVICE)
    editor.open(RUNTIME)
    assert await editor.found(SERVICE) == []
    editor.replace(RUNTIME, "OnPremises", "Elsewhere")
    assert "OnPremises" in (await editor.finding(SERVICE, RULE)).message
    assert json.loads((factory / RUNTIME).read_text())["name"] == "OnPremises"
    editor.replace(RUNTIME, "Elsewhere", "OnPremises")
    assert await editor.found(SERVICE, lambda rules: not rules) == []


async def test_three_files(start, factory):
    """tells all open files of a factory that an edit concerns"""
    editor = await start(factory)
    editor.write("dataset/Out.json", (factory / DATASET).read_text().replace('"In"', '"Out"'))
    for name in (SERVICE, DATASET, "dataset/Out.json"):
        editor.open(name)
        assert await editor.found(name) == [], name
    editor.replace(SERVICE, '"name": "Files"', '"name": "Others"')
    for name in (DATASET, "dataset/Out.json"):
        assert await editor.finding(name, RULE), name
    editor.replace(SERVICE, '"name": "Others"', '"name": "Files"')
    for name in (SERVICE, DATASET, "dataset/Out.json"):
        assert await editor.found(name, lambda rules: not rules) == [], name


async def test_closed_unsaved(start, factory):
    """goes back to the file on disk when a buffer is closed without saving"""
    editor = await start(factory)
    editor.open(SERVICE)
    editor.open(RUNTIME)
    editor.replace(RUNTIME, "OnPremises", "Elsewhere")
    await editor.finding(SERVICE, RULE)
    editor.close(RUNTIME)
    assert await editor.found(SERVICE, lambda rules: not rules) == []


async def test_created_and_deleted(start, factory):
    """follows files that other programs create, change and delete"""
    editor = await start(factory)
    editor.open(SERVICE)
    assert await editor.found(SERVICE) == []
    runtime = (factory / RUNTIME).read_text()
    editor.delete(RUNTIME)
    await editor.finding(SERVICE, RULE)
    editor.write("integrationRuntime/Other.json", runtime.replace("OnPremises", "Other"))
    await editor.quiet()
    await editor.finding(SERVICE, RULE)
    editor.write("integrationRuntime/Other.json", runtime)
    await editor.found(SERVICE, lambda rules: RULE not in rules)
    editor.delete("integrationRuntime/Other.json")
    await editor.finding(SERVICE, RULE)
    editor.write(RUNTIME, runtime)
    assert await editor.found(SERVICE, lambda rules: not rules) == []


async def test_disk_under_buffer(start, factory):
    """holds to the buffer when its file changes on disk"""
    editor = await start(factory)
    editor.open(SERVICE)
    editor.open(RUNTIME)
    await editor.found(SERVICE)
    editor.write(RUNTIME, (factory / RUNTIME).read_text().replace("OnPremises", "Elsewhere"))
    await editor.quiet()
    assert await editor.found(SERVICE) == []
    editor.close(RUNTIME)
    await editor.finding(SERVICE, RULE)


async def test_new_file_in_buffer(start, factory):
    """counts a new file of the factory that is not on disk yet"""
    editor = await start(factory)
    editor.open(SERVICE)
    editor.replace(SERVICE, '"OnPremises"', '"Second"')
    await editor.finding(SERVICE, RULE)
    text = (factory / RUNTIME).read_text().replace("OnPremises", "Second")
    editor.open("integrationRuntime/Second.json", text)
    await editor.found(SERVICE, lambda rules: RULE not in rules)
    editor.close("integrationRuntime/Second.json")
    await editor.finding(SERVICE, RULE)


async def test_save(start, factory):
    """says after saving what it said before"""
    editor = await start(factory)
    editor.open(SERVICE)
    editor.replace(SERVICE, '"OnPremises"', '"Gone"')
    before = kit.rules(await editor.found(SERVICE, bool))
    editor.save(SERVICE)
    await editor.quiet()
    assert kit.rules(await editor.found(SERVICE)) == before
    assert before == [each["rule"] for each in kit.check(factory)["findings"]]


async def test_parameter_file(start, tmp_path):
    """judges the values of a parameter file by its template, open or not"""
    schema = "https://schema.management.azure.com/schemas/"
    template = {
        "$schema": f"{schema}2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"size": {"type": "int"}},
        "resources": [],
        "outputs": {"size": {"type": "int", "value": "[parameters('size')]"}},
    }
    values = {
        "$schema": f"{schema}2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"size": {"value": "large"}},
    }
    (tmp_path / "main.json").write_text(json.dumps(template, indent=2))
    (tmp_path / "main.parameters.json").write_text(json.dumps(values, indent=2))
    editor = await start()
    editor.open("main.parameters.json")
    await editor.finding("main.parameters.json", "template/parameter-type")
    editor.open("main.json")
    template["parameters"]["size"]["type"] = "string"
    editor.change("main.json", json.dumps(template, indent=2))
    await editor.found("main.parameters.json", lambda rules: "template/parameter-type" not in rules)


async def test_folders(start, factory, example):
    """takes folders into the workspace and out of it"""
    known = capabilities()
    editor = await start(factory, known=known, options={"diagnostics": {"scope": "workspace"}})

    def full() -> set[str]:
        return {uri for uri, each in editor.client.published.items() if each.diagnostics}

    await editor.quiet()
    assert not full()
    folder = types.WorkspaceFolder(example.as_uri(), "example")
    event = types.WorkspaceFoldersChangeEvent([folder], [])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    names = {each["file"] for each in kit.check(example)["findings"]}
    await editor.until(lambda: full() == {(example / name).as_uri() for name in names}, full)
    event = types.WorkspaceFoldersChangeEvent([], [folder])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    await editor.until(lambda: not full(), full)


async def test_two_factories(start, tmp_path, factory):
    """keeps factories of one workspace apart"""
    other = tmp_path / "other"
    shutil.copytree(factory, other)
    (other / RUNTIME).unlink()
    editor = await start(tmp_path)
    editor.open(f"factory/{SERVICE}")
    editor.open(f"other/{SERVICE}")
    assert await editor.finding(f"other/{SERVICE}", RULE)
    assert RULE not in kit.rules(await editor.found(f"factory/{SERVICE}"))


async def test_ignored(start, factory):
    """leaves out what .gitignore and the configuration leave out"""
    shutil.copytree(factory, factory / "build/copy")
    (factory / "build/copy" / RUNTIME).unlink()
    (factory / ".git").mkdir()
    (factory / ".gitignore").write_text("build/\n")
    editor = await start(factory, options={"diagnostics": {"scope": "workspace"}})
    editor.open(SERVICE)
    await editor.found(SERVICE)
    await editor.quiet()
    full = [uri for uri, each in editor.client.published.items() if each.diagnostics]
    assert not full


async def test_strange_names(start, tmp_path, factory):
    """knows its files by addresses with blanks, signs and other alphabets"""
    folder = tmp_path / "a b#c %20 ключ 🧬"
    shutil.move(factory, folder)
    editor = await start(folder)
    editor.open(SERVICE)
    editor.open(RUNTIME)
    assert await editor.found(SERVICE) == []
    editor.replace(RUNTIME, "OnPremises", "Elsewhere")
    finding = await editor.finding(SERVICE, RULE)
    for related in finding.related_information or []:
        assert editor.place(related.location)
    [(name, _)] = await editor.definitions(DATASET, "Files") if open_dataset(editor) else [("", "")]
    assert name == SERVICE


async def test_other_spelling(start, factory):
    """calls a file by the address that the editor has for it"""
    editor = await start(factory)
    address = editor.uri(SERVICE).replace("linkedService", "linked%53ervice").replace("Files", "Fil%65s")
    editor.open(address, (factory / SERVICE).read_text())
    editor.open(RUNTIME)
    editor.replace(RUNTIME, "OnPremises", "Elsewhere")
    await editor.finding(address, RULE)
    assert editor.uri(SERVICE) not in editor.client.published


def open_dataset(editor: kit.Editor) -> bool:
    editor.open(DATASET)
    return True
