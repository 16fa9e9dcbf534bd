//! The texts of a root: what is found on disk, with the buffers over it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::dialect::GivenFiles;
use armlint_engine::session::{Input, Session, Wanted};
use armlint_workspace::config::{Configurations, FILE_NAME, Options};
use armlint_workspace::error::Error;
use armlint_workspace::input::{self, Discovery, FoundFile, Request, Role};
use armlint_workspace::references::{Supplier, complete};

use super::{Root, Scope};
use crate::document::Documents;

/// A text is read again when this changes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    content: u64,
    context: bool,
    named: bool,
    given: bool,
}

impl Root {
    /// Reads what has changed on disk. `named` are the paths of the open files that are checked for
    /// themselves. Gives what the user does not know yet.
    pub(crate) fn refresh(
        &mut self,
        documents: &Documents,
        named: &[PathBuf],
        options: &Options,
    ) -> Vec<String> {
        if self.stale || self.named != named {
            self.stale = false;
            self.touched.clear();
            self.named = named.to_vec();
            let told = self.reload(documents, named, options);
            let known = std::mem::replace(&mut self.told, told);
            return self.told.iter().filter(|message| !known.contains(message)).cloned().collect();
        }
        let touched = std::mem::take(&mut self.touched);
        let files = touched.iter().filter(|path| documents.at(path).is_none());
        let files: Vec<FoundFile> =
            files.filter_map(|path| self.file(&self.base.shown(path)).cloned()).collect();
        let (inputs, _) = input::read_all(&files, |_| true);
        self.set(inputs, None);
        Vec::new()
    }

    fn reload(&mut self, documents: &Documents, named: &[PathBuf], options: &Options) -> Vec<String> {
        self.found = self.discover(documents, named);
        let mut options = options.clone();
        options.config = options.config.map(|path| self.folder().join(path));
        self.chosen = options.config.clone();
        self.faults.clear();
        options.shelf.forget();
        let mut told: Vec<String> = Vec::new();
        match self.read_all(documents, &options) {
            Ok(configurations) => self.configurations = Some(configurations),
            Err(error) => told.push(error.to_string()),
        }
        told.extend(self.found.problems.iter().map(ToString::to_string));
        told
    }

    // Reads what was found, and what it refers to; gives the configurations that hold for that.
    fn read_all(&mut self, documents: &Documents, options: &Options) -> Result<Configurations, Error> {
        let catalogue = self.session.catalogue();
        let base = self.base.clone();
        let configurations =
            Configurations::find(base, &self.found, options, catalogue, &mut self.faults.reader())?;
        configurations.exclude(&mut self.found);
        let refers = !matches!(self.scope, Scope::Untitled(..));
        let mut reading = Reading { root: self, documents, options, configurations, present: HashSet::new() };
        reading.read();
        // What was context may be it again, and keeps its trees.
        reading.forget(|stamp| stamp.named);
        if refers {
            complete(&mut reading)?;
        }
        reading.forget(|_| true);
        Ok(reading.configurations)
    }

    fn discover(&self, documents: &Documents, named: &[PathBuf]) -> Discovery {
        let folder = match &self.scope {
            Scope::Beside(_) => return input::named(self.base.clone(), named),
            Scope::Untitled(_, folder) => {
                let file = |path: &PathBuf| FoundFile {
                    path: folder.join(path),
                    shown: self.base.shown(&folder.join(path)).into(),
                    role: Role::Stdin,
                };
                return Discovery { files: named.iter().map(file).collect(), ..Discovery::default() };
            }
            Scope::Folder(folder) => folder,
        };
        let threads = rayon::current_num_threads();
        let paths = std::slice::from_ref(folder);
        let request = Request { paths, parameters: &[], stdin_filename: None, explain: false, threads };
        // Only arguments that do not go together are an error.
        let mut found = input::discover(self.base.clone(), request).unwrap_or_default();
        // Nobody has opened what is only told of.
        found.files.retain(|file| input::is_candidate(&file.path));
        // Buffers that are still to be written to disk for the first time.
        let fresh = documents.iter().filter_map(|document| document.path.as_ref());
        let fresh = fresh.filter(|path| path.starts_with(folder) && is_fresh(path, &found));
        let files: Vec<FoundFile> = fresh
            .map(|path| FoundFile {
                path: path.clone(),
                shown: self.base.shown(path).into(),
                role: Role::Walked,
            })
            .collect();
        found.files.extend(files);
        found.files.sort_by(|a, b| a.shown.cmp(&b.shown));
        found
    }

