// Bundles the extension into dist/, with the licences of the libraries that are in the bundle.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

await rm(join(root, "dist"), { recursive: true, force: true });
const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    // The oldest editor in `engines` runs Node 20.
    target: "node20",
    external: ["vscode"],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
});

const packages = new Set(
    Object.keys(metafile.inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
);
const notices = await Promise.all([...packages].sort().map(notice));
await writeFile(join(root, "dist", "licences.txt"), notices.join("\n\n"));

async function notice(folder) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    if (file === undefined) {
        throw new Error(`${name} has no licence file`);
    }
    const text = await readFile(join(root, folder, file), "utf8");
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}
