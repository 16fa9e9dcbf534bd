"""Servers for the tests, and how their results are told."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_lsp import ClientServerConfig

import editor as kit
from connection import Client, capabilities

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest_asyncio.fixture
async def start(tmp_path):
    """Starts a server over a folder, as often as wanted, and ends all of them in good order."""
    editors: list[kit.Editor] = []

    async def begin(folder=None, *, options=None, known=None, rooted=True) -> kit.Editor:
        config = ClientServerConfig(server_command=[kit.ARMLINT, "lsp"], client_factory=Client)
        editor = kit.Editor(await config.start(), folder or tmp_path)
        editors.append(editor)
        await editor.initialize(known or capabilities(), options, rooted)
        return editor

    yield begin
    for editor in editors:
        await end(editor)


async def end(editor: kit.Editor):
    """Ends a session: the server leaves with 0, and has told no secret and no accident."""
    if editor.client.process.returncode is None:
        await asyncio.wait_for(editor.client.shutdown_session(), kit.PATIENCE)
    await editor.client.stop()
    assert editor.client.error is None, editor.client.error
    assert editor.client.process.returncode == 0, editor.client.standard_error.decode()
    said = editor.said()
    for secret in kit.PLANTED:
        assert secret not in said, f"the server told a secret: {around(said, secret)}"
    assert "panicked" not in said, said


def around(text: str, part: str) -> str:
    at = text.index(part)
    return text[max(0, at - 300) : at + 50]


@pytest.fixture
def example(tmp_path) -> Path:
    """A copy of the example's files that may be written to."""
    return Path(shutil.copytree(REPOSITORY / "testdata/example", tmp_path / "example"))


@pytest.fixture
def factory(tmp_path) -> Path:
    """A small factory: a runtime, a linked service over it, and a dataset."""
    folder = tmp_path / "factory"
    reference = {"referenceName": "OnPremises", "type": "IntegrationRuntimeReference"}
    service = {"referenceName": "Files", "type": "LinkedServiceReference"}
    properties = {"type": "FileServer", "typeProperties": {"host": "\\\\files01\\in"}, "connectVia": reference}
    write(folder, "factory/contoso.json", {"name": "contoso", "location": "westeurope"})
    write(folder, "integrationRuntime/OnPremises.json", {"name": "OnPremises", "properties": {"type": "SelfHosted"}})
    write(folder, "linkedService/Files.json", {"name": "Files", "properties": properties})
    table = {"type": "Binary", "linkedServiceName": service}
    write(folder, "dataset/In.json", {"name": "In", "properties": table})
    return folder


def write(folder: Path, name: str, content: dict):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")


def pytest_report_teststatus(report):
    # One line for each test is written below; pytest's letters would be in its way.
    if report.skipped or report.passed and report.when != "call":
        return None
    return ("passed" if report.passed else "failed" if report.when == "call" else "error"), "", ""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    item.user_properties.append(("says", (item.obj.__doc__ or item.name).strip().splitlines()[0]))


def pytest_runtest_logreport(report):
    if report.when == "call" or report.failed:
        says = next(value for key, value in report.user_properties if key == "says")
        parameters = report.nodeid.partition("[")[2].rstrip("]")
        outcome = "ok" if report.passed else "FAILED"
        print(f"{outcome} {says}{f' ({parameters})' if parameters else ''}", flush=True)
