// What a user of the extension sees and does; one line for each thing that was shown.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Editor } from "./editor.mjs";

const [work, example] = process.argv.slice(2);
const armlint = process.env.ARMLINT;
const shots = join(work, "screenshots");
const bundled = join(work, "bundled.vsix");
const plain = join(work, "plain.vsix");

const SECRET = "not-a-real-passw0rd";
const SALES = "contoso-ingest/linkedService/Sales.json";
const ORDERS = "contoso-ingest/linkedService/Orders.json";
const LAKE = "contoso-ingest/linkedService/Lake.json";
const RUNTIME = "contoso-ingest/integrationRuntime/ManagedNetworkRuntime.json";
const TEMPLATE = "azuredeploy.json";

const STEPS = [
    ["findings, hover, fix and suppression", trustedFolder],
    ["settings", settings],
    ["a program that is not there", withoutProgram],
    ["a folder that is not trusted", untrustedFolder],
    ["a folder without templates", withoutTemplates],
];

let passed = 0;
let failed = 0;

function ok(what) {
    passed += 1;
    console.log(`ok ${what}`);
}

function copy() {
    const folder = join(mkdtempSync(join(work, "folder-")), "contoso");
    cpSync(example, folder, { recursive: true });
    return folder;
}

// The findings of the command line.
function check(folder, ...options) {
    const { stdout } = spawnSync(armlint, ["check", "--format", "json", "--exit-zero", ...options], {
        cwd: folder,
        encoding: "utf8",
    });
    return JSON.parse(stdout).findings;
}

// Where the command line finds something in a file, as squiggles are described.
function places(folder, file) {
    const kinds = { critical: "error", high: "error", medium: "warning", low: "info" };
    const shown = check(folder).filter((finding) => finding.file === file && finding.suppressed === null);
    return shown.map(({ severity, start, end }) => {
        assert.equal(start.line, end.line);
        return `${kinds[severity]} ${start.line}:${start.column}-${end.column}`;
    });
}

function described(squiggles) {
    return squiggles.map(({ kind, line, from, to }) => `${kind} ${line}:${from}-${to}`);
}

async function trustedFolder() {
    const folder = copy();
    const path = (name) => join(folder, name);
    const editor = await Editor.open({ work, vsix: bundled, folder, shots });
    try {
        await endpoint(editor, path);
        await findings(editor, folder, path);
        await fix(editor, folder, path);
        await suppression(editor, folder, path);
        await suppressionInFactory(editor, folder, path);
        await crash(editor);
    } catch (error) {
        await editor.shot("failed");
        throw error;
    } finally {
        await editor.close();
    }
}

// The picture in the README: only the editor, without the rest of the window.
async function endpoint(editor, path) {
    await editor.file(path(LAKE));
    const [squiggle] = await editor.untilSquiggles((all) => all.length === 1, "nothing is underlined");
    const hover = await editor.hover(squiggle);
    assert.match(hover, /covers `blob` but `Lake` needs `dfs`/);
    await editor.page.screenshot({ path: join(shots, "readme.png"), clip: await editor.editorBox(465) });
    await editor.page.keyboard.press("Escape");
    ok("a finding that joins three files is shown at the place that is wrong");
}

async function findings(editor, folder, path) {
    await editor.file(path(SALES));
    const expected = places(folder, SALES).sort();
    assert.ok(expected.length > 3);
    const same = (squiggles) => described(squiggles).sort().join() === expected.join();
    const squiggles = await editor.untilSquiggles(same, `expected ${expected.join()}`);
    ok(`the squiggles of ${SALES} are the places of the command line: ${expected.join(", ")}`);

    const secret = squiggles.find((squiggle) => squiggle.from === 130);
    await editor.go(secret.line, secret.to);
    await editor.shot("squiggles");
    const moved = (await editor.squiggles()).find((squiggle) => squiggle.from === 130);
    const hover = await editor.hover(moved);
    await editor.shot("hover");
    assert.match(hover, /A secret stands in clear text/);
    assert.match(hover, /adf\/secret-literal/);
    assert.ok(!hover.includes(SECRET), hover);
    ok("the hover says what is wrong and by which rule, and not the secret");
    await editor.page.keyboard.press("Escape");

    await editor.command("Problems: Focus on Problems View");
    await editor.page.locator(".markers-panel .monaco-list-row").nth(3).waitFor();
    await editor.shot("problems");
    const problems = (await editor.page.locator(".markers-panel").allInnerTexts()).join("\n");
    assert.ok(problems.includes("adf/secret-literal") && !problems.includes(SECRET), problems);
    ok("the list of problems names the rules, and no secret");
    await editor.page.keyboard.press("Control+J");
}

