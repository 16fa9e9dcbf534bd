/**
 * The server as a running program: found, started, restarted, and its failures shown.
 *
 * The language client restarts a server that crashes by itself, at most four times in three minutes; here is
 * only what it cannot do: another program, and one that does not start.
 */

import { homedir } from "node:os";

import { commands, env, Uri, window, workspace, type Disposable, type LogOutputChannel } from "vscode";
import { LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";

import { SELECTOR } from "./concern";
import { findExecutable } from "./executable";
import { outline } from "./outline";
import { Status } from "./status";
import { suppression } from "./suppress";

const SECTION = "armlint";
const INSTALL = "https://github.com/armlint/armlint/blob/main/docs/install.md";

/** At most one server, started on demand. */
export class Server implements Disposable {
    private readonly status = new Status();
    private client: LanguageClient | undefined;
    private asked = false;
    // Starts and stops come one after the other, whatever the order in which commands and settings ask for them.
    private last: Promise<void> = Promise.resolve();

    constructor(
        private readonly extension: string,
        private readonly output: LogOutputChannel,
    ) {}

    /**
     * Starts the server, the first time that it is asked to: one that does not start is not tried again with
     * each document. Failures are shown, and never thrown.
     */
    start(): Promise<void> {
        if (this.asked) {
            return this.last;
        }
        this.asked = true;
        return this.enqueue(() => this.run());
    }

    /** Stops the server where it runs, finds the program anew and starts it. */
    restart(): Promise<void> {
        this.asked = true;
        return this.enqueue(async () => {
            await this.end();
            await this.run();
        });
    }

    /** Stops the server. */
    stop(): Promise<void> {
        return this.enqueue(() => this.end());
    }

    /** Whether the server has been asked to start. */
    get isAsked(): boolean {
        return this.asked;
    }

    dispose(): void {
        this.status.dispose();
    }

    private enqueue(step: () => Promise<void>): Promise<void> {
        this.last = this.last.then(step);
        return this.last;
    }

    private async run(): Promise<void> {
        this.status.show({ kind: "starting" });
        const found = findExecutable({
            setting: workspace.getConfiguration(SECTION).get<string | null>("path"),
            extension: this.extension,
            path: process.env["PATH"],
            home: homedir(),
            platform: process.platform,
        });
        if ("missing" in found) {
            this.fail(found.message, found.missing === "everywhere" ? "Install" : undefined);
            return;
        }
        this.output.info(`${found.path} (${found.origin})`);
        const client = this.connect(found.path);
        this.client = client;
        try {
            await client.start();
        } catch (error) {
            this.output.error(error instanceof Error ? error : String(error));
            this.fail(`The language server of ${found.path} does not start. Is this armlint new enough?`);
        }
    }

    private connect(program: string): LanguageClient {
        const client = new LanguageClient(
            SECTION,
            "armlint",
            { command: program, args: ["lsp"] },
            {
                documentSelector: SELECTOR,
                outputChannel: this.output,
                revealOutputChannelOn: RevealOutputChannelOn.Never,
                initializationOptions: () => ({
                    ...workspace.getConfiguration().get<object>(SECTION),
                    asksForReason: true,
                }),
                initializationFailedHandler: () => false,
                middleware: { ...suppression, ...outline },
            },
        );
        client.onDidChangeState(({ newState }) => {
            if (newState === State.Running) {
                const version = client.initializeResult?.serverInfo?.version ?? "";
                this.status.show({ kind: "running", version, program });
            } else if (newState === State.Starting) {
                this.status.show({ kind: "starting" });
            } else if (this.client === client) {
                this.status.show({ kind: "failed", message: "The language server has ended." });
            } else {
                this.status.show({ kind: "stopped" });
            }
        });
        return client;
    }

    private async end(): Promise<void> {
        const client = this.client;
        this.client = undefined;
        try {
            await client?.dispose();
        } catch (error) {
            // A server that has not started, or does not answer, is left to the language client to end.
            this.output.debug(String(error));
        }
    }

    private fail(message: string, offer?: "Install"): void {
        this.output.error(message);
        this.status.show({ kind: "failed", message });
        const choices = [...(offer ? [offer] : []), "Open Settings", "Show Output"];
        void window.showErrorMessage(message, ...choices).then((choice) => {
            if (choice === "Install") {
                void env.openExternal(Uri.parse(INSTALL));
            } else if (choice === "Open Settings") {
                void commands.executeCommand("workbench.action.openSettings", "armlint.path");
            } else if (choice === "Show Output") {
                this.output.show();
            }
        });
    }
}
