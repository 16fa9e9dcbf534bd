/**
 * Which `armlint` is run: that of the setting, the one that comes with the extension, or the one on PATH.
 *
 * A name is never left to the operating system to look up: Windows would take a program of the current
 * folder, which may be one that nobody trusts.
 */

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Where to look. */
export interface Search {
    /** `armlint.path`; what is blank counts as not set. */
    readonly setting: string | null | undefined;
    /** The folder of the extension. */
    readonly extension: string;
    /** The value of `PATH`. */
    readonly path: string | undefined;
    /** The home folder, for `~/`. */
    readonly home: string;
    /** `process.platform`. */
    readonly platform: NodeJS.Platform;
}

/** A program with an absolute path, or why there is none. */
export type Executable =
    | { readonly path: string; readonly origin: "setting" | "extension" | "PATH" }
    | { readonly missing: "setting" | "everywhere"; readonly message: string };

/**
 * Finds the program. What the setting names is taken or is an error: nothing else takes its place, so that
 * nobody runs a version that they did not choose.
 */
export function findExecutable(search: Search): Executable {
    const setting = search.setting?.trim() ?? "";
    if (setting !== "") {
        return fromSetting(setting, search.home);
    }
    const name = search.platform === "win32" ? "armlint.exe" : "armlint";
    const bundled = join(search.extension, "bin", name);
    if (isExecutable(bundled)) {
        return { path: bundled, origin: "extension" };
    }
    for (const folder of (search.path ?? "").split(delimiter)) {
        const path = join(folder, name);
        if (isAbsolute(folder) && isExecutable(path)) {
            return { path, origin: "PATH" };
        }
    }
    const message =
        "armlint is not installed: no program comes with this build of the extension, and there is none on PATH. " +
        "Install armlint, or say where it is in the setting armlint.path.";
    return { missing: "everywhere", message };
}

function fromSetting(setting: string, home: string): Executable {
    const path = /^~[/\\]/.test(setting) ? join(home, setting.slice(2)) : setting;
    if (!isAbsolute(path)) {
        const message = `The setting armlint.path has to be an absolute path, or begin with ~/. It is "${setting}".`;
        return { missing: "setting", message };
    }
    if (!isExecutable(path)) {
        const message = `There is no program at "${path}", where the setting armlint.path says that armlint is.`;
        return { missing: "setting", message };
    }
    return { path, origin: "setting" };
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}