async function fix(editor, folder, path) {
    await editor.file(path(RUNTIME));
    const [place] = places(folder, RUNTIME);
    const [squiggle] = await editor.untilSquiggles((all) => described(all).includes(place), `expected ${place}`);
    await editor.go(squiggle.line, squiggle.from);
    const titles = await editor.actions();
    await editor.shot("fix-menu");
    await editor.take("Let the runtime follow the factory");
    await editor.untilSquiggles((all) => all.length === 0, "the squiggle stays");
    await editor.shot("fixed");
    ok(`the quick fix is offered (${titles.join("; ")}) and takes the squiggle away`);
    await editor.save();

    const other = copy();
    spawnSync(armlint, ["check", "--fix", "--exit-zero"], { cwd: other });
    const wanted = readFileSync(join(other, RUNTIME), "utf8");
    assert.equal(readFileSync(path(RUNTIME), "utf8"), wanted);
    assert.deepEqual(places(folder, RUNTIME), []);
    ok("the saved file is what armlint check --fix writes");
}

async function suppression(editor, folder, path) {
    await editor.file(path(TEMPLATE));
    const rule = "adf/secret-parameter-not-secure";
    const [{ start }] = check(folder).filter((finding) => finding.rule === rule);
    const here = (all) => all.some(({ line, from }) => line === start.line && from === start.column);
    await editor.untilSquiggles(here, `${rule} is not underlined`);
    await editor.go(start.line, start.column);
    await editor.page.mouse.move(5, 5);
    await editor.actions();
    await editor.shot("suppress-menu");
    await editor.take(`Suppress ${rule}`);
    const box = editor.page.locator(".quick-input-widget input");
    const message = editor.page.locator(".quick-input-message");
    await box.fill(" ");
    await message.filter({ hasText: "Without a reason" }).waitFor();
    await box.fill("until: 2020-01-01 long ago");
    await message.filter({ hasText: "is over" }).waitFor();
    await editor.shot("reason-refused");
    ok("an empty reason and a day that is over are refused in the box");
    await box.fill("until: 2099-12-31 goes with the old warehouse");
    await message.filter({ hasText: "Why does the finding stay" }).waitFor();
    await editor.shot("reason");
    await box.press("Enter");
    // The line above is new, and nothing is wrong with it.
    const gone = (all) => !all.some(({ line }) => line === start.line || line === start.line + 1);
    await editor.untilSquiggles(gone, "the squiggle stays");
    await editor.shot("suppressed");
    await editor.save();
    const comment = `// armlint: ignore[${rule}] until: 2099-12-31 goes with the old warehouse`;
    const lines = readFileSync(path(TEMPLATE), "utf8").split("\n");
    assert.equal(lines[start.line - 1].trim(), comment);
    const [finding] = check(folder).filter((finding) => finding.rule === rule);
    assert.equal(finding.suppressed?.kind, "comment");
    ok("the reason from the box stands in a comment above the line, and the command line takes it");
}

async function suppressionInFactory(editor, folder, path) {
    await editor.file(path(ORDERS));
    const [place] = places(folder, ORDERS);
    const [squiggle] = await editor.untilSquiggles((all) => described(all).includes(place), `expected ${place}`);
    await editor.go(squiggle.line, squiggle.from);
    await editor.actions();
    await editor.take("Suppress adf/dangling-reference");
    const box = editor.page.locator(".quick-input-widget input");
    await box.fill("until: 2099-12-31 the vault is made by hand");
    await box.press("Enter");
    await editor.untilSquiggles((all) => all.length === 0, "the squiggle stays");
    await editor.shot("suppressed-in-configuration");
    assert.match(await editor.notifications(), /stands in armlint\.yaml/);
    const [finding] = check(folder).filter((finding) => finding.rule === "adf/dangling-reference");
    assert.equal(finding.suppressed?.reason, "the vault is made by hand");
    assert.match(readFileSync(path("armlint.yaml"), "utf8"), /^ +until: "?2099-12-31"?$/m);
    await editor.page.locator(".notification-list-item .monaco-button", { hasText: "Show" }).click();
    await editor.page.locator(".tab.active", { hasText: "armlint.yaml" }).waitFor();
    await editor.shot("configuration");
    ok("a finding in the Git folder of a factory is suppressed in armlint.yaml, and the command line takes it");
}

async function crash(editor) {
    const [before] = editor.servers();
    process.kill(before, "SIGKILL");
    await editor.until(() => editor.servers().some((id) => id !== before), "it is not started again");
    const [second] = editor.servers();
    await editor.command("armlint: Restart Server");
    await editor.until(() => editor.servers().length === 1 && editor.servers()[0] !== second, "no other server");
    ok("a server that crashes is started again, and the command starts it anew");
}

