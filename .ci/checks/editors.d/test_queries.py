"""What is shown over a place, where a name is declared, and what is in a file."""

import json

import pytest
from lsprotocol import types

import positions
from connection import capabilities

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"

TEMPLATE = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "languageVersion": "2.0",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "prefix": { "type": "string" },
    "suffix": { "type": "string", "defaultValue": "prod" },
    "password": { "type": "securestring", "defaultValue": "planted-Secret-1" }
  },
  "variables": {
    "fixed": "[concat('adf', '-', 'west')]",
    "name": "[concat(parameters('prefix'), '-', parameters('suffix'))]",
    "hidden": "[concat('Password=', parameters('password'))]"
  },
  "resources": {
    "store": {
      "type": "Microsoft.Storage/storageAccounts",
      "apiVersion": "2023-01-01",
      "name": "[variables('name')]",
      "location": "westeurope"
    },
    "roles": {
      "type": "Microsoft.Authorization/locks",
      "apiVersion": "2020-05-01",
      "name": "[variables('fixed')]",
      "dependsOn": ["store"],
      "properties": { "level": "CanNotDelete", "notes": "[reference('store').primaryEndpoints.blob]" }
    }
  },
  "outputs": {
    "out": { "type": "string", "value": "[variables('hidden')]" }
  }
}
"""


def test_template_is_json():
    """the template of these tests is JSON"""
    assert json.loads(TEMPLATE)["languageVersion"] == "2.0"


@pytest.fixture
def lines() -> dict[str, str]:
    return {line.strip().split('"')[1]: line for line in TEMPLATE.split("\n") if '"' in line}


async def test_hover_value(start, tmp_path):
    """shows what an expression comes to, and what is left of it where that is not known"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    assert "adf-west" in await editor.hover("main.json", "[concat('adf'", inside=3)
    over = await editor.hover("main.json", "variables('fixed')", inside=12)
    assert "adf-west" in over
    left = await editor.hover("main.json", "[concat(parameters('prefix')", inside=3)
    assert "prefix" in left


async def test_hover_name(start, tmp_path):
    """shows the type and the default of a parameter where it is used"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    over = await editor.hover("main.json", "parameters('suffix')", inside=13)
    assert "suffix" in over and "string" in over and "prod" in over
    assert "main.json:7" in over, "it does not say where the default is"


async def test_hover_secret(start, tmp_path):
    """masks a secret wherever it is looked at"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    text = editor.text("main.json")
    for needle in ["planted-Secret-1", "parameters('password')", "[concat('Password", "variables('hidden')"]:
        for inside in range(1, len(needle), 3):
            over = await editor.hover("main.json", needle, inside)
            assert "planted" not in over
    over = await editor.hover("main.json", "parameters('password')", inside=13)
    assert "password" in over and "securestring" in over.lower()
    assert "planted-Secret-1" in text


async def test_hover_finding(start, example):
    """shows on a finding what its rule is about"""
    name = "contoso-ingest/linkedService/Orders.json"
    editor = await start(example)
    editor.open(name)
    finding = await editor.finding(name, "adf/dangling-reference")
    over = await editor.hover(name, "KeyVualt")
    assert "adf/dangling-reference" in over
    assert "Reference to an artefact that does not exist" in over or "Why" in over
    assert finding.code_description.href in over or "/rules/" in over or len(over) > 200


async def test_hover_nothing(start, tmp_path):
    """shows nothing where nothing is to be said"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    document = types.TextDocumentIdentifier(editor.uri("main.json"))
    params = types.HoverParams(document, types.Position(0, 0))
    assert await editor.client.text_document_hover_async(params) is None


async def test_hover_range(start, tmp_path):
    """says which text it speaks of"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    document = types.TextDocumentIdentifier(editor.uri("main.json"))
    params = types.HoverParams(document, editor.position("main.json", "variables('fixed')", 12))
    hover = await editor.client.text_document_hover_async(params)
    assert "fixed" in positions.covered(TEMPLATE, hover.range)


async def test_plain_hover(start, tmp_path):
    """writes plain text for editors that do not read Markdown"""
    known = capabilities()
    known.text_document.hover = types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
    editor = await start(known=known)
    editor.open("main.json", TEMPLATE)
    document = types.TextDocumentIdentifier(editor.uri("main.json"))
    params = types.HoverParams(document, editor.position("main.json", "variables('fixed')", 12))
    hover = await editor.client.text_document_hover_async(params)
    assert hover.contents.kind == types.MarkupKind.PlainText
    assert "adf-west" in hover.contents.value and "```" not in hover.contents.value


@pytest.mark.parametrize(
    "needle, inside, name",
    [
        ("parameters('prefix')", 13, "prefix"),
        ("variables('name')", 12, "name"),
        ("variables('fixed')", 12, "fixed"),
    ],
)
async def test_definition(start, tmp_path, needle, inside, name):
    """leads from a name to its declaration"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    [(file, text)] = await editor.definitions("main.json", needle, inside)
    assert (file, text.strip('"')) == ("main.json", name)


@pytest.mark.parametrize("needle, inside", [("reference('store')", 12), ('"dependsOn": ["store"]', 16)])
async def test_definition_of_a_resource(start, tmp_path, needle, inside):
    """leads from a symbolic name to its resource"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    document = types.TextDocumentIdentifier(editor.uri("main.json"))
    params = types.DefinitionParams(document, editor.position("main.json", needle, inside))
    [link] = await editor.client.text_document_definition_async(params)
    target = positions.covered(TEMPLATE, link.target_range)
    assert '"type": "Microsoft.Storage/storageAccounts"' in target and "locks" not in target
    assert positions.covered(TEMPLATE, link.target_selection_range).strip('"') == "store"
    assert "store" in positions.covered(TEMPLATE, link.origin_selection_range)


@pytest.mark.parametrize(
    "file, needle, target",
    [
        ("linkedService/Files.json", "OnPremises", "integrationRuntime/OnPremises.json"),
        ("dataset/In.json", "Files", "linkedService/Files.json"),
    ],
)
async def test_definition_elsewhere(start, factory, file, needle, target):
    """leads to another file of the factory, open or not, saved or not"""
    editor = await start(factory)
    editor.open(file)
    [(name, text)] = await editor.definitions(file, f'"referenceName": "{needle}"', inside=20)
    assert name == target and needle in text
    editor.open(target)
    editor.change(target, "\n\n" + editor.text(target))
    [(name, text)] = await editor.definitions(file, f'"referenceName": "{needle}"', inside=20)
    assert name == target and needle in text


async def test_definition_of_a_dataset(start, example):
    """leads from a pipeline to its datasets"""
    name = "contoso-ingest/pipeline/CopySales.json"
    editor = await start(example)
    editor.open(name)
    [(target, _)] = await editor.definitions(name, '"referenceName": "LakeSales"', inside=20)
    assert target == "contoso-ingest/dataset/LakeSales.json"


async def test_definition_of_nothing(start, example):
    """leads nowhere from a name that nothing declares"""
    name = "contoso-ingest/linkedService/Orders.json"
    editor = await start(example)
    editor.open(name)
    assert await editor.definitions(name, "KeyVualt") == []


def flat(symbols: list) -> list:
    return [each for symbol in symbols for each in [symbol, *flat(symbol.children or [])]]


async def test_symbols(start, tmp_path):
    """lists what a template declares, each within the one that holds it"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    symbols = await editor.symbols("main.json")
    names = " ".join(each.name for each in flat(symbols))
    for name in ("prefix", "suffix", "password", "fixed", "hidden", "store", "roles", "out"):
        assert name in names, name
    for each in flat(symbols):
        assert each.name.strip()
        assert positions.covered(TEMPLATE, each.selection_range) in positions.covered(TEMPLATE, each.range)
        for child in each.children or []:
            assert positions.covered(TEMPLATE, child.range) in positions.covered(TEMPLATE, each.range)


async def test_flat_symbols(start, tmp_path):
    """lists them flat for editors that know no trees"""
    known = capabilities()
    known.text_document.document_symbol = None
    editor = await start(known=known)
    editor.open("main.json", TEMPLATE)
    symbols = await editor.symbols("main.json")
    assert all(isinstance(each, types.SymbolInformation) for each in symbols)
    assert any("store" in each.name for each in symbols)


async def test_symbols_of_a_pipeline(start, example):
    """lists the activities of a pipeline"""
    name = "contoso-ingest/pipeline/CopySales.json"
    editor = await start(example)
    editor.open(name)
    names = [each.name for each in flat(await editor.symbols(name))]
    assert any("Sales to lake" in each for each in names) and any("Sales count" in each for each in names)


async def test_yaml(start, tmp_path):
    """answers the same of YAML"""
    text = f"""$schema: {SCHEMA}
contentVersion: 1.0.0.0
parameters:
  prefix: {{type: string}}
variables:
  fixed: "[concat('adf', '-', 'west')]"
resources: []
outputs:
  one: {{type: string, value: "[concat(parameters('prefix'), variables('fixed'))]"}}
"""
    editor = await start()
    editor.open("main.yaml", text)
    assert "adf-west" in await editor.hover("main.yaml", "variables('fixed')", 12)
    [(name, target)] = await editor.definitions("main.yaml", "parameters('prefix')", 13)
    assert name == "main.yaml" and target.startswith("prefix")
    names = " ".join(each.name for each in flat(await editor.symbols("main.yaml")))
    assert "prefix" in names and "fixed" in names and "one" in names


async def test_broken(start, tmp_path):
    """answers of a text that cannot be read in whole, whatever the place"""
    editor = await start()
    editor.open("main.json", TEMPLATE)
    document = types.TextDocumentIdentifier(editor.uri("main.json"))
    for end in range(0, len(TEMPLATE), 97):
        editor.change("main.json", TEMPLATE[:end])
        last = positions.position(TEMPLATE[:end], end, "utf-16")
        await editor.client.text_document_hover_async(types.HoverParams(document, last))
        await editor.client.text_document_definition_async(types.DefinitionParams(document, last))
        await editor.symbols("main.json")
        await editor.actions("main.json", types.Range(types.Position(0, 0), last))
