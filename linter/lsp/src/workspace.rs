//! What the worker knows: the buffers, what is checked together, and what the client has heard.

mod publish;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use armlint_workspace::input::artefact_root;
use lsp_types::{FileChangeType, FileEvent, MessageType};
use serde_json::Value;

use super::address;
use super::client::Client;
use super::document::{Document, Documents};
use super::preferences::Preferences;
use super::queue::Event;
use super::root::{Root, Scope};
use publish::Published;

/// All that the worker knows.
#[derive(Debug)]
pub(super) struct Workspace {
    pub(super) client: Client,
    pub(super) documents: Documents,
    pub(super) roots: Vec<Root>,
    pub(super) preferences: Preferences,
    folders: Vec<PathBuf>,
    /// By URI.
    published: HashMap<String, Published>,
    /// By URI: what was last said in the log of a buffer.
    pub(super) told: HashMap<String, String>,
    /// Roots have gone, with what was published of them.
    pub(super) gone: bool,
}

impl Workspace {
    /// The workspace that the parameters of `initialize` describe.
    pub(super) fn new(client: Client, params: &Value) -> Workspace {
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let listed = folders.into_iter().flatten().filter_map(|folder| folder.get("uri"));
        let single = || params.get("rootUri").into_iter();
        let uris: Vec<&Value> = if folders.is_some() { listed.collect() } else { single().collect() };
        let mut folders: Vec<PathBuf> =
            uris.into_iter().filter_map(Value::as_str).filter_map(address::path).collect();
        if let (true, Some(path)) = (folders.is_empty(), params.get("rootPath").and_then(Value::as_str)) {
            folders.push(PathBuf::from(path));
        }
        Workspace {
            client,
            documents: Documents::default(),
            roots: Vec::new(),
            preferences: Preferences::default(),
            folders,
            published: HashMap::new(),
            told: HashMap::new(),
            gone: false,
        }
    }

    /// Forgets everything that was made of the texts, since it may be half made.
    pub(super) fn recover(&mut self) {
        self.roots.clear();
    }

    /// Takes in what has happened.
    pub(super) fn handle(&mut self, event: Event) {
        match event {
            Event::Open(params) => {
                let document = params.text_document;
                let uri = document.uri.as_str().to_string();
                self.documents.open(document.uri, document.language_id, document.version, document.text);
                self.overlay(&uri, true);
            }
            Event::Change { uri, version, changes } => {
                let encoding = self.client.features.encoding;
                if self.documents.change(&uri, version, changes, encoding) {
                    self.overlay(&uri, false);
                }
            }
            Event::Save(uri) => self.saved(&uri),
            Event::Close(uri) => self.close(&uri),
            Event::Files(events) => events.iter().for_each(|event| self.touch(event)),
            Event::Folders(event) => {
                let path = |folder: &lsp_types::WorkspaceFolder| address::path(folder.uri.as_str());
                let removed: Vec<PathBuf> = event.removed.iter().filter_map(path).collect();
                self.folders.retain(|folder| !removed.contains(folder));
                for folder in event.added.iter().filter_map(path) {
                    if !self.folders.contains(&folder) {
                        self.folders.push(folder);
                    }
                }
                // What belonged together may no longer do so.
                self.roots.retain(|root| matches!(&root.scope, Scope::Folder(f) if self.folders.contains(f)));
                self.roots.iter_mut().for_each(Root::reread);
                self.gone = true;
                self.ensure();
            }
            Event::Settings(settings) => {
                self.prefer(&settings);
                self.roots.iter_mut().for_each(Root::reread);
                self.ensure();
            }
            Event::Request(_) => {}
        }
    }

    fn prefer(&mut self, settings: &Value) {
        let (preferences, problems) = Preferences::read(settings);
        let shelf = std::mem::take(&mut self.preferences.options.shelf);
        self.preferences = preferences;
        self.preferences.options.shelf = shelf;
        for problem in problems {
            self.client.log(MessageType::WARNING, problem);
        }
    }

    fn overlay(&mut self, uri: &str, opened: bool) {
        let Some(document) = self.documents.get(uri) else { return };
        match &document.path {
            Some(path) => self.roots.iter_mut().for_each(|root| root.overlay(path, &document.text, opened)),
            None => {
                let own = |root: &&mut Root| matches!(&root.scope, Scope::Untitled(of, _) if of == uri);
                self.roots.iter_mut().filter(own).for_each(Root::reread);
            }
        }
        self.ensure();
    }

