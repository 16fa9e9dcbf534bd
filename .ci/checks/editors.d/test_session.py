"""The session itself: how it starts, what is answered to nonsense, and how it ends."""

import asyncio
import json

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

import editor as kit

PARAMS = {"processId": None, "rootUri": None, "capabilities": {}}


class Wire:
    """Bare messages, for what no client would send."""

    def __init__(self, process: asyncio.subprocess.Process):
        self.process = process

    @classmethod
    async def start(cls, *arguments: str) -> "Wire":
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(
            kit.ARMLINT, "lsp", *arguments, stdin=pipe, stdout=pipe, stderr=pipe
        ))

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def receive(self) -> dict:
        header = await asyncio.wait_for(self.process.stdout.readuntil(b"\r\n\r\n"), kit.PATIENCE)
        length = next(line for line in header.split(b"\r\n") if line.lower().startswith(b"content-length"))
        return json.loads(await self.process.stdout.readexactly(int(length.split(b":")[1])))

    async def answer(self, id: int) -> dict:
        """The answer to a request; what comes in between is passed over."""
        while (message := await self.receive()).get("id") != id or "method" in message:
            pass
        return message

    async def initialize(self):
        self.send(id=0, method="initialize", params=PARAMS)
        await self.answer(0)
        self.send(method="initialized", params={})

    async def ended(self) -> int:
        return await asyncio.wait_for(self.process.wait(), kit.PATIENCE)


async def test_capabilities(start):
    """says what it is and what it can do"""
    server = (await start()).server
    assert server.server_info.name == "armlint"
    assert server.server_info.version
    can = server.capabilities
    assert {"quickfix", "source.fixAll.armlint"} <= set(can.code_action_provider.code_action_kinds)
    assert "armlint.suppress" in can.execute_command_provider.commands
    assert can.text_document_sync.open_close
    assert can.text_document_sync.change in (
        types.TextDocumentSyncKind.Full, types.TextDocumentSyncKind.Incremental
    )
    assert can.hover_provider and can.definition_provider and can.document_symbol_provider
    assert can.workspace.workspace_folders.supported


@pytest.mark.parametrize("arguments", [[], ["--stdio"]], ids=["none", "--stdio"])
async def test_arguments(arguments):
    """serves over standard input and output, asked for or not"""
    wire = await Wire.start(*arguments)
    await wire.initialize()
    wire.send(id=1, method="shutdown")
    assert (await wire.answer(1))["result"] is None
    wire.send(method="exit")
    assert await wire.ended() == 0
    assert await wire.process.stderr.read() == b""


async def test_exit_without_shutdown():
    """ends with 1 when it is left without a shutdown"""
    wire = await Wire.start()
    await wire.initialize()
    wire.send(method="exit")
    assert await wire.ended() == 1


async def test_lost_client():
    """ends when its editor is gone"""
    wire = await Wire.start()
    await wire.initialize()
    wire.process.stdin.close()
    await wire.ended()


async def test_before_initialize():
    """refuses what comes before initialize, and takes initialize all the same"""
    wire = await Wire.start()
    wire.send(id=7, method="textDocument/hover", params={})
    assert (await wire.answer(7))["error"]["code"] == -32002
    await wire.initialize()
    wire.process.stdin.close()
    await wire.ended()


async def test_after_shutdown():
    """refuses what comes after shutdown"""
    wire = await Wire.start()
    await wire.initialize()
    wire.send(id=1, method="shutdown")
    await wire.answer(1)
    place = {"textDocument": {"uri": "file:///a.json"}, "position": {"line": 0, "character": 0}}
    wire.send(id=2, method="textDocument/hover", params=place)
    assert (await wire.answer(2))["error"]["code"] == -32600
    wire.send(method="exit")
    assert await wire.ended() == 0


async def test_unknown(start, factory):
    """answers an unknown request with an error and goes on"""
    editor = await start(factory)
    with pytest.raises(JsonRpcException) as error:
        await editor.client.protocol.send_request_async("armlint/nothing", {})
    assert error.value.code == -32601
    editor.client.protocol.notify("$/nothing", {})
    editor.client.protocol.notify("armlint/nothing", {})
    editor.open("linkedService/Files.json")
    assert await editor.found("linkedService/Files.json") == []


