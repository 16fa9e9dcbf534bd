//! What the client hears of each text: only what it does not know already.

use std::collections::HashSet;
use std::path::Path;

use armlint_engine::session::Outcome;
use armlint_workspace::config::FILE_NAME;
use lsp_types::{Diagnostic, MessageType, PublishDiagnosticsParams, Uri};
use serde_json::json;

use super::{Workspace, path_of};
use crate::document::Document;
use crate::root::{Root, Scope};
use crate::{address, diagnostics};

/// What the client last heard of a text.
#[derive(Debug)]
pub(super) struct Published {
    root: Scope,
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

impl Workspace {
    /// Tells the client what was found in a root, as far as it does not know it.
    pub(super) fn publish(&mut self, at: usize) {
        let Some(root) = self.roots.get(at) else { return };
        let scope = root.scope.clone();
        let uris = |path: &Path| self.uri(path);
        let is_own = |path: &Path| match &scope {
            Scope::Folder(folder) => self.preferences.workspace && self.folder(path) == Some(folder),
            _ => false,
        };
        let untitled = matches!(scope, Scope::Untitled(..));
        let wanted = |path: &Path| untitled || self.documents.at(path).is_some() || is_own(path);
        let mut all = diagnostics::all(root, self.client.features, &uris, &wanted);
        let mut news: Vec<(Uri, Option<i32>, Vec<Diagnostic>)> = Vec::new();
        let mut told: Vec<(String, String)> = Vec::new();
        for document in self.documents.iter().filter(|document| self.scope(document) == scope) {
            let path = path_of(document);
            let found = all.remove(&root.absolute(&path.to_string_lossy())).unwrap_or_default();
            told.extend(self.unchecked(root, document, &path));
            news.push((document.uri.clone(), Some(document.version), found));
        }
        for (path, found) in all {
            let is_fault = root.problems().iter().any(|problem| problem.path == path);
            if let (true, None, Some(uri)) =
                (is_own(&path) || is_fault, self.documents.at(&path), address::uri(&path))
            {
                news.push((uri, None, found));
            }
        }
        news.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        let fresh: HashSet<String> = news.iter().map(|(uri, ..)| uri.as_str().to_string()).collect();
        for (uri, version, found) in news {
            self.send(uri, version, found, &scope);
        }
        self.clear(|uri, published| published.root == scope && !fresh.contains(uri));
        for (uri, reason) in told {
            let known = self.told.insert(uri, reason.clone()).unwrap_or_default();
            if known != reason && !reason.is_empty() {
                self.client.log(MessageType::INFO, reason);
            }
        }
    }

    // Why a buffer is not checked at all: its URI and what is to be said.
    fn unchecked(&self, root: &Root, document: &Document, path: &Path) -> Option<(String, String)> {
        let shown = root.base.shown(path);
        let checked = root.checked.as_ref()?;
        let reason = match checked.outcome(&shown) {
            Some(Outcome::Ignored(reason) | Outcome::Unreadable(reason)) => {
                checked.masks.scrub(checked.masks.source(&shown), reason)
            }
            Some(_) => String::new(),
            None if is_configuration(path) => return None,
            None if root.file(&shown).is_some() => "it is only context for other files".to_string(),
            None => "the configuration excludes it, an ignore file names it, or its name has none of the \
                     known endings"
                .to_string(),
        };
        let said = if reason.is_empty() { reason } else { format!("{shown} is not checked: {reason}") };
        Some((document.uri.as_str().to_string(), said))
    }

    fn send(&mut self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>, root: &Scope) {
        let same = match self.published.get_mut(uri.as_str()) {
            Some(known) => {
                known.root = root.clone();
                known.version == version && known.diagnostics == diagnostics
            }
            None => version.is_none() && diagnostics.is_empty(),
        };
        if same {
            return;
        }
        let params = PublishDiagnosticsParams {
            uri: uri.clone(),
            version: version.filter(|_| self.client.features.versions),
            diagnostics: diagnostics.clone(),
        };
        self.client.notify("textDocument/publishDiagnostics", params);
        let published = Published { root: root.clone(), version, diagnostics };
        self.published.insert(uri.as_str().to_string(), published);
    }

    /// Takes back what belongs to nothing that is still looked at.
    pub(super) fn withdraw(&mut self) {
        self.gone = false;
        let scopes: Vec<Scope> = self.roots.iter().map(|root| root.scope.clone()).collect();
        self.clear(|_, published| !scopes.contains(&published.root));
    }

    /// Takes back what was published of the texts that are gone, by URI.
    pub(super) fn clear(&mut self, is_gone: impl Fn(&str, &Published) -> bool) {
        let client = &self.client;
        self.published.retain(|uri, published| {
            let gone = is_gone(uri, published);
            if gone && !published.diagnostics.is_empty() {
                let params = json!({ "uri": uri, "diagnostics": [] });
                client.notify("textDocument/publishDiagnostics", params);
            }
            !gone
        });
    }
}

fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FILE_NAME)
}