    fn saved(&mut self, uri: &str) {
        let Some(path) = self.documents.get(uri).and_then(|document| document.path.clone()) else { return };
        // A client that watches nothing tells of nothing else that others have written, either.
        for root in &mut self.roots {
            match self.client.features.watches || !path.starts_with(root.folder()) {
                true => root.touch(&path, FileChangeType::CHANGED),
                false => root.reread(),
            }
        }
    }

    fn close(&mut self, uri: &str) {
        let Some(document) = self.documents.close(uri) else { return };
        self.told.remove(uri);
        if let Some(path) = &document.path {
            let what = if path.exists() { FileChangeType::CHANGED } else { FileChangeType::DELETED };
            self.roots.iter_mut().for_each(|root| root.touch(path, what));
        }
        self.clear(|published, _| published == uri);
        self.ensure();
    }

    fn touch(&mut self, event: &FileEvent) {
        if let Some(path) = address::path(event.uri.as_str()) {
            self.roots.iter_mut().for_each(|root| root.touch(&path, event.typ));
        }
    }

    /// Which root a document belongs to.
    pub(super) fn scope(&self, document: &Document) -> Scope {
        let Some(path) = &document.path else {
            let folder = self.folders.first().cloned().or_else(|| std::env::current_dir().ok());
            return Scope::Untitled(document.uri.as_str().to_string(), folder.unwrap_or_default());
        };
        match self.folder(path) {
            Some(folder) => Scope::Folder(folder.to_path_buf()),
            None => {
                let folder = artefact_root(path, false).or_else(|| path.parent());
                Scope::Beside(folder.unwrap_or(path).to_path_buf())
            }
        }
    }

    /// The innermost folder of the workspace that a path lies in.
    pub(super) fn folder(&self, path: &Path) -> Option<&Path> {
        let around = self.folders.iter().filter(|folder| path.starts_with(folder));
        around.max_by_key(|folder| folder.as_os_str().len()).map(PathBuf::as_path)
    }

    // Makes the roots that are needed, and drops the others.
    pub(super) fn ensure(&mut self) {
        let mut needed: Vec<Scope> = Vec::new();
        if self.preferences.workspace {
            needed.extend(self.folders.iter().cloned().map(Scope::Folder));
        }
        for scope in self.documents.iter().map(|document| self.scope(document)) {
            if !needed.contains(&scope) {
                needed.push(scope);
            }
        }
        let before = self.roots.len();
        let is_folder = |root: &Root| matches!(root.scope, Scope::Folder(_));
        self.roots.retain(|root| is_folder(root) || needed.contains(&root.scope));
        self.gone |= self.roots.len() < before;
        for scope in needed {
            if !self.roots.iter().any(|root| root.scope == scope) {
                self.roots.push(Root::new(scope));
            }
        }
    }

    /// Whether something is to be checked, or told.
    pub(super) fn is_busy(&self) -> bool {
        self.gone || self.roots.iter().any(|root| root.dirty)
    }

    /// Reads what has changed on disk of one root.
    pub(super) fn refresh(&mut self, at: usize) {
        let Some(root) = self.roots.get(at) else { return };
        let own = |document: &&Document| self.scope(document) == root.scope;
        let named: Vec<PathBuf> = match &root.scope {
            Scope::Folder(_) => Vec::new(),
            _ => self.documents.iter().filter(own).map(path_of).collect(),
        };
        let named = sorted(named);
        let options = &self.preferences.options;
        let told = self.roots[at].refresh(&self.documents, &named, options);
        told.into_iter().for_each(|problem| self.client.log(MessageType::WARNING, problem));
    }

    /// Checks what has changed, and tells the client.
    pub(super) fn check(&mut self) {
        self.ensure();
        for at in 0..self.roots.len() {
            if self.roots[at].dirty {
                self.check_root(at);
            }
        }
        self.withdraw();
    }

    /// Checks one root, and tells the client.
    pub(super) fn check_root(&mut self, at: usize) {
        self.refresh(at);
        if let Some(root) = self.roots.get_mut(at) {
            root.check();
            self.publish(at);
        }
    }

    /// The document, the place of its root, and its path as shown.
    pub(super) fn find(&self, uri: &str) -> Option<(&Document, usize, String)> {
        let document = self.documents.get(uri)?;
        let scope = self.scope(document);
        let at = self.roots.iter().position(|root| root.scope == scope)?;
        let shown = self.roots[at].base.shown(&path_of(document));
        Some((document, at, shown))
    }
}

fn sorted(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort();
    paths
}

/// The path of a document; of one without a file, its name.
pub(super) fn path_of(document: &Document) -> PathBuf {
    let name = || PathBuf::from(address::name(document.uri.as_str(), &document.language));
    document.path.clone().unwrap_or_else(name)
}
