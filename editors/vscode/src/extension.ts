/**
 * The extension: it waits for a document that concerns armlint, and only then loads the language client and
 * starts the server. JSON and YAML are everywhere; a window without templates pays for a look at its texts.
 */

import { commands, Uri, window, workspace, type ExtensionContext, type TextDocument } from "vscode";

import { mayConcern } from "./concern";
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
    const look = async (document: TextDocument): Promise<void> => {
        const { languageId, uri } = document;
        if (server?.isAsked !== true && uri.scheme === "file") {
            if (mayConcern(languageId, uri.path, () => document.getText())) {
                await (await load()).start();
            }
        }
    };
    context.subscriptions.push(
        output,
        commands.registerCommand("armlint.restartServer", async () => (await load()).restart()),
        commands.registerCommand("armlint.showOutput", () => {
            output.show();
        }),
        workspace.onDidOpenTextDocument(look),
        // What was no template when it was opened may have become one.
        workspace.onDidSaveTextDocument(look),
        workspace.onDidChangeConfiguration(async (event) => {
            if (event.affectsConfiguration("armlint.path") && server !== undefined) {
                await server.restart();
            }
        }),
    );
    if (await hasConfiguration()) {
        await (await load()).start();
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
