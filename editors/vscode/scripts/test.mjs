// Bundles the unit tests, which are TypeScript, and runs them with Node's test runner.

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "test", "unit");
const outdir = join(root, "dist", "test");

await build({
    absWorkingDir: root,
    entryPoints: readdirSync(folder).map((name) => join(folder, name)),
    outdir,
    outExtension: { ".js": ".mjs" },
    alias: { vscode: "./test/editor-stub.ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
});
const files = readdirSync(outdir).map((name) => join(outdir, name));
const { status } = spawnSync(process.execPath, ["--test", ...files], { cwd: root, stdio: "inherit" });
rmSync(outdir, { recursive: true });
process.exit(status ?? 1);
