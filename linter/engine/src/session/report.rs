//! What a check says: the findings, what became of each file, and what of the texts must not be shown.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::check::stopwatch::Measurement;
use crate::dialect::Deployment;
use crate::finding::Finding;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read and checked.
    Checked,
    /// Checked, but not all of it.
    Partial(Gap),
    /// It is, or claims to be, a template or artefact, but could not be read.
    Failed(String),
    /// Nothing for this linter, and why.
    Ignored(String),
    /// It would be for this linter, but is no text of its format until something has rendered it, and what.
    Unrendered(String),
    /// Nothing says that it is for this linter, but it cannot be read either.
    Unreadable(String),
}

/// What was not checked of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What kind of thing was in the way.
    pub cause: GapCause,
    /// The reason, for people.
    pub reason: String,
}

/// What keeps a part of a file from being checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapCause {
    /// Its text is broken.
    Broken,
    /// Evaluation stopped at a limit.
    Limit,
    /// What it would be checked with is not here: its template, a rendering, knowledge of its kind.
    Missing,
}

impl Gap {
    /// A gap by its cause and the reason.
    pub fn new(cause: GapCause, reason: impl Into<String>) -> Gap {
        Gap { cause, reason: reason.into() }
    }

    /// Whether something was not checked that should have been; what lies outside of the file is only told.
    pub fn is_failure(&self) -> bool {
        self.cause != GapCause::Missing
    }
}

impl Outcome {
    /// Why, where there is something to say; to be changed.
    pub fn reason_mut(&mut self) -> Option<&mut String> {
        match self {
            Outcome::Checked => None,
            Outcome::Partial(gap) => Some(&mut gap.reason),
            Outcome::Failed(reason)
            | Outcome::Ignored(reason)
            | Outcome::Unrendered(reason)
            | Outcome::Unreadable(reason) => Some(reason),
        }
    }
}

/// The result of a check.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// Every file that was given, sorted by path.
    pub files: Vec<FileStatus>,
    /// The texts that findings point into, by `SourceId`; those that nothing points into are empty.
    pub sources: Vec<Arc<Source>>,
    /// The trees of each source: several for a YAML file of several documents.
    pub documents: Vec<Vec<Arc<Document>>>,
    /// Places that hold secrets, whether or not a finding speaks of them: nothing under them is ever
    /// printed. Sorted.
    pub secrets: Vec<Span>,
    /// Which texts are one deployment: what is secret in one of them is secret in all.
    pub deployments: Vec<Texts>,
    /// Where the time went; empty unless it was to be measured.
    pub times: Times,
}

/// The texts of one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Its templates or artefacts, its parameter files, and the linked templates that something was found in.
    pub sources: Vec<SourceId>,
    /// They hold expressions of templates.
    pub templated: bool,
}

impl Texts {
    /// Those of a deployment; `touched` are the places that its check speaks of.
    pub fn of(deployment: &Deployment, touched: impl Iterator<Item = Span>) -> Texts {
        let linked: HashSet<SourceId> = deployment.linked.iter().map(|parsed| parsed.source.id).collect();
        let mut sources: Vec<SourceId> = deployment.sources.iter().map(|parsed| parsed.source.id).collect();
        sources.extend(deployment.parameter_files.iter().map(|file| file.parsed.source.id));
        if !linked.is_empty() {
            sources.extend(touched.map(|span| span.source).filter(|source| linked.contains(source)));
        }
        sources.sort_unstable();
        sources.dedup();
        Texts { sources, templated: deployment.dialect.is_template() }
    }
}

/// Where the time of a check went. Times of different deployments may have passed at once.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// In each rule, the models included that it was the first to ask for.
    pub rules: BTreeMap<&'static str, Duration>,
    /// In each deployment, by the path of its first text, in the order of their texts.
    pub deployments: Vec<(Arc<str>, Duration)>,
}

impl Times {
    pub(super) fn add(&mut self, deployment: &Deployment, measured: Measurement) {
        for (rule, time) in measured.rules {
            *self.rules.entry(rule).or_default() += time;
        }
        let path = deployment.sources.first().map(|parsed| parsed.source.path.clone());
        self.deployments.extend(path.map(|path| (path, measured.total)));
    }

    /// Takes in those of another check.
    pub fn append(&mut self, other: Times) {
        for (rule, time) in other.rules {
            *self.rules.entry(rule).or_default() += time;
        }
        self.deployments.extend(other.deployments);
    }
}

impl Report {
    /// Puts findings and files into their order.
    pub fn sort(&mut self) {
        let Report { findings, files, sources, .. } = self;
        findings.sort_by_cached_key(|finding| {
            let span = finding.primary.span;
            let path = sources.get(span.source.0 as usize).map(|source| source.path.clone());
            (path, span.start, span.end, finding.rule, finding.message.clone())
        });
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Whether there is anything to show: a finding, or what is said of a file.
    pub fn says_something(&self) -> bool {
        !self.findings.is_empty() || self.files.iter().any(|status| status.outcome != Outcome::Checked)
    }

    /// The source of a span.
    pub fn source(&self, id: SourceId) -> Option<&Arc<Source>> {
        self.sources.get(id.0 as usize)
    }
}
