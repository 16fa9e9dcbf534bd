"""An editor as a test sees it: one server, the buffers that it was told of, and what can be asked."""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from lsprotocol.converters import get_converter

import positions
from connection import Client

ARMLINT = os.environ["ARMLINT"]

# Parts of every secret in the files of the tests. A server that says one of them fails whatever test it runs in.
PLANTED = ["planted-Secret", "not-a-real-passw0rd", "eyJDcmVkZW50aWFsSWQi"]

# What a server may take a moment for, on a machine that does other things as well. In seconds.
PATIENCE = 20

Found = list[types.Diagnostic]


class Editor:
    """One server over one folder, and the buffers that are open."""

    def __init__(self, client: Client, folder: Path):
        self.client = client
        self.folder = folder
        self.buffers: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.encoding = "utf-16"
        self.server = None
        client.editor = self

    async def initialize(self, known: types.ClientCapabilities, options=None, rooted: bool = True):
        """Starts the session. `rooted`: whether the folder is told to the server."""
        folders = [types.WorkspaceFolder(self.folder.as_uri(), self.folder.name)] if rooted else None
        root = self.folder.as_uri() if rooted else None
        params = types.InitializeParams(
            known, initialization_options=options, workspace_folders=folders, root_uri=root
        )
        self.server = await self.client.initialize_session(params)
        self.encoding = self.server.capabilities.position_encoding or "utf-16"

    def uri(self, name: str) -> str:
        """The address of a file of the folder; one of anything else is taken as it is."""
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None, language: str | None = None):
        """Opens a file, with the text on disk unless one is given."""
        uri = self.uri(name)
        text = (self.folder / name).read_bytes().decode("utf-8-sig") if text is None else text
        language = language or ("yaml" if name.endswith(("yaml", "yml")) else "json")
        self.buffers[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name: str, text: str):
        """Types: from now on the buffer holds this text."""
        uri = self.uri(name)
        self.buffers[uri] = text
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def replace(self, name: str, old: str, new: str):
        """Types: in place of the only `old` there is `new`."""
        text = self.text(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.change(name, text.replace(old, new))

    def save(self, name: str):
        """Writes the buffer to disk, and tells it as editors do that watch files."""
        (self.folder / name).write_bytes(self.text(name).encode())
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))
        self.watched(name, types.FileChangeType.Changed)

    def close(self, name: str):
        """Closes a buffer without writing it."""
        uri = self.uri(name)
        del self.buffers[uri], self.versions[uri]
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def text(self, name: str) -> str:
        """The text of an open buffer."""
        return self.buffers[self.uri(name)]

    def write(self, name: str, text: str):
        """Another program writes a file."""
        path = self.folder / name
        kind = types.FileChangeType.Changed if path.exists() else types.FileChangeType.Created
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        self.watched(name, kind)

    def delete(self, name: str):
        """Another program deletes a file."""
        (self.folder / name).unlink()
        self.watched(name, types.FileChangeType.Deleted)

    def watched(self, name: str, kind: types.FileChangeType):
        event = types.FileEvent(self.uri(name), kind)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    def configure(self, settings):
        """The user changes the settings: they are told, and there for a server that asks."""
        self.client.set_configuration(settings)
        params = types.DidChangeConfigurationParams(settings)
        self.client.workspace_did_change_configuration(params)

    async def until(self, holds: Callable[[], bool], what: Callable[[], object], patience: float = PATIENCE):
        """Waits for messages until something holds; `what` says how it stands if it never does."""
        end = asyncio.get_running_loop().time() + patience
        while not holds():
            self.client.arrived.clear()
            left = end - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self.client.arrived.wait(), left)
            except TimeoutError:
                raise AssertionError(f"waited in vain; there is {what()}") from None

    async def found(self, name: str, fits: Callable[[list[str]], bool] = lambda rules: True) -> Found:
        """The findings of a file as it is now, once their rules fit."""
        uri = self.uri(name)

        def holds() -> bool:
            last = self.client.published.get(uri)
            if last is None or last.version not in (None, self.versions.get(uri)):
                return False
            return fits(rules(last.diagnostics))

        def state() -> object:
            last = self.client.published.get(uri)
            return last and (last.version, rules(last.diagnostics))

        await self.until(holds, state)
        return list(self.client.published[uri].diagnostics)

    async def finding(self, name: str, rule: str) -> types.Diagnostic:
        """The first finding of a rule in a file, once it is there."""
        found = await self.found(name, lambda rules: rule in rules)
        return next(each for each in found if each.code == rule)

    async def quiet(self, seconds: float = 0.7):
        """Waits until the server has said nothing for a while: for what must not come."""
        while True:
            self.client.arrived.clear()
            try:
                await asyncio.wait_for(self.client.arrived.wait(), seconds)
            except TimeoutError:
                return

    async def actions(self, name: str, span: types.Range, found: Found = (), only=None) -> list:
        """The code actions at a place."""
        context = types.CodeActionContext(list(found), only)
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.CodeActionParams(document, span, context)
        await self.client.text_document_code_action_async(params)
        # lsprotocol takes a code action that has a command for a command, so the answer is read again.
        answer = next(each for each in reversed(self.client.received) if "result" in each)["result"] or []
        kinds = (types.Command if isinstance(each.get("command"), str) else types.CodeAction for each in answer)
        return [get_converter().structure(each, kind) for each, kind in zip(answer, kinds)]

    async def resolved(self, action: types.CodeAction) -> types.CodeAction:
        """A code action with its edit, which a server may give only when it is asked."""
        if action.edit or action.command:
            return action
        return await self.client.code_action_resolve_async(action)

    async def do(self, action: types.CodeAction, reason: str | None = None):
        """Chooses a code action. `reason`: what the user answers, where its command asks."""
        action = await self.resolved(action)
        if action.edit:
            self.apply(action.edit)
        if action.command:
            arguments = list(action.command.arguments or [])
            if reason is not None:
                arguments.append(reason)
            params = types.ExecuteCommandParams(action.command.command, arguments)
            return await self.client.workspace_execute_command_async(params)

    def apply(self, edit: types.WorkspaceEdit):
        """Carries an edit out: in the buffers, and on disk for what is not open."""
        for change in edit.document_changes or []:
            match change:
                case types.CreateFile():
                    path = self.path(change.uri)
                    ignore = change.options and change.options.ignore_if_exists
                    assert ignore or not path.exists(), f"{path} is there already"
                    if not path.exists():
                        path.write_bytes(b"")
                        self.watched(change.uri, types.FileChangeType.Created)
                case types.TextDocumentEdit():
                    version = change.text_document.version
                    uri = change.text_document.uri
                    assert version in (None, self.versions.get(uri)), "an edit of another version"
                    self.edit(uri, change.edits)
                case _:
                    raise AssertionError(f"an edit that is not expected: {change}")
        for uri, edits in (edit.changes or {}).items():
            self.edit(uri, edits)

    def edit(self, uri: str, edits: list[types.TextEdit]):
        if uri in self.buffers:
            self.change(uri, positions.edited(self.buffers[uri], list(edits), self.encoding))
        else:
            path = self.path(uri)
            text = positions.edited(path.read_bytes().decode(), list(edits), self.encoding)
            path.write_bytes(text.encode())
            self.watched(uri, types.FileChangeType.Changed)

    def path(self, uri: str) -> Path:
        """The path of a file's address."""
        return Path(unquote(urlsplit(uri).path))

    def position(self, name: str, needle: str, inside: int = 1) -> types.Position:
        """The position some characters into the first `needle` of a buffer."""
        text = self.text(name)
        return positions.position(text, text.index(needle) + inside, self.encoding)

    async def hover(self, name: str, needle: str, inside: int = 1) -> str:
        """What is shown over a place; empty where nothing is."""
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.HoverParams(document, self.position(name, needle, inside))
        hover = await self.client.text_document_hover_async(params)
        if hover is None:
            return ""
        contents = hover.contents
        return contents if isinstance(contents, str) else contents.value

    async def definitions(self, name: str, needle: str, inside: int = 1) -> list[tuple[str, str]]:
        """Where a name is declared: files, and the texts under the places."""
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.DefinitionParams(document, self.position(name, needle, inside))
        answer = await self.client.text_document_definition_async(params)
        if answer is None:
            return []
        answer = answer if isinstance(answer, (list, tuple)) else [answer]
        return [self.place(each) for each in answer]

    def place(self, link: types.Location | types.LocationLink) -> tuple[str, str]:
        """The file of a place, from the folder, and the text there."""
        if isinstance(link, types.LocationLink):
            uri, span = link.target_uri, link.target_selection_range
        else:
            uri, span = link.uri, link.range
        path = self.path(uri)
        text = self.buffers.get(uri) or path.read_bytes().decode()
        name = path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else str(path)
        return name, positions.covered(text, span, self.encoding)

    async def symbols(self, name: str) -> list:
        """The symbols of a file."""
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.DocumentSymbolParams(document)
        return list(await self.client.text_document_document_symbol_async(params) or [])

    def said(self) -> str:
        """Everything that the server has said."""
        messages = json.dumps(self.client.received, ensure_ascii=False)
        return messages + self.client.standard_error.decode(errors="replace")


def rules(found: Found) -> list[str]:
    """The rules of findings."""
    return [each.code for each in found]


def plain(value):
    """A value of the protocol as plain data."""
    return get_converter().unstructure(value) if hasattr(value, "__attrs_attrs__") else value


def check(folder: Path, *arguments: str) -> dict:
    """The report of `armlint check` over a folder."""
    command = [ARMLINT, "check", "--format", "json", *arguments]
    output = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL)
    assert output.returncode in (0, 1, 2), output.stderr
    return json.loads(output.stdout)