async def test_wrong_parameters(start, factory):
    """answers parameters that make no sense with an error and goes on"""
    wire = await Wire.start()
    await wire.initialize()
    wire.send(id=1, method="textDocument/hover", params={"textDocument": 5})
    assert (await wire.answer(1))["error"]["code"] == -32602
    wire.send(method="textDocument/didOpen", params={"textDocument": 5})
    wire.send(id=2, method="shutdown")
    assert "error" not in await wire.answer(2)
    wire.send(method="exit")
    assert await wire.ended() == 0


async def test_places_that_are_not_there(start, factory):
    """answers questions about places and files that are not there"""
    editor = await start(factory)
    editor.open("linkedService/Files.json")
    far = types.Position(4000, 4000)
    here = types.TextDocumentIdentifier(editor.uri("linkedService/Files.json"))
    gone = types.TextDocumentIdentifier(editor.uri("linkedService/Gone.json"))
    for document in (here, gone):
        assert await editor.client.text_document_hover_async(types.HoverParams(document, far)) is None
        params = types.DefinitionParams(document, far)
        assert not await editor.client.text_document_definition_async(params)
    assert not await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(gone))
    actions = await editor.actions("linkedService/Gone.json", types.Range(far, far))
    assert actions == []


async def test_cancel(factory):
    """answers each request once when all of them are cancelled, with what it is or as cancelled"""
    wire = await Wire.start()
    await wire.initialize()
    name = factory / "linkedService/Files.json"
    item = {"uri": name.as_uri(), "languageId": "json", "version": 1, "text": name.read_text()}
    wire.send(method="textDocument/didOpen", params={"textDocument": item})
    asked = range(100, 1100)
    place = {"textDocument": {"uri": name.as_uri()}, "position": {"line": 1, "character": 3}}
    for id in asked:
        wire.send(id=id, method="textDocument/hover", params=place)
    for id in reversed(asked):
        wire.send(method="$/cancelRequest", params={"id": id})
    wire.send(method="$/cancelRequest", params={"id": 4711})
    wire.send(id=1, method="shutdown")
    answers: dict[int, list] = {id: [] for id in asked}
    while (message := await wire.receive()).get("id") != 1:
        if message.get("id") in answers:
            answers[message["id"]].append(message.get("error", {}).get("code"))
    while any(not each for each in answers.values()):
        message = await wire.receive()
        answers[message["id"]].append(message.get("error", {}).get("code"))
    assert all(len(each) == 1 for each in answers.values())
    codes = {code for each in answers.values() for code in each}
    assert codes <= {None, -32800}
    assert -32800 in codes, "none was cancelled"
    wire.send(method="exit")
    assert await wire.ended() == 0


async def test_bare_client(start, factory):
    """serves a client that can do nothing but show findings"""
    (factory / "integrationRuntime/OnPremises.json").unlink()
    editor = await start(factory, known=types.ClientCapabilities())
    editor.open("linkedService/Files.json")
    finding = await editor.finding("linkedService/Files.json", "adf/dangling-reference")
    assert editor.encoding == "utf-16"
    assert finding.related_information is None, "related places for a client that does not know them"
    assert finding.code_description is None and finding.tags is None and finding.data is None
    assert editor.client.published[editor.uri("linkedService/Files.json")].version is None
    actions = await editor.actions("linkedService/Files.json", finding.range, [finding])
    assert all(isinstance(action, types.Command) for action in actions), "literals for a client without"
    assert await editor.symbols("linkedService/Files.json")
    assert not editor.client.registrations
    asked = [message["method"] for message in editor.client.received if "method" in message]
    assert set(asked) <= {"textDocument/publishDiagnostics", "window/logMessage", "window/showMessage"}


async def test_no_root(start, factory):
    """serves a client that tells no folder"""
    editor = await start(factory, rooted=False)
    editor.open("linkedService/Files.json")
    assert await editor.found("linkedService/Files.json") == []
    editor.replace("linkedService/Files.json", '"OnPremises"', '"Gone"')
    assert await editor.finding("linkedService/Files.json", "adf/dangling-reference")
