/** What the server does, in the language status of the files that it is for. */

import { languages, LanguageStatusSeverity, type Disposable } from "vscode";

import { SELECTOR } from "./concern";

/** What there is to say. */
export type State =
    | { readonly kind: "starting" }
    | { readonly kind: "running"; readonly version: string; readonly program: string }
    | { readonly kind: "stopped" }
    | { readonly kind: "failed"; readonly message: string };

/** An item that stands in the status bar once there is something to say. */
export class Status implements Disposable {
    private readonly item = languages.createLanguageStatusItem("armlint.server", SELECTOR);

    constructor() {
        this.item.name = "armlint";
    }

    show(state: State): void {
        const failed = state.kind === "failed";
        this.item.busy = state.kind === "starting";
        this.item.severity = failed ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
        this.item.text = state.kind === "running" ? `armlint ${state.version}` : `armlint: ${state.kind}`;
        this.item.detail = detail(state);
        this.item.command =
            failed || state.kind === "stopped"
                ? { command: "armlint.restartServer", title: "Restart Server" }
                : { command: "armlint.showOutput", title: "Show Output" };
    }

    dispose(): void {
        this.item.dispose();
    }
}

function detail(state: State): string {
    switch (state.kind) {
        case "running":
            return state.program;
        case "failed":
            return state.message;
        case "starting":
        case "stopped":
            return "";
    }
}
