// What a reader of the HTML report sees and does; one line for each thing that was shown.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

import { HOSTILE, SECRET, example, factory, hostile, many } from "./folders.mjs";

const [work, source] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = join(work, "screenshots");
rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });

let passed = 0;
let failed = 0;

function ok(what) {
    passed += 1;
    console.log(`ok ${what}`);
}

function armlint(folder, ...options) {
    const done = spawnSync(process.env.ARMLINT, options, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
    assert.ok([0, 1, 2].includes(done.status), done.stderr);
    return done.stdout;
}

function report(folder, ...options) {
    const path = `${folder}.html`;
    const stdout = armlint(folder, "check", ".", "--no-config", "--format", "json", "-o", `html=${path}`, ...options);
    return { path, findings: JSON.parse(stdout).findings, bytes: statSync(path).size };
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });

// A page without network, which notes everything that it asks for and all that is refused or thrown.
async function open(path, { hash = "", ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
    const page = await context.newPage();
    const noted = [];
    page.on("request", (request) => noted.push(request.url()));
    page.on("pageerror", (error) => noted.push(String(error)));
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && noted.push(message.text()));
    await page.goto(pathToFileURL(path).href + hash);
    page.noted = noted;
    page.done = async () => {
        const others = noted.filter((note) => note.split("#")[0] !== pathToFileURL(path).href);
        assert.deepEqual(others, [], "asked for something, or complained");
        await context.close();
    };
    return page;
}

async function accessible(page, what) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html.slice(0, 160)}`);
    assert.deepEqual(told, [], what);
    ok(`axe-core finds nothing: ${what}`);
}

const count = (page) => page.locator("#count").textContent();
const rows = (page) => page.locator("#table tbody tr:not(.detail)").count();

async function firstScreen() {
    const { path, findings } = report(example(work, source));
    const page = await open(path);
    const fits = async (selector) => {
        const box = await page.locator(selector).boundingBox();
        assert.ok(box && box.y + box.height <= 900, selector);
    };
    for (const selector of ["h1", ".facts", ".tiles", ".categories", ".unchecked"]) await fits(selector);
    const number = findings.filter((finding) => finding.suppressed === null).length;
    assert.match(await page.locator("h1").textContent(), new RegExp(`^${number} findings`));
    for (const severity of ["critical", "high", "medium", "low"]) {
        const tile = await page.locator(`.tile.${severity} b`).textContent();
        assert.equal(Number(tile), findings.filter((finding) => finding.severity === severity).length);
    }
    assert.match(await page.locator(".facts").textContent(), /Azure as of\s*\d{4}-\d\d-\d\d, public cloud/);
    await page.screenshot({ path: join(shots, "first-screen.png") });
    ok("the first screen has verdict, counts, what was not checked, day, cloud and version");
    await accessible(page, "the report");
    await page.locator("#table .what").first().click();
    await page.locator("#table .detail summary").first().click();
    await page.locator("#findings").screenshot({ path: join(shots, "findings.png") });
    const lines = await page.locator("#table .detail .source").first().textContent();
    assert.ok(lines.includes(String(findings.find((one) => one.severity === "critical").start.line)));
    await accessible(page, "an open finding");
    await page.done();
}

async function mapOfFactory() {
    const folder = example(work, source);
    const { path } = report(folder);
    const page = await open(path);
    const ways = JSON.parse(await page.locator("#data").textContent()).ways;
    assert.equal(await page.locator("#canvas [data-way]").count(), ways.length);
    const at = ways.findIndex((way) => way.mark === "public" && way.findings.length > 0);
    await page.locator(`#canvas [data-way="${at}"] .chip`).click();
    const panel = page.locator("#way");
    assert.equal(await page.locator("#way > h3").textContent(), ways[at].title);
    assert.equal(await panel.locator(".finding").count(), ways[at].findings.length);
    for (const part of [".source", ".mend", ".why"]) assert.ok((await panel.locator(part).count()) > 0, part);
    await page.locator("#map").screenshot({ path: join(shots, "map.png") });
    const name = ways[at].title;
    assert.ok((await page.locator(`#canvas [data-way="${at}"]`).getAttribute("aria-label")).includes(name));
    ok("a click on a line of the map shows the way, the finding, its lines and how to mend it");
    await accessible(page, "the map with a selected way");

    await page.reload();
    assert.equal(await page.locator("#way > h3").textContent(), ways[at].title);
    ok("the address leads to the same way");

    await page.locator('#canvas [tabindex="0"]').focus();
    await page.keyboard.press("ArrowDown");
    const focused = page.locator("#canvas :focus");
    const label = await focused.getAttribute("aria-label");
    await page.keyboard.press("Enter");
    const selected = await page.locator("#way > h3").textContent();
    assert.ok(label.includes(selected) && selected !== name, `${label}: ${selected}`);
    const width = async () => Math.round((await page.locator("#canvas svg").boundingBox()).width);
    const before = await width();
    await page.keyboard.press("+");
    assert.ok((await width()) > before);
    await page.keyboard.press("-");
    assert.equal(await width(), before);
    ok("the map is used with the keyboard: select, next, larger");

    await page.locator('[data-zoom="in"]').click();
    await page.locator('[data-zoom="in"]').click();
    const place = () => page.locator("#canvas").evaluate((canvas) => [canvas.scrollLeft, canvas.scrollTop]);
    const [left, top] = await place();
    const canvas = await page.locator("#canvas").boundingBox();
    await page.mouse.move(canvas.x + 300, canvas.y + 200);
    await page.mouse.down();
    await page.mouse.move(canvas.x + 230, canvas.y + 150, { steps: 4 });
    await page.mouse.up();
    const [right, bottom] = await place();
    assert.ok(Math.abs(right - left - 70) < 3 && Math.abs(bottom - top - 50) < 3, `${left} ${top} ${right} ${bottom}`);
    await page.locator('[data-zoom="all"]').click();
    assert.ok((await width()) <= canvas.width);
    ok("the map is moved and zoomed with the mouse");

    await page.locator('#map-bar [name="public"]').uncheck();
    const shown = () => page.locator("#canvas [data-way]:not(.off)").count();
    assert.equal(await shown(), ways.filter((way) => way.mark !== "public").length);
    await page.locator('#map-bar [name="public"]').check();
    await page.locator('#map-bar [name="found"]').check();
    assert.equal(await shown(), ways.filter((way) => way.findings.length > 0).length);
    await page.locator('#map-bar [name="found"]').uncheck();
    await page.locator('#map-bar [name="text"]').fill("lake");
    assert.ok((await page.locator("#canvas [data-way].dim").count()) > 0);
    assert.ok((await page.locator("#canvas [data-way]:not(.dim)").count()) > 0);
    ok("the map is filtered and searched");
    await page.done();

    const alone = join(work, "map-alone.html");
    armlint(folder, "map", ".", "--no-config", "--format", "html", "-o", alone);
    const second = await open(alone);
    await second.locator(`#canvas [data-way="${at}"] .chip`).click();
    assert.ok((await second.locator("#way .finding").count()) > 0);
    await accessible(second, "the page of armlint map");
    await second.screenshot({ path: join(shots, "map-alone.png") });
    await second.done();

    const large = report(factory(work, 200));
    const third = await open(large.path);
    assert.equal(await third.locator("#canvas [data-way]").count(), 220);
    await third.locator("#map").screenshot({ path: join(shots, "map-large.png") });
    ok("a factory with 200 linked services is drawn");
    await third.done();
}

