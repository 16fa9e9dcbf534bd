"""Changes of parts of a text: what the server makes of them is what the editor has."""

import random

import pytest
from lsprotocol import types

import positions
from connection import capabilities

# The comment is in the line of the finding, whose columns tell what the server has made of it.
START = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [],
  "outputs": { "out": { "type": "string", /* Notes: */ "value": "[parameters('unknown')]" } }
}
"""
TYPED = ["a", " ", "é", "ß", "語", "🧬", "👩‍🔬", "e\u0301", "\u2028", "\t", "it's", '"', "\n", "\r\n"]


class Notes:
    """Random edits of the comment, as an editor with a cursor makes them."""

    def __init__(self, seed: int, encoding: str):
        self.random = random.Random(seed)
        self.text = START
        self.encoding = encoding

    def change(self) -> types.TextDocumentContentChangePartial:
        first, last = self.text.index("Notes:") + len("Notes:"), self.text.index('*/ "value"')
        start = self.behind_line_end(self.random.randint(first, last))
        end = self.behind_line_end(min(last, start + self.random.choice([0, 0, 0, 0, 1, 2, 12])))
        new = "".join(self.random.choices(TYPED, k=self.random.choice([0, 1, 2, 4])))
        ends = positions.position(self.text, start, self.encoding), positions.position(self.text, end, self.encoding)
        self.text = self.text[:start] + new + self.text[end:]
        return types.TextDocumentContentChangePartial(types.Range(*ends), new)

    def behind_line_end(self, index: int) -> int:
        """An index that is not in the middle of a line end, where no cursor can be."""
        return index + (self.text[index - 1 : index + 1] == "\r\n")


@pytest.mark.parametrize("encoding", positions.CODECS)
@pytest.mark.parametrize("seed", range(3))
async def test_partial_changes(start, encoding, seed):
    """keeps the text of the editor over hundreds of changes of parts of it"""
    editor = await start(known=capabilities([encoding]))
    assert editor.server.capabilities.text_document_sync.change == types.TextDocumentSyncKind.Incremental
    notes = Notes(seed, encoding)
    editor.open("main.json", START)
    uri = editor.uri("main.json")
    for _ in range(100):
        changes = [notes.change() for _ in range(notes.random.choice([1, 1, 4]))]
        editor.versions[uri] += 1
        editor.buffers[uri] = notes.text
        document = types.VersionedTextDocumentIdentifier(editor.versions[uri], uri)
        editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))
    assert any(each in notes.text for each in ("🧬", "\r\n"))
    found = await editor.found("main.json", lambda rules: rules == ["template/undefined-name"])
    assert positions.covered(notes.text, found[0].range, encoding) == "'unknown'"


async def test_parts_and_whole(start):
    """takes changes of parts and of the whole one after the other"""
    editor = await start()
    editor.open("main.json", "")
    uri = editor.uri("main.json")
    zero = types.Position(0, 0)
    changes = [
        types.TextDocumentContentChangePartial(types.Range(zero, zero), "{}"),
        types.TextDocumentContentChangeWholeDocument(START.replace("unknown", "gone")),
        types.TextDocumentContentChangePartial(types.Range(zero, zero), "\n\n"),
        types.TextDocumentContentChangePartial(types.Range(zero, types.Position(1, 0)), ""),
    ]
    text = "\n" + START.replace("unknown", "gone")
    editor.versions[uri], editor.buffers[uri] = 2, text
    document = types.VersionedTextDocumentIdentifier(2, uri)
    editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))
    finding = await editor.finding("main.json", "template/undefined-name")
    assert positions.covered(text, finding.range) == "'gone'"
