//! A report without its texts and trees: what findings say without secrets, the lines that they show, and the files.
//!
//! A run that checks its files group by group keeps the digest of each and no more, so that what it holds grows with
//! what it finds and not with what it reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use armlint_engine::finding::{Edit, Finding, Fix};
use armlint_engine::session::{FileStatus, Report};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};

use crate::excerpt::Excerpt;
use crate::masks::Masks;
use crate::pointer::pointer;

/// A digested report.
#[derive(Debug, Default)]
pub struct Digest {
    /// The report: no finding and no file in it holds a secret, its sources have a path and no text, and there are
    /// neither trees nor deployments.
    pub report: Report,
    // By `SourceId`.
    excerpts: Vec<Excerpt>,
}

/// The places of a source that findings speak of.
#[derive(Default)]
struct Places {
    labels: BTreeSet<u32>,
    others: BTreeSet<u32>,
}

impl Digest {
    /// The digest of a report.
    pub fn of(report: &Report) -> Digest {
        // Of a report that says nothing nothing is shown.
        let masks = if report.says_something() { Masks::new(report) } else { Masks::default() };
        let places = places(&report.findings);
        let kept = places.keys().filter_map(|id| report.source(*id));
        let ids: BTreeMap<SourceId, SourceId> =
            kept.zip(0..).map(|(old, new)| (old.id, SourceId(new))).collect();
        let mut digest = Digest::default();
        for (old, new) in &ids {
            let (Some(source), Some(places)) = (report.source(*old), places.get(old)) else { continue };
            let documents = report.documents.get(old.0 as usize).map(Vec::as_slice).unwrap_or_default();
            let mut excerpt =
                Excerpt::new(source, &places.labels, &places.others, |offset| pointer(documents, offset));
            excerpt.hidden = masks.ranges(*old).to_vec();
            digest.push(Source::new(*new, source.path.clone(), String::new()), excerpt);
        }
        let moved = |id: SourceId| ids.get(&id).copied().unwrap_or(SourceId(u32::MAX));
        let findings = report.findings.iter().map(|finding| masks.finding(finding));
        digest.report.findings = findings.map(|finding| with_sources(finding, moved)).collect();
        let scrub = |status: &FileStatus| without_secrets(status, &masks);
        digest.report.files = report.files.iter().map(scrub).collect();
        digest.report.times = report.times.clone();
        digest
    }

    /// Takes in another one, which holds none of the same files. [`Report::sort`] has to follow.
    pub fn append(&mut self, other: Digest) {
        let first = u32::try_from(self.excerpts.len()).unwrap_or(u32::MAX);
        let moved = |id: SourceId| SourceId(id.0.saturating_add(first));
        for (source, excerpt) in other.report.sources.iter().zip(other.excerpts) {
            self.push(Source::new(moved(source.id), source.path.clone(), String::new()), excerpt);
        }
        let findings = other.report.findings.into_iter();
        self.report.findings.extend(findings.map(|finding| with_sources(finding, moved)));
        self.report.files.extend(other.report.files);
        self.report.times.append(other.report.times);
    }

    /// Makes excerpts of the sources that have been added to the report, and takes their texts.
    pub fn complete(&mut self) {
        let places = places(&self.report.findings);
        let none = Places::default();
        for source in self.report.sources.iter_mut().skip(self.excerpts.len()) {
            let places = places.get(&source.id).unwrap_or(&none);
            self.excerpts.push(Excerpt::new(source, &places.labels, &places.others, |_| None));
            *source = Arc::new(Source::new(source.id, source.path.clone(), String::new()));
        }
    }

    /// What is kept of a source.
    pub fn excerpt(&self, id: SourceId) -> Option<&Excerpt> {
        self.excerpts.get(id.0 as usize)
    }

    fn push(&mut self, source: Source, excerpt: Excerpt) {
        self.report.sources.push(Arc::new(source));
        self.report.documents.push(Vec::new());
        self.excerpts.push(excerpt);
    }
}

fn places(findings: &[Finding]) -> BTreeMap<SourceId, Places> {
    let mut places: BTreeMap<SourceId, Places> = BTreeMap::new();
    for finding in findings {
        for span in finding.labels().map(|label| label.span) {
            let places = places.entry(span.source).or_default();
            places.labels.insert(span.start);
            places.others.insert(span.end);
        }
        for span in finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span) {
            places.entry(span.source).or_default().others.extend([span.start, span.end]);
        }
    }
    places
}

fn with_sources(mut finding: Finding, moved: impl Fn(SourceId) -> SourceId) -> Finding {
    let span = |span: Span| Span { source: moved(span.source), ..span };
    finding.primary.span = span(finding.primary.span);
    finding.decided_by = Vec::new();
    for label in &mut finding.related {
        label.span = span(label.span);
    }
    finding.fix = finding.fix.map(|fix| {
        let edits = fix.edits.into_iter().map(|edit| Edit { span: span(edit.span), ..edit }).collect();
        Fix { edits, ..fix }
    });
    finding
}

fn without_secrets(status: &FileStatus, masks: &Masks) -> FileStatus {
    let mut status = status.clone();
    if let Some(reason) = status.outcome.reason_mut() {
        *reason = masks.scrub(masks.source(&status.path), reason);
    }
    status
}