async function filters() {
    const { path } = report(example(work, source));
    const page = await open(path);
    const all = await rows(page);
    await page.locator(".tile.high").click();
    const high = Number(await page.locator(".tile.high b").textContent());
    assert.equal(await rows(page), high);
    assert.equal(await page.locator(".tile.high").getAttribute("aria-pressed"), "true");
    assert.match(page.url(), /severity=high/);
    const other = await open(path, { hash: new URL(page.url()).hash });
    assert.equal(await rows(other), high);
    await other.done();
    await page.locator('#filter [type="reset"]').click();
    await page.waitForFunction((number) => document.querySelectorAll("#table tbody tr").length === number, all);
    ok("a filter by mouse is in the address, and the address filters");

    await page.keyboard.press("/");
    await page.keyboard.type("adf/secret-literal");
    await page.waitForFunction((number) => document.querySelectorAll("#table tbody tr").length < number, all);
    assert.ok((await rows(page)) > 0);
    await page.locator("#filter [name=text]").fill("");
    await page.waitForFunction((number) => document.querySelectorAll("#table tbody tr").length === number, all);
    await page.locator("#filter [name=severity]").focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => /severity=critical/.test(location.hash));
    assert.equal(await rows(page), Number(await page.locator(".tile.critical b").textContent()));
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction((number) => document.querySelectorAll("#table tbody tr").length === number, all);
    await page.locator("#table .what").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#table .detail").count(), 1);
    assert.match(page.url(), /finding=[0-9a-f]{16}/);
    ok("search, filters and findings are used with the keyboard");

    for (const [name, index] of [["rule", 1], ["category", 1], ["folder", 1]]) {
        await page.locator(`#filter [name=${name}]`).selectOption({ index });
        const text = await page.locator(`#filter [name=${name}] option:checked`).textContent();
        const number = Number(text.match(/\((\d+)\)$/)[1]);
        await page.waitForFunction((wanted) => document.getElementById("count").textContent.startsWith(`${wanted} of `), number);
        await page.locator(`#filter [name=${name}]`).selectOption({ index: 0 });
        await page.waitForFunction((wanted) => document.getElementById("count").textContent.startsWith(`${wanted} of `), all);
    }
    ok("rule, category and folder filter as many as they say");
    await page.locator('th[data-key="place"] button').click();
    assert.equal(await page.locator('th[data-key="place"]').getAttribute("aria-sort"), "ascending");
    ok("the table is sorted by its heads");
    await page.done();
}

