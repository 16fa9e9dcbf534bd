import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { suppression } from "../../src/suppress";
// Stands for the editor: `vscode` is this module in the tests.
import { editor, Uri } from "../editor-stub";

const URI = "file:///r/azuredeploy.json";
const GIVEN = [URI, "adf/secret-literal", { line: 6, character: 40 }];

beforeEach(() => {
    editor.reset();
});

async function execute(command: string, given: unknown[]): Promise<unknown[][]> {
    const sent: unknown[][] = [];
    assert.ok(suppression.executeCommand);
    await suppression.executeCommand(command, given, (name, args) => void sent.push([name, args]));
    return sent;
}

async function apply(uri: string, newText: string, applied = true): Promise<void> {
    const handle = suppression.workspace?.handleApplyEdit;
    assert.ok(handle);
    const place = { line: 0, character: 0 };
    const edits = [{ range: { start: place, end: place }, newText }];
    const edit = { documentChanges: [{ textDocument: { uri, version: null }, edits }] };
    await handle({ edit }, () => ({ applied }));
}

test("the reason goes to the server behind what the server gave", async () => {
    editor.answer = "  until: 2099-12-31 goes with the old warehouse ";
    const reason = "until: 2099-12-31 goes with the old warehouse";
    assert.deepEqual(await execute("armlint.suppress", GIVEN), [["armlint.suppress", [...GIVEN, reason]]]);
    assert.equal(editor.asked[0]?.title, "Suppress adf/secret-literal");
});

test("nothing is sent when the box is left", async () => {
    editor.answer = undefined;
    assert.deepEqual(await execute("armlint.suppress", GIVEN), []);
});

test("other commands go through, and nobody is asked", async () => {
    assert.deepEqual(await execute("armlint.applyEdit", [1]), [["armlint.applyEdit", [1]]]);
    assert.deepEqual(editor.asked, []);
});

test("JSON with a comment in it becomes JSON with comments", async () => {
    const document = editor.open(URI, "json");
    const other = editor.open("file:///r/other.json", "json");
    await apply(URI, "// armlint: ignore[adf/secret-literal] a reason\n");
    assert.deepEqual([document.languageId, other.languageId], ["jsonc", "json"]);
});

test("JSON stays what it is after a fix, and after an edit that is not applied", async () => {
    const document = editor.open(URI, "json");
    await apply(URI, '"securestring"');
    await apply(URI, "// armlint: ignore[adf/secret-literal] a reason\n", false);
    assert.equal(document.languageId, "json");
});

test("a configuration is saved, unless the user is in the middle of it", async () => {
    const uri = Uri.parse("file:///r/armlint.yaml").toString();
    const document = editor.open(uri, "yaml");
    await apply(uri, "suppress: []\n");
    assert.equal(document.saves, 1);
    assert.match(editor.told.join(), /stands in .*armlint\.yaml/);
    document.isDirty = true;
    await apply(uri, "suppress: []\n");
    assert.equal(document.saves, 1);
    assert.match(editor.told.join(), /holds once .*armlint\.yaml is saved/);
});
