"""`armlint.yaml` and the settings of the editor."""

import pytest
from lsprotocol import types

import editor as kit
import positions
from connection import capabilities

RUNTIME = "contoso-ingest/integrationRuntime/ManagedNetworkRuntime.json"
SALES = "contoso-ingest/linkedService/Sales.json"
TEMPLATE = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": []
}
"""
LOW = "adf/prefer-managed-identity"
RULE = "adf/managed-runtime-location"


async def test_watched(start, factory):
    """asks to be told of templates and configurations that change on disk"""
    editor = await start(factory)
    wanted = "workspace/didChangeWatchedFiles"

    def watchers() -> list:
        registrations = editor.client.registrations.values()
        return [
            watcher["globPattern"] if isinstance(watcher["globPattern"], str) else watcher["globPattern"]["pattern"]
            for each in registrations
            if each.method == wanted
            for watcher in kit.plain(each.register_options)["watchers"]
        ]

    await editor.until(watchers, lambda: editor.client.registrations)
    patterns = " ".join(watchers())
    for part in ("json", "yaml", "yml"):
        assert part in patterns, patterns


async def test_reload(start, example):
    """follows armlint.yaml as it is written, changed and deleted"""
    editor = await start(example)
    editor.open(RUNTIME)
    await editor.finding(RUNTIME, RULE)
    editor.write("armlint.yaml", f"ignore: [{RULE}]\n")
    await editor.found(RUNTIME, lambda rules: RULE not in rules)
    editor.write("armlint.yaml", f"rules:\n  {RULE}: {{ severity: low }}\n")
    finding = await editor.finding(RUNTIME, RULE)
    assert finding.severity == types.DiagnosticSeverity.Information
    editor.write("contoso-ingest/armlint.yaml", f"ignore: [{RULE}]\n")
    await editor.found(RUNTIME, lambda rules: RULE not in rules)
    editor.delete("contoso-ingest/armlint.yaml")
    editor.delete("armlint.yaml")
    await editor.found(RUNTIME, lambda rules: RULE in rules)
    finding = next(each for each in await editor.found(RUNTIME) if each.code == RULE)
    await editor.until(
        lambda: editor.client.published[editor.uri(RUNTIME)].diagnostics[0].severity
        == types.DiagnosticSeverity.Error,
        lambda: editor.client.published[editor.uri(RUNTIME)],
    )


async def test_faulty(start, example):
    """shows what is wrong in armlint.yaml there, and goes on"""
    editor = await start(example)
    editor.open(RUNTIME)
    await editor.finding(RUNTIME, RULE)
    text = f"ignore: [{RULE}]\nfail-onn: high\n"
    editor.write("armlint.yaml", text)
    uri = editor.uri("armlint.yaml")

    def faults() -> list:
        last = editor.client.published.get(uri)
        return list(last.diagnostics) if last else []

    await editor.until(lambda: bool(faults()), faults)
    [fault] = faults()
    assert "fail-onn" in fault.message or positions.covered(text, fault.range) == "fail-onn"
    assert fault.range.start.line == 1
    assert fault.severity == types.DiagnosticSeverity.Error
    assert fault.source == "armlint"
    editor.write("armlint.yaml", f"ignore: [{RULE}]\n")
    await editor.until(lambda: not faults(), faults)
    await editor.found(RUNTIME, lambda rules: RULE not in rules)


async def test_faulty_at_start(start, example):
    """starts with a faulty armlint.yaml"""
    (example / "armlint.yaml").write_text("rules: { no/such-rule: off }\n")
    editor = await start(example)
    editor.open(RUNTIME)
    uri = editor.uri("armlint.yaml")
    await editor.until(
        lambda: uri in editor.client.published and editor.client.published[uri].diagnostics,
        lambda: editor.client.published.keys(),
    )
    (example / "armlint.yaml").unlink()
    editor.watched("armlint.yaml", types.FileChangeType.Deleted)
    await editor.until(lambda: not editor.client.published[uri].diagnostics, lambda: "still a fault")
    await editor.finding(RUNTIME, RULE)


@pytest.mark.parametrize("asks", [True, False], ids=["asks", "is told"])
async def test_minimal_severity(start, example, asks):
    """hides what is below minSeverity, from the start and when it is changed"""
    known = capabilities()
    known.workspace.configuration = asks
    editor = await start(example, known=known, options={"minSeverity": "critical"})
    editor.open(SALES)
    assert set(kit.rules(await editor.found(SALES))) == {"adf/secret-literal"}
    editor.configure({"armlint": {"minSeverity": "medium"}})
    found = kit.rules(await editor.found(SALES, lambda rules: len(rules) > 1))
    assert LOW not in found
    editor.configure({"armlint": {"minSeverity": "low"}})
    assert LOW in kit.rules(await editor.found(SALES, lambda rules: LOW in rules))


@pytest.mark.parametrize("asks", [True, False], ids=["asks", "is told"])
@pytest.mark.parametrize("settings", [{}, None, {"other": {"minSeverity": "low"}}], ids=str)
async def test_settings_of_others(start, example, asks, settings):
    """keeps what it was started with when it is told settings that are none of its own"""
    known = capabilities()
    known.workspace.configuration = asks
    editor = await start(example, known=known, options={"minSeverity": "critical"})
    editor.open(SALES)
    await editor.found(SALES, lambda rules: rules == ["adf/secret-literal"])
    editor.configure(settings)
    editor.change(SALES, editor.text(SALES) + "\n")
    await editor.found(SALES)
    await editor.quiet()
    assert kit.rules(await editor.found(SALES)) == ["adf/secret-literal"]


async def test_minimal_confidence(start, tmp_path):
    """shows findings of low confidence where they are asked for"""
    # The service may or may not take keys that differ in case for one.
    text = TEMPLATE.replace('"resources"', '"metadata": {"name": 1, "NAME": 2}, "resources"')
    editor = await start(tmp_path)
    editor.open("main.json", text)
    assert await editor.found("main.json") == []
    editor.configure({"armlint": {"minConfidence": "low"}})
    assert await editor.finding("main.json", "template/duplicate-key")


async def test_as_of(start, example):
    """checks against the Azure of another day"""
    day = "2020-04-01"
    before = {(each["file"], each["rule"]) for each in kit.check(example)["findings"]}
    then = {(each["file"], each["rule"]) for each in kit.check(example, "--as-of", day)["findings"]}
    file, rule = sorted(before - then)[0]
    editor = await start(example, options={"asOf": day})
    editor.open(file)
    assert rule not in kit.rules(await editor.found(file))
    editor.configure({"armlint": {}})
    await editor.finding(file, rule)


async def test_cloud(start, example):
    """checks against another cloud"""
    rule = "adf/managed-endpoint-wrong-group"
    name = "contoso-ingest/linkedService/Lake.json"
    gov = {(each["file"], each["rule"]) for each in kit.check(example, "--cloud", "usgov")["findings"]}
    editor = await start(example, options={"cloud": "usgov"})
    editor.open(name)
    shown = {(name, each) for each in kit.rules(await editor.found(name))}
    assert shown == {each for each in gov if each[0] == name}
    editor.configure({"armlint": {"cloud": "public"}})
    await editor.finding(name, rule)


async def test_config(start, example, tmp_path):
    """takes another configuration where one is named"""
    (tmp_path / "other.yaml").write_text(f"ignore: [{RULE}]\n")
    (example / "armlint.yaml").write_text("min-severity: critical\n")
    editor = await start(example, options={"config": str(tmp_path / "other.yaml")})
    editor.open(RUNTIME)
    assert await editor.found(RUNTIME) == []
    editor.open(SALES)
    assert LOW in kit.rules(await editor.found(SALES))
    editor.configure({"armlint": {}})
    await editor.found(SALES, lambda rules: rules == ["adf/secret-literal"])


@pytest.mark.parametrize(
    "settings",
    [
        {"minSeverity": "terrible"},
        {"asOf": "yesterday"},
        {"cloud": 5},
        {"diagnostics": {"scope": "planet"}},
        {"noSuchSetting": True},
    ],
    ids=str,
)
async def test_wrong_settings(start, example, settings):
    """goes on with settings that make no sense, and says so"""
    editor = await start(example, options=settings)
    editor.open(RUNTIME)
    await editor.finding(RUNTIME, RULE)
    told = [
        message["params"]["message"]
        for message in editor.client.received
        if message.get("method") in ("window/showMessage", "window/logMessage")
    ]
    value = next(iter(settings.values()))
    wrong = value if isinstance(value, str) else next(iter(settings))
    assert any(wrong in each for each in told), told
