import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";

import { mayConcern } from "../../src/concern";

// Of the folder of the extension, where the tests are run.
const TEXTS = resolve("../../testdata");
const ARMLINT = process.env["ARMLINT"];

test("the server is started for all that `armlint check` takes", { skip: ARMLINT === undefined }, () => {
    const { stderr } = spawnSync(ARMLINT ?? "", ["check", TEXTS, "--show-files", "--no-config", "--exit-zero"], {
        encoding: "utf8",
    });
    const checked = [...stderr.matchAll(/^(.*): (?:checked|partly checked)/gm)].map((match) => match[1] ?? "");
    assert.ok(checked.length > 15, stderr);
    const passedOver = checked.filter((path) => {
        const language = /\.ya?ml$/.test(path) ? "yaml" : "json";
        return !mayConcern(language, path, () => readFileSync(path, "utf8"));
    });
    assert.deepEqual(passedOver, []);
});
