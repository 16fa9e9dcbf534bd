/** The outline of the server, beside the one that the editor has of JSON and YAML. */

import type { DocumentSymbol, SymbolInformation } from "vscode";
import type { DocumentSymbolMiddleware } from "vscode-languageclient/node";

/**
 * Leaves out what says no more than the name of the file: one symbol for all of it. A second outline puts the
 * names of the extensions into each breadcrumb.
 */
export const outline: DocumentSymbolMiddleware = {
    provideDocumentSymbols: async (document, token, next) => {
        const symbols = (await next(document, token)) ?? [];
        const [first] = symbols;
        return symbols.length > 1 || (first !== undefined && hasChildren(first)) ? symbols : [];
    },
};

function hasChildren(symbol: DocumentSymbol | SymbolInformation): boolean {
    return "children" in symbol && symbol.children.length > 0;
}
