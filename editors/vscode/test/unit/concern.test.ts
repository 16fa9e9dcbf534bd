import assert from "node:assert/strict";
import { test } from "node:test";

import { mayConcern } from "../../src/concern";

function concerns(language: string, path: string, text: string): boolean {
    return mayConcern(language, path, () => text);
}

test("templates and parameter files, by what stands in them", () => {
    for (const schema of ["2019-04-01/deploymentTemplate", "2015-01-01/deploymentParameters"]) {
        const text = `{ "$schema": "https://schema.management.azure.com/schemas/${schema}.json#" }`;
        assert.ok(concerns("json", "/r/main.json", text));
        assert.ok(concerns("jsonc", "/r/main.json", text));
        assert.ok(concerns("yaml", "/r/main.yaml", text));
        assert.ok(concerns("json", "/r/main.json", text.toLowerCase()));
    }
    assert.ok(concerns("json", "/r/main.json", '{ "contentVersion": "1.0.0.0", "resources": [] }'));
});

test("artefacts of a Git folder, by their folder", () => {
    for (const path of [
        "/r/linkedService/Lake.json",
        "/r/LinkedService/Lake.JSON",
        "/r/managedVirtualNetwork/default/managedPrivateEndpoint/lake.json",
        "/r/sqlscript/a.json",
    ]) {
        assert.ok(
            mayConcern("json", path, () => assert.fail(`${path}: the text is not needed`)),
            path,
        );
    }
    assert.ok(!concerns("json", "/r/linkedService/nested/Lake.json", "{}"));
    assert.ok(!concerns("json", "/r/myfactory/Lake.json", "{}"));
});

test("the YAML that armlint reads", () => {
    assert.ok(concerns("yaml", "/r/armlint.yaml", ""));
    assert.ok(concerns("yaml", "/r/a.yaml", "apiVersion: storage.azure.com/v1api20230101\n"));
    assert.ok(concerns("yaml", "/r/a.yaml", "name: a\nproperties:\n  template:\n    containers: []\n"));
    assert.ok(concerns("yaml", "/r/a.yaml", "type: microsoft.app/containerapps\n"));
    assert.ok(!concerns("yaml", "/r/a.yaml", "spec:\n  containers: []\n  properties: {}\n"));
    assert.ok(!concerns("json", "/r/a.json", '{ "apiVersion": "storage.azure.com/v1api20230101" }'));
});

test("nothing else", () => {
    assert.ok(!concerns("json", "/r/package.json", '{ "name": "armlint" }'));
    assert.ok(!concerns("jsonc", "/r/.vscode/settings.json", "{}"));
    assert.ok(!concerns("bicep", "/r/main.bicep", "param deploymentTemplate string"));
    assert.ok(concerns("arm-template", "/r/new.json", ""));
});
