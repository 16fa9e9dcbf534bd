//! The one way in, for command line and editor alike: set texts, check them.

use std::sync::Arc;

use serde::Serialize;

use crate::finding::Finding;
use crate::settings::Settings;
use crate::source::Source;
use crate::span::{SourceId, Span};
use crate::syntax::Document;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// The path as given.
    pub path: Arc<str>,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcomes of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Outcome {
    /// Read and checked.
    Checked,
    /// Checked, but parts could not be read or evaluated.
    Partial(String),
    /// It is, or claims to be, a template or artefact, but could not be read.
    Failed(String),
    /// Nothing for this linter, and why.
    Ignored(String),
}

/// The result of a check.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// Every file that was given, sorted by path.
    pub files: Vec<FileStatus>,
    /// The texts that findings point into, by `SourceId`.
    pub sources: Vec<Arc<Source>>,
    /// The trees of the texts, by `SourceId`; shorter or `None` where there is no tree.
    pub documents: Vec<Option<Arc<Document>>>,
    /// Places that hold secrets, whether or not a finding speaks of them: nothing under them is ever
    /// printed. Sorted.
    pub secrets: Vec<Span>,
}

impl Report {
    /// The source of a span.
    pub fn source(&self, id: SourceId) -> Option<&Arc<Source>> {
        self.sources.get(id.0 as usize)
    }
}

/// A file that was found, or that an editor holds.
#[derive(Debug)]
pub struct Input {
    /// The path as shown: relative where possible, with `/`.
    pub path: Arc<str>,
    /// The bytes, or why they could not be read.
    pub content: Result<Vec<u8>, String>,
    /// The file is only here so that others can be understood: it gets no findings and no status.
    pub context: bool,
    /// The user named this very file, so that it is expected to be a template.
    pub named: bool,
}

/// Texts and the rules that they are checked by.
#[derive(Debug, Default)]
pub struct Session {
    catalogue: crate::rule::Catalogue,
}

impl Session {
    /// A session without texts.
    pub fn new(catalogue: crate::rule::Catalogue) -> Session {
        Session { catalogue }
    }

    /// The rules.
    pub fn catalogue(&self) -> &crate::rule::Catalogue {
        &self.catalogue
    }

    /// Adds or replaces texts; they are parsed on all threads of the current rayon pool.
    pub fn set_all(&mut self, _inputs: Vec<Input>) {}

    /// Checks everything.
    pub fn check(&self, _settings: &Settings) -> Report {
        Report::default()
    }
}
