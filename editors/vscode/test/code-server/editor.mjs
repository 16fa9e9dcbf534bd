// A window of code-server in Chromium, and what a user does in it.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const ENTRY = join(dirname(fileURLToPath(import.meta.url)), "node_modules/code-server/out/node/entry.js");

const SETTINGS = {
    "editor.fontFamily": "DejaVu Sans Mono",
    "editor.minimap.enabled": false,
    "extensions.ignoreRecommendations": true,
    "git.enabled": false,
    "files.autoSave": "off",
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "workbench.colorTheme": "Default Light Modern",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
};

const FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/** One folder in one window. */
export class Editor {
    constructor(scratch, server, context, page, shots) {
        this.scratch = scratch;
        this.server = server;
        this.context = context;
        this.page = page;
        this.shots = shots;
    }

    /**
     * Opens a folder. `work` is for what is scratch, `vsix` the extension, `trusted` whether the folder is,
     * `settings` those of the user, `path` the value of PATH, `shots` where screenshots go.
     */
    static async open({ work, vsix, folder, trusted = true, settings = {}, path = process.env.PATH, shots }) {
        const scratch = mkdtempSync(join(work, "run-"));
        const user = join(scratch, "user");
        mkdirSync(join(user, "User"), { recursive: true });
        writeFileSync(join(user, "User", "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
        const config = join(scratch, "config.yaml");
        writeFileSync(config, "");
        const options = [
            ["--config", config],
            ["--user-data-dir", user],
            ["--extensions-dir", join(scratch, "extensions")],
        ].flat();
        const environment = { ...process.env, PATH: path, HOME: scratch, XDG_DATA_HOME: scratch };
        const installed = spawnSync(process.execPath, [ENTRY, ...options, "--install-extension", vsix], {
            env: environment,
            encoding: "utf8",
        });
        if (installed.status !== 0) {
            throw new Error(`the extension cannot be installed: ${installed.stdout}${installed.stderr}`);
        }
        const port = await freePort();
        const flags = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry"];
        flags.push("--disable-update-check", ...(trusted ? ["--disable-workspace-trust"] : []));
        const log = openSync(join(scratch, "code-server.log"), "w");
        const server = spawn(process.execPath, [ENTRY, ...options, ...flags], {
            env: environment,
            stdio: ["ignore", log, log],
        });
        process.once("exit", () => server.kill());
        await untilHealthy(`http://127.0.0.1:${port}/healthz`);
        const context = await chromium.launchPersistentContext(join(scratch, "chromium"), {
            executablePath: process.env.CHROMIUM,
            args: FLAGS,
            viewport: { width: 1200, height: 720 },
        });
        const page = context.pages()[0] ?? (await context.newPage());
        await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`);
        await page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
        await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: 60_000 });
        return new Editor(scratch, server, context, page, shots);
    }

    async close() {
        await this.context.close();
        this.server.kill();
        await once(this.server, "exit");
    }

    /** The ids of the servers of armlint that the extension runs. */
    servers() {
        const line = (id) => {
            try {
                return readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
            } catch {
                return [];
            }
        };
        const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
        return ids.filter((id) => line(id)[0]?.startsWith(this.scratch) && line(id)[1] === "lsp").map(Number);
    }

    async shot(name) {
        await this.page.screenshot({ path: join(this.shots, `${name}.png`) });
    }

    /** The upper part of the editor with its tabs, for a screenshot of that alone. */
    async editorBox(height) {
        const box = await this.page.locator(".editor-group-container").first().boundingBox();
        return { ...box, height };
    }

    /** Opens a file by its absolute path: a search by name would need ripgrep. */
    async file(path) {
        const name = basename(path);
        await this.page.keyboard.press("Control+P");
        await this.page.locator(".quick-input-widget input").fill(path);
        await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().click();
        await this.page.locator(".tab.active", { hasText: name }).waitFor();
        await this.page.locator(".monaco-editor .view-line").first().waitFor();
    }

    /** Runs a command of the palette. */
    async command(title) {
        await this.page.keyboard.press("F1");
        await this.page.locator(".quick-input-widget input").fill(`>${title}`);
        await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
    }

    /** Puts the cursor at a place, both counted from 1. */
    async go(line, column) {
        await this.page.keyboard.press("Control+G");
        await this.page.locator(".quick-input-widget input").fill(`:${line}:${column}`);
        await this.page.keyboard.press("Enter");
        await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    }

    /** Puts a text in place of the selection, as one change. */
    paste(text) {
        return this.page.evaluate((pasted) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", pasted);
            const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }, text);
    }

    async save() {
        await this.page.keyboard.press("Control+S");
        await this.page.locator(".tab.active.dirty").waitFor({ state: "hidden" });
    }

    /** The lines of the editor, as far as they are on the screen, by their number. */
    lines() {
        return this.page.evaluate(() => {
            const number = (element) => Number(element.textContent);
            const top = (element) => Math.round(element.getBoundingClientRect().top);
            const numbers = new Map(
                [...document.querySelectorAll(".line-numbers")].map((element) => [top(element), number(element)]),
            );
            const lines = [...document.querySelectorAll(".view-line")];
            return lines.map((line) => ({
                number: numbers.get(top(line)),
                text: line.textContent.replaceAll("\u00a0", " "),
            }));
        });
    }

    /**
     * The underlined places: line and columns from 1, the end exclusive; measured on the screen, in a font
     * whose characters all have the same width.
     */
    squiggles() {
        return this.page.evaluate(() => {
            const middle = (box) => (box.top + box.bottom) / 2;
            const rows = [...document.querySelectorAll(".view-line")].map((line) => {
                const span = line.querySelector("span > span") ?? line;
                const box = line.getBoundingClientRect();
                return { top: box.top, bottom: box.bottom, span };
            });
            // The longest line gives the width of a character.
            const range = document.createRange();
            let width = 0;
            let left = 0;
            let longest = 0;
            for (const { span } of rows) {
                const whole = span.closest(".view-line").firstElementChild;
                range.selectNodeContents(whole);
                const length = whole.textContent.length;
                if (length > longest) {
                    const box = range.getBoundingClientRect();
                    longest = length;
                    width = box.width / length;
                    left = box.left;
                }
            }
            const number = (at) => {
                const element = [...document.querySelectorAll(".line-numbers")].find((candidate) => {
                    const box = candidate.getBoundingClientRect();
                    return box.top <= at && at < box.bottom;
                });
                return Number(element?.textContent);
            };
            const kinds = ["error", "warning", "info", "hint"];
            return kinds.flatMap((kind) =>
                [...document.querySelectorAll(`.squiggly-${kind}`)].map((element) => {
                    const box = element.getBoundingClientRect();
                    return {
                        kind,
                        line: number(middle(box)),
                        from: Math.round((box.left - left) / width) + 1,
                        to: Math.round((box.right - left) / width) + 1,
                        x: (box.left + Math.min(box.right, box.left + 40)) / 2,
                        y: middle(box),
                    };
                }),
            );
        });
    }

    /** Waits until what `look` says of the squiggles is true, and gives them. */
    async untilSquiggles(look, what) {
        let squiggles = [];
        await this.until(async () => look((squiggles = await this.squiggles())), what).catch((error) => {
            throw new Error(`${error.message}; underlined is ${JSON.stringify(squiggles)}`);
        });
        return squiggles;
    }

    /** Holds the mouse over a squiggle and gives the text of the hover. */
    async hover({ x, y }) {
        await this.page.mouse.move(x, y - 40);
        await this.page.mouse.move(x, y);
        const hover = this.page.locator(".monaco-hover:visible");
        await hover.first().waitFor();
        await this.page.waitForTimeout(800);
        return (await hover.allInnerTexts()).join("\n");
    }

    /** Opens the menu of code actions at the cursor and gives their titles. */
    async actions() {
        await this.page.keyboard.press("Control+.");
        const rows = this.page.locator(".action-widget .monaco-list-row.action");
        await rows.first().waitFor();
        return (await rows.allInnerTexts()).map((text) => text.trim());
    }

    /** Takes one of them, by keyboard: a layer over the menu swallows the first clicks. */
    async take(title) {
        const focused = this.page.locator(".action-widget .monaco-list-row.focused", { hasText: title });
        for (let row = 0; row < 20 && (await focused.count()) === 0; row += 1) {
            await this.page.keyboard.press("ArrowDown");
        }
        await focused.waitFor();
        await this.page.keyboard.press("Enter");
        await this.page.locator(".action-widget").waitFor({ state: "hidden" });
    }

    /** The text of the notifications. */
    async notifications() {
        return (await this.page.locator(".notification-list-item-message").allInnerTexts()).join("\n");
    }

    /** Waits until `look` gives true. */
    async until(look, what) {
        for (let attempt = 0; attempt < 200; attempt += 1) {
            if (await look()) {
                return;
            }
            await this.page.waitForTimeout(100);
        }
        throw new Error(what);
    }
}

async function freePort() {
    const probe = createServer();
    probe.listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address();
    probe.close();
    await once(probe, "close");
    return port;
}

async function untilHealthy(url) {
    for (let attempt = 0; attempt < 300; attempt += 1) {
        try {
            await fetch(url);
            return;
        } catch {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
    throw new Error("code-server does not start");
}
