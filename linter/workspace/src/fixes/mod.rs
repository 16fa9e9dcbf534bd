//! Applies the fixes of findings, checks again, and writes what came of it.
//!
//! All rounds happen in the session; files are written when nothing is left to do. What a file on disk
//! holds and what the report says are the same at the end.

mod diff;
mod rounds;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use armlint_engine::finding::{Applicability, Finding, Fix, Severity};
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::source::{Source, encode};
use armlint_engine::span::SourceId;

use crate::error::Error;
use crate::input::{Discovery, FoundFile, Role};
use crate::masks::Masks;

/// How fixes are applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct FixOptions {
    /// Those that are to be looked at, too.
    pub with_unsafe: bool,
    /// Nothing is changed: what would change is shown.
    pub diff: bool,
}

/// Checks a session and leaves the findings that count.
pub type Check<'a> = &'a dyn Fn(&Session) -> Report;

/// Whether a finding is shown; one that is not is not mended.
pub type Choose<'a> = &'a dyn Fn(&Report, &Finding) -> bool;

/// What became of the fixes.
#[derive(Debug, Default)]
pub struct FixOutcome {
    /// How many findings were mended.
    pub findings: usize,
    /// In how many files.
    pub files: usize,
    /// How many of those that are left have a fix that only `--unsafe-fixes` applies.
    pub more: usize,
    /// How many findings of high severity or above there are that were not there before.
    pub uncovered: usize,
    /// What would change; only where it was asked for.
    pub diff: Option<String>,
    /// What is to be printed instead of standard input.
    pub stdin: Option<Vec<u8>>,
    /// The files that could not be written.
    pub errors: Vec<Error>,
}

/// Which fixes are applied, and to which files.
struct Scope<'a> {
    with_unsafe: bool,
    files: HashMap<Arc<str>, &'a FoundFile>,
    wanted: Choose<'a>,
}

impl Scope<'_> {
    // The fix, where it touches nothing but what may be written.
    fn fix<'f>(&self, report: &Report, finding: &'f Finding) -> Option<&'f Fix> {
        let fix = finding.fix.as_ref()?;
        let writable = |id: SourceId| report.source(id).is_some_and(|s| self.files.contains_key(&s.path));
        let all = fix.edits.iter().all(|edit| writable(edit.span.source));
        (all && (self.wanted)(report, finding)).then_some(fix)
    }

    fn applies(&self, fix: &Fix) -> bool {
        self.with_unsafe || fix.applicability == Applicability::Safe
    }

    fn set(&self, session: &mut Session, texts: impl IntoIterator<Item = (Arc<str>, String)>) {
        let input = |(path, text): (Arc<str>, String)| {
            let named = self.files.get(&path).is_some_and(|found| found.role >= Role::Named);
            Input { path, content: Ok(text.into_bytes()), context: false, named }
        };
        session.set_all(texts.into_iter().map(input).collect());
    }
}

/// Applies the fixes of the report, whose check this was, and gives the report of what is left; with
/// `--diff` nothing is changed and the report stays.
pub fn run(
    session: &mut Session,
    report: Report,
    found: &Discovery,
    stdin: Option<&[u8]>,
    options: FixOptions,
    check: Check<'_>,
    wanted: Choose<'_>,
) -> (Report, FixOutcome) {
    let files = found.files.iter().filter(|file| file.role != Role::Context);
    let files = files.map(|file| (file.shown.clone(), file)).collect();
    let scope = Scope { with_unsafe: options.with_unsafe, files, wanted };
    let originals = report.sources.clone();
    let rounds = rounds::run(session, &scope, check, &report);
    let mut fixed = FixOutcome::default();
    let after = rounds.report.as_ref().unwrap_or(&report);
    fixed.more = after
        .findings
        .iter()
        .filter(|finding| scope.fix(after, finding).is_some_and(|fix| !scope.applies(fix)))
        .count();
    fixed.uncovered = uncovered(&report, after, wanted);
    let changed = changed(&originals, after);
    if options.diff {
        let (old, new) = (Masks::new(&report), Masks::new(after));
        let diffs = changed.iter().map(|(before, after)| diff::unified((before, &old), (after, &new)));
        fixed.diff = Some(diffs.collect());
        fixed.findings = rounds.applied.len();
        fixed.files = changed.len();
        scope.set(session, changed.iter().map(|(before, _)| (before.path.clone(), before.text.clone())));
        return (report, fixed);
    }
    let mut failed: Vec<Arc<Source>> = Vec::new();
    fixed.stdin = stdin.map(<[u8]>::to_vec);
    for (before, after) in &changed {
        let Some(found) = scope.files.get(&before.path) else { continue };
        if found.role == Role::Stdin {
            fixed.stdin = stdin.map(|bytes| encode(&after.text, bytes));
        } else if let Err(error) = write::replace(&found.path, &before.path, &before.text, &after.text) {
            fixed.errors.push(error);
            failed.push(before.clone());
        }
    }
    fixed.files = changed.len() - failed.len();
    let lost = |ids: &&Vec<SourceId>| ids.iter().any(|id| failed.iter().any(|source| source.id == *id));
    fixed.findings = rounds.applied.iter().filter(|ids| !lost(ids)).count();
    let after = rounds.report.unwrap_or(report);
    if failed.is_empty() {
        return (after, fixed);
    }
    scope.set(session, failed.iter().map(|source| (source.path.clone(), source.text.clone())));
    (check(session), fixed)
}

/// What the safe fixes of wanted findings make of one file, before and after; none where they change
/// nothing. The report is that of the session, which is left with the texts that it had.
pub fn preview(
    session: &mut Session,
    report: &Report,
    file: &FoundFile,
    check: Check<'_>,
    wanted: Choose<'_>,
) -> Option<(Arc<Source>, Arc<Source>)> {
    let files = HashMap::from([(file.shown.clone(), file)]);
    let scope = Scope { with_unsafe: false, files, wanted };
    let rounds = rounds::run(session, &scope, check, report);
    let changed = changed(&report.sources, &rounds.report?).pop()?;
    scope.set(session, [(file.shown.clone(), changed.0.text.clone())]);
    Some(changed)
}

// The grave findings that only the fixed texts have.
fn uncovered(before: &Report, after: &Report, wanted: Choose<'_>) -> usize {
    let known = rounds::counts(before);
    let grave = |finding: &&Finding| finding.severity >= Severity::High && wanted(after, finding);
    let mut counts: HashMap<_, usize> = HashMap::new();
    for finding in after.findings.iter().filter(grave) {
        *counts.entry(rounds::key(after, finding)).or_default() += 1;
    }
    let more =
        |(key, count): (&rounds::Key<'_>, &usize)| count.saturating_sub(known.get(key).copied().unwrap_or(0));
    counts.iter().map(more).sum()
}

fn changed(originals: &[Arc<Source>], after: &Report) -> Vec<(Arc<Source>, Arc<Source>)> {
    let pairs = originals.iter().zip(&after.sources);
    let mut changed: Vec<_> = pairs
        .filter(|(before, after)| before.text != after.text)
        .map(|(before, after)| (before.clone(), after.clone()))
        .collect();
    changed.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    changed
}
