/**
 * The reason for a suppression: asked for when a code action of the server is run, between the editor and
 * the server.
 *
 * The language client registers the commands of the server by itself; a command of the same name here would
 * clash with it. So this is a middleware: it sees each command on its way to the server.
 */

import { window } from "vscode";
import type { ExecuteCommandMiddleware } from "vscode-languageclient/node";

import { dayOf, problemOfReason } from "./reason";

/** The command of the server: `[uri, rule, place...]`, and the reason behind them. */
export const SUPPRESS = "armlint.suppress";

/** Asks for the reason of a suppression and hands it to the server with the rest. Nothing is sent without one. */
export const askForReason: ExecuteCommandMiddleware = {
    executeCommand: async (command, given: unknown[], next) => {
        if (command !== SUPPRESS) {
            return next(command, given) as unknown;
        }
        const rule = typeof given[1] === "string" ? given[1] : "the finding";
        const reason = await window.showInputBox({
            title: `Suppress ${rule}`,
            prompt: 'Why does the finding stay? "until: 2026-12-31" in front names the last day that it does.',
            placeHolder: "the database of the examples, rebuilt every night",
            ignoreFocusOut: true,
            validateInput: (text) => problemOfReason(text, dayOf(new Date())),
        });
        return reason === undefined ? undefined : (next(command, [...given, reason.trim()]) as unknown);
    },
};