async function settings() {
    const folder = copy();
    const write = (severity) => {
        const chosen = { "armlint.diagnostics.scope": "workspace", "armlint.minSeverity": severity };
        writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify(chosen));
    };
    mkdirSync(join(folder, ".vscode"));
    write("critical");
    const editor = await Editor.open({ work, vsix: bundled, folder, shots });
    // Whatever its severity, all that the command line finds is in the workspace.
    const all = (severity) => check(folder, ...(severity ? ["--min-severity", severity] : [])).length;
    const problems = async () => {
        const text = await editor.page.locator("[id='status.problems']").innerText();
        return [...text.matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0);
    };
    try {
        await editor.file(join(folder, LAKE));
        await editor.until(async () => (await problems()) === all("critical"), "not the critical findings alone");
        ok(`of a workspace all files show findings, of the severity that is set: ${all("critical")}`);
        write(null);
        await editor.until(async () => (await problems()) === all(), `not ${all()} findings`);
        ok(`a setting holds when it is changed: ${all()}`);
    } catch (error) {
        await editor.shot("failed");
        throw error;
    } finally {
        await editor.close();
    }
}

async function withoutProgram() {
    const folder = copy();
    const tools = "/usr/bin:/bin";
    const editor = await Editor.open({ work, vsix: plain, folder, path: tools, shots });
    try {
        await editor.file(join(folder, SALES));
        await editor.until(async () => /not installed/.test(await editor.notifications()), "nothing is said");
        await editor.file(join(folder, ORDERS));
        await editor.page.waitForTimeout(1000);
        await editor.shot("not-installed");
        await editor.page.locator("[id='status.languageStatus'] a").first().click();
        await editor.page.locator(".hover-language-status", { hasText: "armlint: failed" }).waitFor();
        await editor.shot("status-failed");
        const said = (await editor.notifications()).split("\n").filter((line) => line.includes("not installed"));
        assert.equal(said.length, 1);
        ok("without the program one message says what to do");
    } finally {
        await editor.close();
    }
}

async function untrustedFolder() {
    for (const trusted of [false, true]) {
        const folder = copy();
        const marker = join(folder, "was-run");
        const program = join(folder, "evil");
        writeFileSync(program, `#!/bin/sh\ntouch '${marker}'\nexec '${armlint}' "$@"\n`);
        chmodSync(program, 0o755);
        mkdirSync(join(folder, ".vscode"));
        writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify({ "armlint.path": program }));
        const settings = { "security.workspace.trust.startupPrompt": "never" };
        const editor = await Editor.open({ work, vsix: bundled, folder, trusted, settings, shots });
        try {
            await editor.file(join(folder, SALES));
            await editor.untilSquiggles((all) => all.length > 0, "nothing is found");
            await editor.shot(trusted ? "trusted" : "untrusted");
            assert.equal(existsSync(marker), trusted);
            const of = trusted ? "a trusted folder choose" : "a folder that is not trusted do not choose";
            ok(`the settings of ${of} the program`);
        } finally {
            await editor.close();
        }
    }
}

async function withoutTemplates() {
    const folder = mkdtempSync(join(work, "folder-"));
    writeFileSync(join(folder, "package.json"), '{ "name": "contoso" }\n');
    writeFileSync(join(folder, "compose.yaml"), "services: {}\n");
    const editor = await Editor.open({ work, vsix: bundled, folder, shots });
    try {
        await editor.file(join(folder, "package.json"));
        await editor.file(join(folder, "compose.yaml"));
        await editor.page.waitForTimeout(3000);
        assert.deepEqual(editor.servers(), []);
        ok("in a folder without templates no server is started");
        const text = '{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#" }';
        await editor.file(join(folder, "package.json"));
        await editor.page.keyboard.press("Control+A");
        await editor.paste(text);
        await editor.until(() => editor.servers().length === 1, "no server is started");
        ok("it is started when a template is pasted");
    } finally {
        await editor.close();
    }
    writeFileSync(join(folder, "armlint.yaml"), "");
    const configured = await Editor.open({ work, vsix: bundled, folder, shots });
    try {
        await configured.until(() => configured.servers().length === 1, "no server is started");
        ok("it is started without one where the folder has a configuration");
    } finally {
        await configured.close();
    }
}

mkdirSync(shots, { recursive: true });
const wanted = process.argv[4];
for (const [name, step] of STEPS.filter(([name]) => wanted === undefined || name.includes(wanted))) {
    try {
        await step();
    } catch (error) {
        failed += 1;
        console.log(`FAILED ${name}: ${error.stack}`);
    }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
