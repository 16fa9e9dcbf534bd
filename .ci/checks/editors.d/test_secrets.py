"""No secret of a file is in anything that the server says, whatever it is asked.

Every session of every test is searched for the secrets of its files as well; these here ask for everything.
"""

import json

import pytest
from lsprotocol import types

import editor as kit
import positions

SQL = "Server=tcp:db.database.windows.net;Database=a;User ID=b;Password=planted-Secret-1;"
STORE = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=planted-Secret-2==;EndpointSuffix=core.windows.net"

FILES = {
    "factory/contoso.json": {"name": "contoso", "location": "westeurope"},
    "linkedService/Sql.json": {
        "name": "Sql",
        "properties": {"type": "AzureSqlDatabase", "typeProperties": {"connectionString": SQL}},
    },
    "linkedService/Store.json": {
        "name": "Store",
        "properties": {"type": "AzureBlobStorage", "typeProperties": {"connectionString": STORE}},
    },
    "linkedService/Web.json": {
        "name": "Web",
        "properties": {
            "type": "HttpServer",
            "typeProperties": {
                "url": "https://user:planted-Secret-3@example.org/",
                "authenticationType": "Basic",
                "userName": "a",
                "password": {"type": "SecureString", "value": "planted-Secret-4"},
            },
        },
    },
    "pipeline/Call.json": {
        "name": "Call",
        "properties": {
            "parameters": {"apiKey": {"type": "string", "defaultValue": "planted-Secret-5"}},
            "activities": [
                {
                    "name": "call",
                    "type": "WebActivity",
                    "typeProperties": {
                        "url": "https://example.org/?sig=planted-Secret-6",
                        "method": "GET",
                        "headers": {"Authorization": "Bearer planted-Secret-7"},
                    },
                }
            ],
        },
    },
    "main.json": {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "password": {"type": "securestring", "defaultValue": "planted-Secret-8"},
            "plain": {"type": "string", "defaultValue": "planted-Secret-9"},
        },
        "variables": {
            "connection": "[concat('Server=a;User ID=b;Password=', parameters('plain'))]",
            "other": "[concat('Server=a;User ID=b;Password=', parameters('password'))]",
            "literal": "Server=tcp:a;User ID=b;Password=planted-Secret-10",
        },
        "resources": [
            {
                "type": "Microsoft.DataFactory/factories/linkedservices",
                "apiVersion": "2018-06-01",
                "name": f"contoso/{number}",
                "properties": {
                    "type": "AzureSqlDatabase",
                    "typeProperties": {"connectionString": f"[variables('{variable}')]"},
                },
            }
            for number, variable in enumerate(["connection", "other", "literal"])
        ],
        "outputs": {"all": {"type": "string", "value": "[variables('connection')]"}},
    },
    "main.parameters.json": {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"password": {"value": "planted-Secret-11"}, "plain": {"value": "planted-Secret-12"}},
    },
}


@pytest.fixture
def secrets(tmp_path):
    """Files with secrets in every place that there is a rule for."""
    folder = tmp_path / "secrets"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2))
    return folder


async def ask(editor: kit.Editor, name: str):
    """Asks everything about a file, at every third character of it."""
    text = editor.text(name)
    document = types.TextDocumentIdentifier(editor.uri(name))
    await editor.symbols(name)
    for index in range(0, len(text), 3):
        place = positions.position(text, index, editor.encoding)
        await editor.client.text_document_hover_async(types.HoverParams(document, place))
        await editor.client.text_document_definition_async(types.DefinitionParams(document, place))
    whole = types.Range(types.Position(0, 0), positions.position(text, len(text), editor.encoding))
    found = await editor.found(name)
    for action in await editor.actions(name, whole, found):
        await editor.resolved(action)
    return whole


@pytest.mark.parametrize("name", FILES)
async def test_asked_everything(start, secrets, name):
    """tells no secret, not in findings, hovers, symbols, fixes, nor in what is logged"""
    editor = await start(secrets, options={"minConfidence": "low"})
    editor.open(name)
    await ask(editor, name)
    said = editor.said()
    assert "planted" not in said
    assert len(editor.client.received) > 20


async def test_whole_workspace(start, secrets):
    """tells none of the files that are not open either"""
    editor = await start(secrets, options={"diagnostics": {"scope": "workspace"}, "minConfidence": "low"})
    found = lambda: sum(len(each.diagnostics) for each in editor.client.published.values())
    number = len(kit.check(secrets, "--min-confidence", "low")["findings"])
    await editor.until(lambda: found() == number, found)
    assert number > 10


async def test_applied(start, secrets):
    """tells none while fixes and suppressions are carried out"""
    editor = await start(secrets, options={"asksForReason": True})
    done = set()
    for name in FILES:
        editor.open(name)
        while new := [each for each in await editor.found(name) if (name, each.code) not in done]:
            finding = new[0]
            done.add((name, finding.code))
            for action in await editor.actions(name, finding.range, [finding]):
                await editor.resolved(action)
                if action.command and kit.rules(action.diagnostics) == [finding.code]:
                    await editor.do(action, "all of them are made up")
                    break
            await editor.quiet(0.2)
    assert len(done) > 10
    assert any(message.get("method") == "workspace/applyEdit" for message in editor.client.received)


async def test_one_line(start, secrets):
    """tells none when a file of a single line is fixed as a whole"""
    name = "main.json"
    editor = await start(secrets)
    editor.open(name, json.dumps(FILES[name]))
    await editor.finding(name, "adf/secret-parameter-not-secure")
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    [action] = await editor.actions(name, nowhere, only=["source.fixAll"])
    await editor.do(action)
    assert json.loads(editor.text(name))["parameters"]["plain"]["type"].lower() == "securestring"
    assert "planted" in editor.text(name)


async def test_broken(start, secrets):
    """tells none of a text that breaks off in the middle of one"""
    editor = await start(secrets)
    for name in FILES:
        editor.open(name)
        text = editor.text(name)
        for cut in (text.find("planted-Secret") + length for length in (0, 3, 7, 14, 16, 18)):
            if cut >= 3:
                editor.change(name, text[:cut] if "planted" in text else text)
                await editor.found(name)
                document = types.TextDocumentIdentifier(editor.uri(name))
                place = positions.position(text[:cut], cut, editor.encoding)
                await editor.client.text_document_hover_async(types.HoverParams(document, place))
    assert "planted" not in editor.said()
