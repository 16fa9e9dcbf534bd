// Packages the extension: `npm run package -- [--target linux-x64 --binary PATH] [--out FILE]`.
//
// With a binary the package is for one platform and runs that binary; without, it is for all of them, and
// armlint has to be installed.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// The targets of `vsce package` that armlint is built for.
const TARGETS = [
    "alpine-arm64",
    "alpine-x64",
    "darwin-arm64",
    "darwin-x64",
    "linux-arm64",
    "linux-x64",
    "win32-arm64",
    "win32-x64",
];

const REPOSITORY = "https://github.com/armlint/armlint";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
    options: {
        target: { type: "string" },
        binary: { type: "string" },
        out: { type: "string" },
    },
});
if ((values.target === undefined) !== (values.binary === undefined)) {
    fail("--target and --binary go together: a binary is for one platform");
}
if (values.target !== undefined && !TARGETS.includes(values.target)) {
    fail(`no such target: ${values.target}; one of ${TARGETS.join(", ")}`);
}

const platform = values.target === undefined ? "" : `-${values.target}`;
const out = resolve(values.out ?? join(root, `armlint${platform}.vsix`));
const bin = join(root, "bin");
const licences = ["LICENSE-APACHE", "LICENSE-MIT"];
rmSync(bin, { recursive: true, force: true });
try {
    if (values.binary !== undefined) {
        const program = join(bin, values.target.startsWith("win32") ? "armlint.exe" : "armlint");
        mkdirSync(bin);
        copyFileSync(resolve(values.binary), program);
        chmodSync(program, 0o755);
    }
    for (const name of licences) {
        copyFileSync(join(root, "..", "..", name), join(root, name));
    }
    const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
    // bin/ is among the files of the package, and is not there without a binary.
    const target = values.target === undefined ? ["--allow-unused-files-pattern"] : ["--target", values.target];
    // Links of the README lead to the repository, where the folder of the extension is not the root.
    const links = [
        ["--baseContentUrl", `${REPOSITORY}/blob/main/editors/vscode`],
        ["--baseImagesUrl", `${REPOSITORY}/raw/main/editors/vscode`],
    ].flat();
    const options = ["package", "--no-dependencies", "--out", out, ...links, ...target];
    const { status } = spawnSync(process.execPath, [vsce, ...options], { cwd: root, stdio: "inherit" });
    process.exitCode = status ?? 1;
} finally {
    rmSync(bin, { recursive: true, force: true });
    for (const name of licences) {
        rmSync(join(root, name), { force: true });
    }
}

function fail(message) {
    console.error(`package: ${message}`);
    process.exit(2);
}
