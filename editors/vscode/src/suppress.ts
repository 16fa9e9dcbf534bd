/**
 * Suppressions, between the editor and the server: the reason is asked for on the way there, and what the
 * edits of the server leave to the user is done on the way back.
 *
 * The language client registers the commands of the server by itself; a command of the same name here would
 * clash with it. So this is a middleware: it sees each command on its way to the server.
 */

import { CancellationTokenSource, languages, Uri, window, workspace, type TextDocument } from "vscode";
import type { ApplyWorkspaceEditParams, Middleware, WorkspaceEdit } from "vscode-languageclient/node";

import { dayOf, problemOfReason } from "./reason";

// The command of the server: `[uri, rule, place]`, and the reason behind them.
const SUPPRESS = "armlint.suppress";
const COMMENT = "// armlint: ignore";

/** Asks for the reasons of suppressions. Nothing is sent without one. */
export const suppression: Middleware = {
    executeCommand: async (command, given: unknown[], next) => {
        if (command !== SUPPRESS) {
            return next(command, given) as unknown;
        }
        const reason = await askForReason(typeof given[1] === "string" ? given[1] : "the finding");
        return reason === undefined ? undefined : (next(command, [...given, reason]) as unknown);
    },
    workspace: {
        handleApplyEdit: async (params: ApplyWorkspaceEditParams, next) => {
            const texts = insertions(params.edit);
            // What the user is in the middle of is not saved for them.
            const unsaved = workspace.textDocuments.filter((document) => document.isDirty).map(address);
            const result = await next(params, new CancellationTokenSource().token);
            if (!("applied" in result && result.applied)) {
                return result;
            }
            for (const document of workspace.textDocuments) {
                const text = texts.get(address(document));
                if (text === undefined) {
                    continue;
                }
                if (document.fileName.endsWith("armlint.yaml")) {
                    await take(document, unsaved.includes(address(document)));
                } else if (document.languageId === "json" && text.includes(COMMENT)) {
                    // As JSON without comments, the editor would underline the comment as an error.
                    await languages.setTextDocumentLanguage(document, "jsonc");
                }
            }
            return result;
        },
    },
};

async function askForReason(rule: string): Promise<string | undefined> {
    const reason = await window.showInputBox({
        title: `Suppress ${rule}`,
        prompt: 'Why does the finding stay? "until: 2026-12-31" in front names the last day that it does.',
        placeHolder: "the database of the examples, rebuilt every night",
        ignoreFocusOut: true,
        validateInput: (text) => problemOfReason(text, dayOf(new Date())),
    });
    return reason?.trim();
}

// A configuration holds when it is saved; and the user, who looks at another file, is told where it is.
async function take(document: TextDocument, isUnsaved: boolean): Promise<void> {
    const name = workspace.asRelativePath(document.uri);
    const saved = !isUnsaved && (await document.save());
    const message = saved ? `The suppression stands in ${name}.` : `The suppression holds once ${name} is saved.`;
    void window.showInformationMessage(message, "Show").then((choice) => {
        if (choice === "Show") {
            void window.showTextDocument(document);
        }
    });
}

// What an edit writes into each document, by its address.
function insertions(edit: WorkspaceEdit): Map<string, string> {
    const listed = (edit.documentChanges ?? []).flatMap((change) =>
        "edits" in change ? [[change.textDocument.uri, change.edits] as const] : [],
    );
    const all = [...listed, ...Object.entries(edit.changes ?? {})];
    return new Map(
        all.map(([uri, edits]) => [
            Uri.parse(uri).toString(),
            edits.map((made) => ("newText" in made ? made.newText : made.snippet.value)).join("\n"),
        ]),
    );
}

function address(document: TextDocument): string {
    return document.uri.toString();
}
