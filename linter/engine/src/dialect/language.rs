//! Languages whose files are templates once they are lowered.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::{File, Parsed};
use crate::source::Source;
use crate::syntax::{Document, ReferenceKind};

/// The most files that one file deploys, directly and through others.
const MAX_LINKED: usize = 2_000;

/// What gives the text at a path, where it is here.
pub type Sources<'a> = &'a dyn Fn(&str) -> Option<Arc<Source>>;

/// How the files of a language are read. Every function is pure.
#[derive(Debug)]
pub struct Language {
    /// The endings of the names of its files, without a dot.
    pub extensions: &'static [&'static str],
    /// The tree of a text, as that of a template or of a parameter file: with what it takes from other files, as far as
    /// these are here.
    pub document: fn(&Arc<Source>, Sources<'_>) -> Document,
}

impl Language {
    /// Whether a path is that of one of its files.
    pub fn is_own(&self, path: &str) -> bool {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        self.extensions.iter().any(|own| extension.eq_ignore_ascii_case(own))
    }
}

/// The files of languages among others.
pub(super) struct Lowered<'f> {
    by_path: HashMap<&'f str, usize>,
    files: &'f [File],
}

impl<'f> Lowered<'f> {
    pub(super) fn new(files: &'f [File]) -> Lowered<'f> {
        let by_path = files.iter().enumerate().map(|(index, file)| (&*file.parsed.source.path, index));
        Lowered { by_path: by_path.collect(), files }
    }

    /// A file with what it takes from others.
    pub(super) fn completed(&self, file: &Parsed, language: Option<&Language>) -> Parsed {
        let takes = |kind| matches!(kind, ReferenceKind::Taken);
        let references = &file.document.references;
        let is_open = references.iter().any(|own| takes(own.kind) && self.by_path.contains_key(&*own.path));
        match language.filter(|_| is_open) {
            Some(language) => {
                let sources = |path: &str| self.at(path).map(|file| file.parsed.source.clone());
                let document = Arc::new((language.document)(&file.source, &sources));
                Parsed { source: file.source.clone(), document }
            }
            None => file.clone(),
        }
    }

    fn at(&self, path: &str) -> Option<&'f File> {
        self.by_path.get(path).and_then(|index| self.files.get(*index))
    }

    /// The files that a file deploys, and those that these deploy.
    pub(super) fn deployed(&self, file: &Parsed) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut seen: HashSet<&str> = HashSet::from([&*file.source.path]);
        let mut open = vec![&file.document];
        while let Some(document) = open.pop() {
            for reference in document.references.iter().filter(|own| own.kind == ReferenceKind::Deployed) {
                let Some(index) = self.by_path.get(&*reference.path).copied() else { continue };
                let Some(file) = self.files.get(index) else { continue };
                if found.len() < MAX_LINKED && seen.insert(&file.parsed.source.path) {
                    found.insert(index);
                    open.push(&file.parsed.document);
                }
            }
        }
        found.into_iter().collect()
    }
}
