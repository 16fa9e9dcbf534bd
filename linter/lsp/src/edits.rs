//! Edits of the client's texts, in the form that it takes.

use std::path::Path;

use lsp_types::{
    CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::root::{Root, Scope};
use super::workspace::Workspace;

/// Edits of some texts.
#[derive(Debug, Default)]
pub(super) struct Changes {
    texts: Vec<Text>,
}

#[derive(Debug)]
struct Text {
    uri: Uri,
    version: Option<i32>,
    is_new: bool,
    edits: Vec<TextEdit>,
}

impl Changes {
    /// Adds an edit of the text at an absolute path; none where it has no URI.
    pub(super) fn add(
        &mut self,
        workspace: &Workspace,
        root: &Root,
        path: &Path,
        edit: TextEdit,
    ) -> Option<()> {
        let document = match &root.scope {
            Scope::Untitled(uri, _) => workspace.documents.get(uri),
            _ => workspace.documents.at(path),
        };
        let uri = match document {
            Some(document) => document.uri.clone(),
            None => super::address::uri(path)?,
        };
        let is_new = document.is_none() && !path.exists();
        match self.texts.iter_mut().find(|text| text.uri == uri) {
            Some(text) => text.edits.push(edit),
            None => {
                let version = document.map(|document| document.version);
                self.texts.push(Text { uri, version, is_new, edits: vec![edit] });
            }
        }
        Some(())
    }

    /// All of them as one.
    #[expect(
        clippy::mutable_key_type,
        reason = "the protocol's types have the map, and its keys stay as they are"
    )]
    pub(super) fn finish(self, workspace: &Workspace) -> WorkspaceEdit {
        let features = workspace.client.features;
        if !features.document_changes {
            let changes = self.texts.into_iter().map(|text| (text.uri, text.edits)).collect();
            return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
        }
        let mut operations = Vec::new();
        let creates = features.creates && self.texts.iter().any(|text| text.is_new);
        for text in self.texts {
            if text.is_new && creates {
                let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
                let create =
                    CreateFile { uri: text.uri.clone(), options: Some(options), annotation_id: None };
                operations.push(DocumentChangeOperation::Op(ResourceOp::Create(create)));
            }
            let text_document =
                OptionalVersionedTextDocumentIdentifier { uri: text.uri, version: text.version };
            let edits = text.edits.into_iter().map(OneOf::Left).collect();
            operations.push(DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits }));
        }
        WorkspaceEdit {
            document_changes: Some(DocumentChanges::Operations(operations)),
            ..WorkspaceEdit::default()
        }
    }
}