    // Gives the paths of all that could be read.
    fn read_found(&mut self, documents: &Documents, given: GivenFiles) -> HashSet<Arc<str>> {
        let buffer = |file: &FoundFile| match &self.scope {
            Scope::Untitled(uri, _) => documents.get(uri),
            _ => documents.at(&file.path),
        };
        let (open, closed): (Vec<FoundFile>, Vec<FoundFile>) =
            self.found.files.iter().cloned().partition(|file| buffer(file).is_some());
        let (mut inputs, _) = input::read_all(&closed, |_| true);
        inputs.extend(open.iter().filter_map(|file| {
            let content = Ok(buffer(file)?.text.clone().into_bytes());
            let (context, named) = (file.role == Role::Context, file.role >= Role::Named);
            Some(Input { path: file.shown.clone(), content, context, named })
        }));
        let present = inputs.iter().map(|input| input.path.clone()).collect();
        self.session.give(given.clone());
        self.set(inputs, Some(&given));
        present
    }

    /// Hands on what has changed; which of them are given as parameter files stays as it is without `given`.
    pub(super) fn set(&mut self, inputs: Vec<Input>, given: Option<&GivenFiles>) {
        let mut changed = Vec::new();
        for input in inputs {
            let mut hasher = DefaultHasher::new();
            input.content.hash(&mut hasher);
            let known = self.stamps.get(&input.path);
            let given = match given {
                Some(given) => given.holds(&input.path),
                None => known.is_some_and(|known| known.given),
            };
            let Input { context, named, .. } = input;
            let stamp = Stamp { content: hasher.finish(), context, named, given };
            if known != Some(&stamp) {
                self.stamps.insert(input.path.clone(), stamp);
                changed.push(input);
            }
        }
        self.session.set_all(changed);
    }
}

/// A root of which not all texts are read yet.
struct Reading<'r> {
    root: &'r mut Root,
    documents: &'r Documents,
    options: &'r Options,
    configurations: Configurations,
    // The paths of what was read.
    present: HashSet<Arc<str>>,
}

impl Reading<'_> {
    fn read(&mut self) {
        let bindings = self.configurations.bind(&mut self.root.found);
        let given = GivenFiles { bindings, ..GivenFiles::default() };
        self.present = self.root.read_found(self.documents, given);
    }

    // Forgets the texts that are no longer there, those that `which` means.
    fn forget(&mut self, which: impl Fn(&Stamp) -> bool) {
        let Root { session, stamps, .. } = &mut *self.root;
        stamps.retain(|path, stamp| {
            let kept = self.present.contains(path) || !which(stamp);
            if !kept {
                session.remove(path);
            }
            kept
        });
    }
}

impl Supplier for Reading<'_> {
    fn session(&self) -> &Session {
        &self.root.session
    }

    fn supply(&mut self, wanted: &[Wanted]) -> Result<(), Error> {
        let Root { base, found, faults, session, .. } = &mut *self.root;
        found.add_context(base, input::answer(base, wanted));
        self.configurations.extend(found, self.options, session.catalogue(), &mut faults.reader())?;
        self.read();
        Ok(())
    }
}

// Whether a walk would find a file if it were there.
fn is_fresh(path: &Path, found: &Discovery) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let is_taken = !name.starts_with('.') && name != FILE_NAME && input::is_candidate(path);
    let folder = path.ancestors().skip(1).find(|folder| folder.is_dir());
    is_taken && !path.exists() && folder.is_some_and(|folder| found.folders.contains(folder))
}
