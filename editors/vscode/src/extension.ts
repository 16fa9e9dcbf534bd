/**
 * The extension: it waits for a document that concerns armlint, and only then loads the language client and
 * starts the server. JSON and YAML are everywhere; a window without templates pays for a look at its texts.
 */

import { commands, languages, Uri, window, workspace, type ExtensionContext, type TextDocument } from "vscode";

import { mayConcern, SELECTOR } from "./concern";
import type { Server } from "./server";

let server: Server | undefined;

/** Called by the editor. */
export async function activate(context: ExtensionContext): Promise<void> {
    const output = window.createOutputChannel("armlint", { log: true });
    const load = async (): Promise<Server> => {
        if (server === undefined) {
            const { Server } = await import("./server");
            server ??= new Server(context.extensionPath, output);
            context.subscriptions.push(server);
        }
        return server;
    };
    // Nobody waits for the server itself: that would count as the time that the extension takes to start.
    const start = async (): Promise<void> => void (await load()).start();
    const look = async (document: TextDocument, text = () => document.getText()): Promise<void> => {
        if (server?.isAsked !== true && languages.match(SELECTOR, document) > 0) {
            if (mayConcern(document.languageId, document.uri.path, text)) {
                await start();
            }
        }
    };
    context.subscriptions.push(
        output,
        commands.registerCommand("armlint.restartServer", async () => (await load()).restart()),
        commands.registerCommand("armlint.showOutput", () => {
            output.show();
        }),
        workspace.onDidOpenTextDocument((document) => look(document)),
        // What was no template when it was opened may become one: at once where one is pasted, at the latest
        // when it is saved.
        workspace.onDidChangeTextDocument(({ document, contentChanges }) =>
            look(document, () => contentChanges.map((change) => change.text).join("\n")),
        ),
        workspace.onDidSaveTextDocument((document) => look(document)),
        workspace.onDidChangeConfiguration(async (event) => {
            if (event.affectsConfiguration("armlint.path") && server !== undefined) {
                await server.restart();
            }
        }),
    );
    if (await hasConfiguration()) {
        await start();
    }
    for (const document of workspace.textDocuments) {
        await look(document);
    }
}

/** Called by the editor before it ends the extension. */
export async function deactivate(): Promise<void> {
    await server?.stop();
}

// A folder with a configuration is one that armlint is for, also before a file is opened.
async function hasConfiguration(): Promise<boolean> {
    const folders = workspace.workspaceFolders ?? [];
    for (const folder of folders) {
        try {
            await workspace.fs.stat(Uri.joinPath(folder.uri, "armlint.yaml"));
            return true;
        } catch {
            // No such file.
        }
    }
    return false;
}
