import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { after, beforeEach, test } from "node:test";

import { findExecutable, type Executable, type Search } from "../../src/executable";

let root = "";
const made: string[] = [];

beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "armlint-vscode-"));
    made.push(root);
});

after(() => {
    for (const folder of made) {
        rmSync(folder, { recursive: true });
    }
});

function program(...parts: string[]): string {
    const path = join(root, ...parts);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    chmodSync(path, 0o755);
    return path;
}

function find(search: Partial<Search>): Executable {
    const nowhere = join(root, "nowhere");
    return findExecutable({
        setting: null,
        extension: nowhere,
        path: "",
        home: nowhere,
        platform: "linux",
        ...search,
    });
}

function message(found: Executable): string {
    assert.ok("missing" in found, JSON.stringify(found));
    return found.message;
}

test("the setting comes first, then the extension, then PATH", () => {
    const set = program("set", "armlint-nightly");
    const bundled = program("extension", "bin", "armlint");
    const onPath = program("path", "armlint");
    const search = { extension: join(root, "extension"), path: dirname(onPath) };
    assert.deepEqual(find({ ...search, setting: set }), { path: set, origin: "setting" });
    assert.deepEqual(find(search), { path: bundled, origin: "extension" });
    assert.deepEqual(find({ ...search, setting: "  " }), { path: bundled, origin: "extension" });
    assert.deepEqual(find({ path: search.path }), { path: onPath, origin: "PATH" });
});

test("a setting that names nothing is an error although armlint is elsewhere", () => {
    const search = { path: dirname(program("path", "armlint")) };
    const path = join(root, "gone", "armlint");
    assert.match(message(find({ ...search, setting: path })), /no program at .*gone/);
    assert.match(message(find({ ...search, setting: "armlint" })), /absolute path.*"armlint"/);
    assert.match(message(find({ ...search, setting: "./armlint" })), /absolute path/);
    assert.match(message(find({ ...search, setting: root })), /no program at/);
});

test("the home folder stands for ~", () => {
    const path = program("home", ".cargo", "bin", "armlint");
    assert.deepEqual(find({ setting: "~/.cargo/bin/armlint", home: join(root, "home") }), {
        path,
        origin: "setting",
    });
});

test("on PATH only programs in absolute folders count, the first of them", () => {
    const text = join(root, "text", "armlint");
    mkdirSync(dirname(text));
    writeFileSync(text, "");
    chmodSync(text, 0o644);
    const first = program("first", "armlint");
    const second = program("second", "armlint");
    const here = relative(process.cwd(), dirname(program("here", "armlint")));
    const path = ["", ".", here, dirname(text), dirname(first), dirname(second)].join(delimiter);
    assert.deepEqual(find({ path }), { path: first, origin: "PATH" });
    assert.match(message(find({ path: here })), /not installed.*armlint\.path/);
    assert.match(message(find({ path: undefined })), /not installed/);
});

test("on Windows it is armlint.exe, and no script", () => {
    program("path", "armlint");
    program("path", "armlint.cmd");
    const search = { platform: "win32", path: join(root, "path") } as const;
    assert.match(message(find(search)), /not installed/);
    const path = program("path", "armlint.exe");
    assert.deepEqual(find(search), { path, origin: "PATH" });
});
