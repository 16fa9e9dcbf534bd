"""Columns in the three encodings, with characters in front that each of them counts otherwise."""

import json

import pytest

import positions
from connection import capabilities
from conftest import REPOSITORY

# Two bytes of UTF-8, and four of UTF-8 that are two units of UTF-16.
BEFORE = "é🧬"

RULE = "adf/secret-parameter-not-secure"


@pytest.fixture
def template() -> str:
    """The example's template in one line, with such characters in front."""
    content = json.loads((REPOSITORY / "testdata/example/azuredeploy.json").read_text())
    content["outputs"] = {"all": {"type": "string", "value": f"[concat('{BEFORE}', parameters('subnetId'))]"}}
    return json.dumps({"metadata": {"description": BEFORE}, **content}, ensure_ascii=False)


@pytest.mark.parametrize(
    "offered, chosen",
    [
        (["utf-8"], {"utf-8"}),
        (["utf-16"], {"utf-16"}),
        (["utf-32"], {"utf-32"}),
        (["utf-32", "utf-16"], {"utf-32", "utf-16"}),
        (["utf-7", "utf-8"], {"utf-8"}),
        (None, {"utf-16"}),
    ],
    ids=lambda each: "-or-".join(each) if isinstance(each, list) else "none" if each is None else "",
)
async def test_places(start, template, offered, chosen):
    """counts columns as the editor does, both ways, behind characters of several units"""
    editor = await start(known=capabilities(offered))
    assert editor.encoding in chosen
    editor.open("main.json", template)
    finding = await editor.finding("main.json", RULE)
    assert positions.covered(template, finding.range, editor.encoding).strip('"') == "string"
    for each in await editor.found("main.json"):
        assert positions.covered(template, each.range, editor.encoding)
        for related in each.related_information or []:
            assert positions.covered(template, related.location.range, editor.encoding)
    [(name, text)] = await editor.definitions("main.json", "parameters('subnetId'))]", inside=13)
    assert (name, text.strip('"')) == ("main.json", "subnetId")
    for symbol in await editor.symbols("main.json"):
        assert positions.covered(template, symbol.selection_range, editor.encoding)
    actions = await editor.actions("main.json", finding.range, [finding])
    await editor.do(next(each for each in actions if each.kind == "quickfix" and each.is_preferred))
    await editor.found("main.json", lambda rules: RULE not in rules)
    assert json.loads(editor.text("main.json"))["parameters"]["warehousePassword"]["type"].lower() == "securestring"
