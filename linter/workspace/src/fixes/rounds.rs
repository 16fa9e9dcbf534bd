//! Rounds of fixes in a session: what goes together is applied, checked again, and taken back where it
//! does not do what it says.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use armlint_engine::finding::{Edit, Finding, Fix};
use armlint_engine::fix;
use armlint_engine::session::{Outcome, Report, Session};
use armlint_engine::span::SourceId;

use super::{Check, Scope};

/// Fixes that go on giving others are stopped after so many rounds.
const MAX_ROUNDS: usize = 32;

/// So many times fixes are taken back, since each costs a check.
const MAX_FAULTS: usize = 256;

/// What the rounds came to.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// The report of the last round; none where nothing was applied.
    pub(super) report: Option<Report>,
    /// The sources that each fix that was applied edits.
    pub(super) applied: Vec<Vec<SourceId>>,
}

/// Applies fixes to the texts of the session until nothing changes.
pub(super) fn run(session: &mut Session, scope: &Scope<'_>, check: Check<'_>, first: &Report) -> Rounds {
    let mut rounds = Rounds::default();
    let mut faults = 0;
    for _ in 0..MAX_ROUNDS {
        let report = rounds.report.as_ref().unwrap_or(first);
        let Some((next, applied)) = round(session, scope, check, report, &mut faults) else { break };
        rounds.report = Some(next);
        rounds.applied.extend(applied);
    }
    rounds
}

// A finding of the report, by index, with its fix.
type Candidate<'r> = (usize, &'r Fix);

// What does not hold up is halved until it is known which fix it is; that one is left out, and the others
// are tried without it.
fn round(
    session: &mut Session,
    scope: &Scope<'_>,
    check: Check<'_>,
    report: &Report,
    faults: &mut usize,
) -> Option<(Report, Vec<Vec<SourceId>>)> {
    let all = report.findings.iter().enumerate();
    let all = all.filter_map(|(at, finding)| Some((at, scope.fix(report, finding)?)));
    let all: Vec<Candidate<'_>> = all.filter(|(_, fix)| scope.applies(fix)).collect();
    let mut refused: HashSet<usize> = HashSet::new();
    let mut postponed: HashSet<usize> = HashSet::new();
    loop {
        let pool = all.iter().filter(|(at, _)| !refused.contains(at) && !postponed.contains(at));
        let pool: Vec<Candidate<'_>> = pool.copied().collect();
        let together = fix::compatible(pool.iter().map(|(_, fix)| *fix));
        let chosen = pool.into_iter().zip(together).filter(|(_, together)| *together);
        let chosen: Vec<Candidate<'_>> = chosen.map(|(candidate, _)| candidate).collect();
        if chosen.is_empty() && postponed.is_empty() {
            return None;
        }
        let faulty = match attempt(session, scope, check, report, &chosen) {
            Ok(next) => return Some((next, chosen.iter().map(|(_, fix)| sources(fix)).collect())),
            Err(faulty) => faulty,
        };
        *faults += 1;
        if *faults > MAX_FAULTS {
            return None;
        }
        match faulty.as_slice() {
            [] => return None,
            [one] => {
                refused.insert(*one);
                postponed.clear();
            }
            several => postponed.extend(several.iter().skip(several.len() / 2)),
        }
    }
}

fn sources(fix: &Fix) -> Vec<SourceId> {
    let mut sources: Vec<SourceId> = fix.edits.iter().map(|edit| edit.span.source).collect();
    sources.sort();
    sources.dedup();
    sources
}

// The report with the fixes applied; or the findings whose fixes do harm or do not mend them, and the
// session as it was.
fn attempt(
    session: &mut Session,
    scope: &Scope<'_>,
    check: Check<'_>,
    report: &Report,
    chosen: &[Candidate<'_>],
) -> Result<Report, Vec<usize>> {
    let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in chosen.iter().flat_map(|(_, fix)| &fix.edits) {
        edits.entry(edit.span.source).or_default().push(edit);
    }
    let editing = |id: SourceId| {
        chosen.iter().filter(move |(_, fix)| fix.edits.iter().any(|edit| edit.span.source == id))
    };
    let mut before = Vec::new();
    let mut after = Vec::new();
    for (id, edits) in edits {
        let source = report.source(id);
        let text = source.and_then(|source| fix::apply(&source.text, edits));
        let (Some(source), Some(text)) = (source, text) else {
            return Err(editing(id).map(|(at, _)| *at).collect());
        };
        before.push((source.path.clone(), source.text.clone()));
        after.push((source.path.clone(), text));
    }
    scope.set(session, after);
    let next = check(session);
    let faulty = faulty(report, &next, chosen);
    if faulty.is_empty() {
        return Ok(next);
    }
    scope.set(session, before);
    Err(faulty)
}

fn faulty(report: &Report, next: &Report, chosen: &[Candidate<'_>]) -> Vec<usize> {
    let worse = worse(report, next);
    let touches = |fix: &Fix| fix.edits.iter().any(|edit| worse.contains(&edit.span.source));
    let harmful = chosen.iter().filter(|(_, fix)| touches(fix));
    let harmful: Vec<usize> = harmful.map(|(at, _)| *at).collect();
    if !harmful.is_empty() {
        return harmful;
    }
    // A file may suffer from what another says.
    if !worse.is_empty() {
        return chosen.iter().map(|(at, _)| *at).collect();
    }
    let (before, after) = (counts(report), counts(next));
    let finding = |at: usize| report.findings.get(at).map(|finding| key(report, finding));
    let mut applied: HashMap<Key<'_>, usize> = HashMap::new();
    for key in chosen.iter().filter_map(|(at, _)| finding(*at)) {
        *applied.entry(key).or_default() += 1;
    }
    let stays = |at: usize| {
        finding(at).is_some_and(|key| {
            let count = |counts: &HashMap<Key<'_>, usize>| counts.get(&key).copied().unwrap_or(0);
            count(&after) + count(&applied) > count(&before)
        })
    };
    chosen.iter().map(|(at, _)| *at).filter(|at| stays(*at)).collect()
}

// The sources that can be read less well than before.
fn worse(report: &Report, next: &Report) -> HashSet<SourceId> {
    let ranks = |report: &Report| -> HashMap<Arc<str>, u8> {
        let rank = |outcome: &Outcome| match outcome {
            Outcome::Checked => 0,
            Outcome::Partial(_) => 1,
            _ => 2,
        };
        report.files.iter().map(|file| (file.path.clone(), rank(&file.outcome))).collect()
    };
    let (before, after) = (ranks(report), ranks(next));
    let problems = |report: &Report, id: SourceId| -> usize {
        let documents = report.documents.get(id.0 as usize).map(Vec::as_slice).unwrap_or_default();
        documents.iter().map(|document| document.problems.len()).sum()
    };
    let worse = next.sources.iter().filter(|source| {
        after.get(&source.path) > before.get(&source.path)
            || problems(next, source.id) > problems(report, source.id)
    });
    worse.map(|source| source.id).collect()
}

// What stays the same of a finding when other places of the file change.
pub(super) type Key<'r> = (&'r str, &'static str, &'r str);

pub(super) fn key<'r>(report: &'r Report, finding: &'r Finding) -> Key<'r> {
    let source = report.source(finding.primary.span.source);
    (source.map_or("", |source| &source.path), finding.rule, &finding.message)
}

pub(super) fn counts(report: &Report) -> HashMap<Key<'_>, usize> {
    let mut counts = HashMap::new();
    for finding in &report.findings {
        *counts.entry(key(report, finding)).or_default() += 1;
    }
    counts
}