async function since() {
    const folder = example(work, source);
    const git = (...options) => assert.equal(spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...options], { cwd: folder }).status, 0);
    git("init", "-q");
    git("add", "contoso-ingest/factory", "contoso-ingest/linkedService", "contoso-ingest/integrationRuntime", "contoso-ingest/managedVirtualNetwork");
    git("commit", "-qm", "a");
    const { path, findings } = report(folder, "--since", "HEAD");
    assert.ok(findings.length > 0);
    const page = await open(path);
    assert.equal(await rows(page), findings.length);
    assert.equal(await page.locator("#table .tag.new").count(), findings.length);
    await page.locator("#filter [name=state]").selectOption("known");
    await page.waitForFunction(() => /state=known/.test(location.hash));
    assert.ok((await rows(page)) > 0);
    assert.equal(await page.locator("#table .tag.new").count(), 0);
    ok("what is new since a commit is told from what was known");
    await page.done();
}

async function looks() {
    const { path } = report(example(work, source));
    const dark = await open(path, { colorScheme: "dark" });
    await dark.locator("#table .what").first().click();
    await dark.screenshot({ path: join(shots, "dark.png"), fullPage: true });
    const background = await dark.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(background, "rgb(13, 17, 23)");
    await accessible(dark, "dark");
    await dark.done();
    const print = await open(path);
    await print.emulateMedia({ media: "print" });
    await print.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await print.locator("#table .detail").count(), await rows(print));
    assert.ok(await print.locator("#filter").isHidden());
    await print.screenshot({ path: join(shots, "print.png"), fullPage: true });
    await print.pdf({ path: join(shots, "print.pdf") });
    ok("print shows every finding with its lines, and no controls");
    await print.done();
    const narrow = await open(path, { viewport: { width: 390, height: 844 } });
    assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= 391));
    await narrow.screenshot({ path: join(shots, "narrow.png"), fullPage: true });
    ok("nothing is wider than a phone");
    await narrow.done();
    const plain = await open(path, { javaScriptEnabled: false });
    assert.ok((await plain.locator(".plain li").count()) > 0);
    assert.ok(await plain.locator("#filter").isHidden());
    ok("without scripts the worst findings are a list");
    await plain.done();
}

async function hostileNames() {
    const { path } = report(hostile(work));
    const text = readFileSync(path, "utf8");
    assert.ok(!text.includes(SECRET) && !text.includes("\u202e") && !text.includes("\u001b"));
    const page = await open(path);
    for (const button of await page.locator("#table .what").all()) await button.click();
    for (const part of await page.locator("#canvas [role=button]").all()) await part.dispatchEvent("click");
    assert.equal(await page.evaluate(() => window.broken), undefined);
    assert.equal(await page.locator("img").count(), 0);
    const shown = await page.locator("body").textContent();
    assert.ok(shown.includes(HOSTILE.slice(0, 40)), "the name is shown as text");
    ok("hostile names are text, and no secret is in the file");
    await accessible(page, "hostile names");
    await page.done();
}

async function large() {
    for (const [number, bytes, milliseconds] of [[1000, 1_000_000, 3000], [10_000, 10_000_000, 8000]]) {
        const { path, findings, bytes: size } = report(many(work, number));
        assert.ok(findings.length >= number, String(findings.length));
        const page = await open(path);
        const loaded = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domComplete);
        const filtered = await page.evaluate(async () => {
            const start = performance.now();
            const field = document.querySelector("#filter [name=text]");
            field.value = "missing7 service3";
            field.dispatchEvent(new Event("input", { bubbles: true }));
            const before = document.getElementById("count").textContent;
            while (document.getElementById("count").textContent === before) await new Promise((resolve) => setTimeout(resolve, 5));
            return performance.now() - start;
        });
        const per = Math.round(size / findings.length);
        const figures = `${findings.length} findings: ${size} bytes, ${per} each, ready after ${Math.round(loaded)} ms, filtered in ${Math.round(filtered)} ms`;
        assert.ok(size / findings.length <= bytes / number && loaded < milliseconds && filtered < 1000, figures);
        assert.ok(/^\d+ of /.test(await count(page)));
        ok(figures);
        await page.done();
    }
}

for (const [name, step] of Object.entries({ firstScreen, mapOfFactory, filters, since, looks, hostileNames, large })) {
    try {
        await step();
    } catch (error) {
        failed += 1;
        console.log(`FAILED ${name}: ${error.stack}`);
    }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed; screenshots in ${shots}`);
process.exit(failed > 0 ? 1 : 0);
