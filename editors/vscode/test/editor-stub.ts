/** What `src/suppress.ts` takes of the editor, for its tests. */

interface Box {
    readonly title: string;
}

interface Document {
    readonly uri: Uri;
    readonly fileName: string;
    languageId: string;
    isDirty: boolean;
    saves: number;
    save(): Promise<boolean>;
}

export class Uri {
    private constructor(private readonly text: string) {}

    static parse(text: string): Uri {
        return new Uri(text);
    }

    toString(): string {
        return this.text;
    }
}

export class CancellationTokenSource {
    readonly token = {};
}

/** What the tests set and look at. */
export const editor = {
    answer: undefined as string | undefined,
    asked: [] as Box[],
    told: [] as string[],
    documents: [] as Document[],

    reset(): void {
        Object.assign(editor, { answer: undefined, asked: [], told: [], documents: [] });
    },

    open(uri: string, languageId: string): Document {
        const document: Document = {
            uri: Uri.parse(uri),
            fileName: uri.replace("file://", ""),
            languageId,
            isDirty: false,
            saves: 0,
            save: () => {
                document.saves += 1;
                return Promise.resolve(true);
            },
        };
        editor.documents.push(document);
        return document;
    },
};

export const window = {
    showInputBox(box: Box): Promise<string | undefined> {
        editor.asked.push(box);
        return Promise.resolve(editor.answer);
    },
    showInformationMessage(message: string): Promise<undefined> {
        editor.told.push(message);
        return Promise.resolve(undefined);
    },
};

export const workspace = {
    get textDocuments(): Document[] {
        return editor.documents;
    },
    asRelativePath: (uri: Uri): string => uri.toString(),
};

export const languages = {
    setTextDocumentLanguage(document: Document, languageId: string): Promise<void> {
        document.languageId = languageId;
        return Promise.resolve();
    },
};
