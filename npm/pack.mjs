// Writes the folders that `npm publish` takes: one package for each platform, with its program, and the
// main one, which depends on exactly these.
//
//   node npm/pack.mjs --target TRIPLE --binary FILE --out DIR    writes DIR/<os>-<cpu>[-musl]
//   node npm/pack.mjs --main --out DIR                           writes DIR/armlint
//
// The version is that of Cargo.toml, the platforms are those of packaging/targets.json.

import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const USAGE = "usage: pack.mjs --target TRIPLE --binary FILE --out DIR | --main --out DIR";

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const manifest = () => JSON.parse(read("npm/armlint/package.json"));
const targets = () => JSON.parse(read("packaging/targets.json"));

function version() {
  const found = /^\[workspace\.package\]\n(?:[^[\n].*\n)*?version = "(.+)"$/m.exec(read("Cargo.toml"));
  if (!found) throw new Error("Cargo.toml has no version in [workspace.package]");
  return found[1];
}

/** `linux-x64-musl`: the name of the package below @armlint and of its folder. */
function platform({ npm: { os, cpu, libc } }) {
  return `${os}-${cpu}${libc === "musl" ? "-musl" : ""}`;
}

function write(folder, manifest) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(ROOT, file), join(folder, file));
}

function packPlatform(triple, binary, out) {
  const target = targets().find(({ target }) => target === triple);
  if (!target) throw new Error(`packaging/targets.json has no target ${triple}`);
  const { os, cpu, libc } = target.npm;
  const program = os === "win32" ? "armlint.exe" : "armlint";
  const { description, license, homepage, repository, bugs, engines, publishConfig } = manifest();
  const folder = join(out, platform(target));
  write(folder, {
    name: `@armlint/${platform(target)}`,
    version: version(),
    description: `${description}: the program for ${triple}`,
    license,
    homepage,
    repository,
    bugs,
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    files: [program],
    // Yarn would keep it in an archive, where nothing can be run.
    preferUnplugged: true,
    engines,
    publishConfig,
  });
  const text = `The program of [armlint](${homepage}) for \`${triple}\`. Install \`armlint\`, which depends on it.`;
  writeFileSync(join(folder, "README.md"), `# @armlint/${platform(target)}\n\n${text}\n`);
  copyFileSync(binary, join(folder, program));
  chmodSync(join(folder, program), 0o755);
  return folder;
}

function packMain(out) {
  const folder = join(out, "armlint");
  const pinned = targets().map((target) => [`@armlint/${platform(target)}`, version()]);
  write(folder, { ...manifest(), version: version(), optionalDependencies: Object.fromEntries(pinned.sort()) });
  cpSync(join(ROOT, "npm/armlint/bin"), join(folder, "bin"), { recursive: true });
  copyFileSync(join(ROOT, "README.md"), join(folder, "README.md"));
  return folder;
}

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    binary: { type: "string" },
    main: { type: "boolean" },
    out: { type: "string" },
  },
});
const { target, binary, main, out } = values;
if (!out || Boolean(main) === Boolean(target) || Boolean(target) !== Boolean(binary)) {
  console.error(USAGE);
  process.exit(2);
}
console.log(main ? packMain(out) : packPlatform(target, binary, out));
