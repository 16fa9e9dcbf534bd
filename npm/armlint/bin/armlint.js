#!/usr/bin/env node
// Runs the armlint of this platform, which is in a package of its own, and ends as it ends.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

// The exit code of armlint for a run that could not be made.
const INCOMPLETE = 2;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Whether this Node runs on musl; npm asks the same question before it installs a package. */
function isMusl() {
  if (process.platform !== "linux") return false;
  process.report.excludeNetwork = true;
  return !process.report.getReport().header.glibcVersionRuntime;
}

/** The package with the program for this platform, such as `@armlint/linux-x64-musl`. */
function packageName() {
  return `@armlint/${process.platform}-${process.arch}${isMusl() ? "-musl" : ""}`;
}

/** What to do about a package that is not there. */
function missing(name) {
  const supported = Object.keys(require("../package.json").optionalDependencies ?? {});
  if (!supported.includes(name)) {
    const platforms = supported.map((other) => other.replace("@armlint/", "")).join(", ");
    return (
      `armlint: there is no program for ${name.replace("@armlint/", "")}, only for ${platforms}.\n` +
      "With Rust, `cargo install armlint` builds one.\n"
    );
  }
  return (
    `armlint: the package ${name}, which holds the program for this platform, is not installed.\n` +
    "It is an optional dependency: install again without --no-optional or --omit=optional, and on this\n" +
    "platform if node_modules or the lock file come from another.\n"
  );
}

function fail(message) {
  process.stderr.write(message);
  process.exitCode = INCOMPLETE;
}

function run(program) {
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
  const forward = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  child.on("error", (error) => fail(`armlint: ${program} does not run: ${error.message}\n`));
  child.on("exit", (code, signal) => {
    for (const signal of SIGNALS) process.off(signal, forward);
    process.exitCode = code ?? 128 + constants.signals[signal];
    if (signal) process.kill(process.pid, signal);
  });
}

const name = packageName();
let program;
try {
  program = require.resolve(`${name}/armlint${process.platform === "win32" ? ".exe" : ""}`);
} catch {
  fail(missing(name));
}
if (program) run(program);
