import assert from "node:assert/strict";
import { test } from "node:test";

import type { CancellationToken, DocumentSymbol, TextDocument } from "vscode";

import { outline } from "../../src/outline";

// What is handed through, and not looked at.
const document = {} as TextDocument;
const token = {} as CancellationToken;

async function shown(symbols: readonly object[] | null): Promise<unknown> {
    assert.ok(outline.provideDocumentSymbols);
    return outline.provideDocumentSymbols(document, token, () => symbols as DocumentSymbol[] | null);
}

test("an outline of one thing is left out", async () => {
    assert.deepEqual(await shown([{ name: "Lake", children: [] }]), []);
    assert.deepEqual(await shown([{ name: "Lake", location: {} }]), []);
    assert.deepEqual(await shown([]), []);
    assert.deepEqual(await shown(null), []);
});

test("any other is shown", async () => {
    for (const symbols of [
        [{ name: "a", children: [] }, { name: "b", children: [] }],
        [{ name: "pipeline", children: [{ name: "activity", children: [] }] }],
    ]) {
        assert.deepEqual(await shown(symbols), symbols);
    }
});
