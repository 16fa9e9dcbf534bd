"""The connection of an editor to a server, which keeps all that comes over it."""

import asyncio
import json
from typing import TYPE_CHECKING

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.lsp.client import LanguageClient as PyglsClient
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features
from pytest_lsp.protocol import LanguageClientProtocol

if TYPE_CHECKING:
    from editor import Editor


def capabilities(encodings: list[str] | None = None) -> types.ClientCapabilities:
    """What an editor can do that can do everything."""
    value_sets = {"valueSet": ["", "quickfix", "source", "source.fixAll"]}
    document = {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": value_sets},
            "isPreferredSupport": True,
            "dataSupport": True,
            "disabledSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "definition": {"linkSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    }
    workspace = {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "workspaceFolders": True,
        "configuration": True,
    }
    window = {"workDoneProgress": True, "showDocument": {"support": True}}
    general = {"positionEncodings": encodings} if encodings else {}
    everything = {"textDocument": document, "workspace": workspace, "window": window, "general": general}
    return get_converter().structure(everything, types.ClientCapabilities)


class Protocol(LanguageClientProtocol):
    """Keeps what is received, as it was before anything made sense of it."""

    def structure_message(self, data):
        if "jsonrpc" in data:
            self._server.received.append(json.loads(json.dumps(data)))
        return super().structure_message(data)


class Client(LanguageClient):
    """The connection to one server."""

    def __init__(self):
        super().__init__(protocol_cls=Protocol, converter_factory=default_converter)
        self.received: list[dict] = []
        self.standard_error = bytearray()
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.publications: list[types.PublishDiagnosticsParams] = []
        self.registrations: dict[str, types.Registration] = {}
        self.arrived = asyncio.Event()
        self.editor: "Editor | None" = None
        handlers = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
            types.CLIENT_REGISTER_CAPABILITY: registered,
            types.CLIENT_UNREGISTER_CAPABILITY: unregistered,
            types.WORKSPACE_APPLY_EDIT: applied,
        }
        register_lsp_features(self, {**DEFAULT_CLIENT_FEATURES, **handlers})

    async def start_io(self, cmd: str, *args, **kwargs):
        # Not that of pytest-lsp, which writes standard error to its own.
        await PyglsClient.start_io(self, cmd, *args, **kwargs)
        self._stderr_forwarder = asyncio.create_task(self._keep_standard_error())

    async def _keep_standard_error(self):
        while chunk := await self._server.stderr.read(65536):
            self.standard_error += chunk

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The server."""
        return self._server


def published(client: Client, params: types.PublishDiagnosticsParams):
    client.published[params.uri] = params
    client.publications.append(params)
    client.arrived.set()


def registered(client: Client, params: types.RegistrationParams):
    client.registrations.update({each.id: each for each in params.registrations})
    client.arrived.set()


def unregistered(client: Client, params: types.UnregistrationParams):
    for each in params.unregisterations:
        del client.registrations[each.id]


def applied(client: Client, params: types.ApplyWorkspaceEditParams):
    client.editor.apply(params.edit)
    return types.ApplyWorkspaceEditResult(applied=True)
