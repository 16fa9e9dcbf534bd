//! Suppressions in a text: comments and `metadata` that say that a finding is known and why it stays.
//!
//! Nothing is taken out of the report: a suppressed finding is marked, so that a format can show it. What a
//! suppression says in vain is a finding of its own.

mod comment;
mod metadata;
mod outcome;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::check;
use crate::finding::{Finding, Suppressed, SuppressionKind};
use crate::rule::Catalogue;
use crate::settings::Date;
use crate::source::Source;
use crate::span::{SourceId, Span};
use crate::syntax::Document;

/// The rule of suppressions that nothing is found for.
pub const UNUSED: &str = "suppression/unused";
/// The rule of suppressions whose day is over.
pub const EXPIRED: &str = "suppression/expired";
/// The rule of suppressions of rules that do not exist, or in a form that is not known.
pub const UNKNOWN: &str = "suppression/unknown";
/// The rule of suppressions without a reason.
pub const MISSING_REASON: &str = "suppression/missing-reason";

/// The word that every suppression has in it.
const WORD: &str = "armlint";

/// Whether the findings of a rule can be suppressed: all but the linter's own failures, and what is said
/// of suppressions.
pub fn is_suppressible(rule: &str) -> bool {
    rule != check::INTERNAL_ERROR && !rule.starts_with("suppression/")
}

/// Whether a name in a suppression, an id or a prefix that ends with `/`, stands for a rule.
pub fn stands_for(name: &str, rule: &str) -> bool {
    (name == rule || (name.ends_with('/') && rule.starts_with(name))) && is_suppressible(rule)
}

/// A suppression as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Where it is written.
    pub kind: SuppressionKind,
    /// The token that findings about it point at.
    pub place: Span,
    /// It holds for findings that start in here.
    pub scope: Span,
    /// The names of the rules.
    pub names: Vec<RuleName>,
    /// Why; none where nothing is said.
    pub reason: Option<String>,
    /// The last day that it holds.
    pub until: Option<Date>,
    /// What is wrong with its form, as a sentence without a full stop; then it suppresses nothing.
    pub malformed: Option<String>,
    /// What is cut out to take it away; none where that is not safe.
    removal: Option<Span>,
    /// The list of names, to be written anew; none where there is only one name.
    list: Option<Span>,
}

/// The name of a rule in a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleName {
    /// The name: an id, or a prefix that ends with `/`.
    pub text: String,
    /// Its token.
    pub span: Span,
}

/// A text whose suppressions are read.
pub(crate) struct SuppressedText<'a> {
    /// The text.
    pub(crate) source: &'a Source,
    /// Its trees.
    pub(crate) documents: &'a [Arc<Document>],
    /// All of it was checked, so that what is not found is not there.
    pub(crate) whole: bool,
    /// The rules that may be named.
    pub(crate) catalogue: &'a Catalogue,
}

/// The suppressions of a text, in the order of their places.
pub fn read(source: &Source, documents: &[Arc<Document>]) -> Vec<Suppression> {
    if memchr::memmem::find(source.text.as_bytes(), WORD.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut all = comment::read(source, documents);
    all.extend(metadata::read(source, documents));
    all.sort_by_key(|suppression| (suppression.place, suppression.kind));
    all.dedup_by_key(|suppression| suppression.place);
    all
}

/// Marks the findings that are suppressed, and gives findings about the suppressions themselves. A
/// suppression that ends before `today`, or without a reason, suppresses nothing.
pub(crate) fn apply(findings: &mut [Finding], texts: &[SuppressedText<'_>], today: Date) -> Vec<Finding> {
    let mut by_source: HashMap<SourceId, (Vec<SuppressionState>, bool)> = HashMap::new();
    for text in texts {
        let read = read(text.source, text.documents);
        if !read.is_empty() {
            let states =
                read.into_iter().map(|read| SuppressionState::new(read, text.catalogue, today)).collect();
            by_source.insert(text.source.id, (states, text.whole));
        }
    }
    if by_source.is_empty() {
        return Vec::new();
    }
    for finding in findings {
        if let Some((states, _)) = by_source.get_mut(&finding.primary.span.source) {
            mark(finding, states);
        }
    }
    by_source.values_mut().for_each(|(states, _)| share(states));
    let mut made = Vec::new();
    for text in texts {
        if let Some((states, whole)) = by_source.get(&text.source.id) {
            states.iter().for_each(|state| outcome::judge(state, text.catalogue, *whole, &mut made));
        }
    }
    made
}

// A module that was compiled into several places has its metadata in each, and one finding for all.
fn share(states: &mut [SuppressionState]) {
    let metadata = |state: &SuppressionState| state.read.kind == SuppressionKind::Metadata;
    let used: HashSet<(String, Option<String>)> = states
        .iter()
        .filter(|state| metadata(state))
        .flat_map(|state| {
            state.read.names.iter().zip(&state.used).map(move |(name, used)| (name, used, state))
        })
        .filter(|(_, used, _)| **used)
        .map(|(name, _, state)| (name.text.clone(), state.read.reason.clone()))
        .collect();
    for state in states.iter_mut().filter(|state| metadata(state) && !used.is_empty()) {
        for (name, own) in state.read.names.iter().zip(&mut state.used) {
            *own |= used.contains(&(name.text.clone(), state.read.reason.clone()));
        }
    }
}

// All that match are used, and the first in their order says why: comments come before metadata, and of
// these the innermost.
fn mark(finding: &mut Finding, states: &mut [SuppressionState]) {
    let mut best: Option<(SuppressionKind, u32)> = None;
    for state in states.iter_mut().filter(|state| state.holds) {
        let Suppression { kind, scope, names, reason, .. } = &state.read;
        let start = finding.primary.span.start;
        if !(scope.start..scope.end).contains(&start) {
            continue;
        }
        for (name, used) in names.iter().zip(&mut state.used) {
            if stands_for(&name.text, finding.rule) {
                *used = true;
                let rank = (*kind, scope.end - scope.start);
                if best.is_none_or(|best| rank < best) {
                    best = Some(rank);
                    let reason = reason.clone().unwrap_or_default();
                    finding.suppressed = Some(Suppressed { kind: *kind, reason });
                }
            }
        }
    }
}

/// A suppression and what became of it.
struct SuppressionState {
    read: Suppression,
    holds: bool,
    expired: bool,
    /// For each name whether there is such a rule; none where nobody can tell.
    known: Vec<Option<bool>>,
    /// For each name whether a finding was suppressed by it.
    used: Vec<bool>,
}

impl SuppressionState {
    fn new(read: Suppression, catalogue: &Catalogue, today: Date) -> SuppressionState {
        let expired = read.until.is_some_and(|until| until < today);
        let holds = read.malformed.is_none() && read.reason.is_some() && !expired;
        let rules = catalogue.rules();
        let exists = |name: &RuleName| {
            let exists = rules.iter().any(|rule| stands_for(&name.text, rule.id));
            (exists || !catalogue.may_have(&name.text)).then_some(exists)
        };
        let known = read.names.iter().map(exists).collect();
        let used = vec![false; read.names.len()];
        SuppressionState { read, holds, expired, known, used }
    }
}

#[cfg(test)]
mod tests;
