//! What of the texts must not be printed, and the same text wherever else it turns up in its deployment.
//!
//! The places come from the check, the shapes from the engine's one detector. A text that is secret in one file of
//! a deployment is hidden in all values of that deployment and nowhere else; what armlint says itself, keys and
//! declared names stay.

mod quotes;
mod ranges;
mod tree;
mod words;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use armlint_engine::dialect::{Deployment, Parsed};
use armlint_engine::finding::{Finding, Fix, Label, sensitive_places};
use armlint_engine::secret::{Reading, SpanSet, shapes};
use armlint_engine::session::{Report, Texts};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::Document;
use rayon::prelude::*;

use ranges::{asterisks, merged, replaced};
use words::Words;

/// What stands for a secret in a message or a value.
pub const SCRUBBED: &str = "***";

/// The secrets in the texts of a report.
#[derive(Clone, Debug, Default)]
pub struct Masks {
    // By `SourceId`.
    texts: Vec<Text>,
    scopes: Vec<Scope>,
    places: SpanSet,
    by_path: HashMap<Arc<str>, SourceId>,
}

/// A source and what is secret in it.
#[derive(Clone, Debug)]
struct Text {
    source: Arc<Source>,
    documents: Vec<Arc<Document>>,
    /// It holds expressions of templates.
    templated: bool,
    /// What is known for a secret: byte ranges, sorted and disjoint.
    known: Vec<Range<usize>>,
    /// What is hidden where the text is shown, likewise.
    ranges: Vec<Range<usize>>,
    /// The secrets themselves.
    secrets: Vec<String>,
    /// The deployments that it belongs to.
    scopes: Vec<usize>,
}

/// The texts of a deployment.
#[derive(Clone, Debug, Default)]
struct Scope {
    sources: Vec<SourceId>,
    words: OnceLock<Words>,
}

impl Masks {
    /// The secrets that the check knows of, and what looks like one in the lines that findings may show.
    pub fn new(report: &Report) -> Masks {
        let mut lines = vec![BTreeSet::new(); report.sources.len()];
        for label in report.findings.iter().flat_map(Finding::labels) {
            if let (Some(source), Some(lines)) =
                (report.source(label.span.source), lines.get_mut(label.span.source.0 as usize))
            {
                let line = source.line_at(label.span.start);
                lines.extend(line.saturating_sub(1)..=line + 1);
            }
        }
        Masks::of(report, |source| {
            lines.get(source.id.0 as usize).map_or(Vec::new(), |lines| ranges::of_lines(source, lines))
        })
    }

    /// The same, with what looks like a secret anywhere in the texts of deployments.
    pub fn whole(report: &Report) -> Masks {
        let own: BTreeSet<SourceId> =
            report.deployments.iter().flat_map(|texts| texts.sources.iter().copied()).collect();
        Masks::of(report, |source| {
            std::iter::once(0..source.text.len()).filter(|_| own.contains(&source.id)).collect()
        })
    }

    /// The secrets at these places of a deployment.
    pub fn of_deployment(deployment: &Deployment, secrets: Vec<Span>) -> Masks {
        let files = deployment.parameter_files.iter().map(|file| &file.parsed);
        let all = deployment.sources.iter().chain(files).chain(&deployment.linked);
        Masks::of_texts(all, Texts::of(deployment, std::iter::empty()), secrets)
    }

    /// The secrets at these places of texts, some of which are one deployment.
    pub fn of_texts<'p>(
        all: impl IntoIterator<Item = &'p Parsed>,
        deployment: Texts,
        secrets: Vec<Span>,
    ) -> Masks {
        let mut report = Report { secrets, deployments: vec![deployment], ..Report::default() };
        for parsed in all {
            let place = parsed.source.id.0 as usize;
            while report.sources.len() <= place {
                let id = SourceId(report.sources.len() as u32);
                report.sources.push(Arc::new(Source::new(id, "", String::new())));
                report.documents.push(Vec::new());
            }
            report.sources[place] = parsed.source.clone();
            report.documents[place].push(parsed.document.clone());
        }
        Masks::whole(&report)
    }

    // `shown` are the parts of a source that may be shown.
    fn of(report: &Report, shown: impl Fn(&Source) -> Vec<Range<usize>> + Sync) -> Masks {
        let spans: Vec<Span> =
            report.secrets.iter().copied().chain(sensitive_places(&report.findings)).collect();
        let mut masks =
            Masks { texts: texts(report, &spans), places: SpanSet::new(spans), ..Masks::default() };
        masks.by_path = report.sources.iter().map(|source| (source.path.clone(), source.id)).collect();
        masks.scope(&report.deployments);
        let shown: Vec<Vec<Range<usize>>> =
            masks.texts.par_iter().map(|text| merged(shown(&text.source))).collect();
        masks.texts.par_iter_mut().zip(&shown).for_each(|(text, shown)| text.read(shown));
        let again: Vec<Vec<Range<usize>>> =
            masks.texts.par_iter().zip(&shown).map(|(text, shown)| masks.elsewhere(text, shown)).collect();
        for (text, again) in masks.texts.iter_mut().zip(again) {
            text.ranges.extend(again);
            text.ranges = merged(std::mem::take(&mut text.ranges));
        }
        masks
    }

    fn scope(&mut self, deployments: &[Texts]) {
        for deployment in deployments {
            for id in &deployment.sources {
                if let Some(text) = self.texts.get_mut(id.0 as usize) {
                    text.scopes.push(self.scopes.len());
                    text.templated |= deployment.templated;
                }
            }
            self.scopes.push(Scope { sources: deployment.sources.clone(), ..Scope::default() });
        }
        for text in self.texts.iter_mut().filter(|text| text.scopes.is_empty()) {
            // Nobody knows what it is.
            text.templated = true;
            text.scopes.push(self.scopes.len());
            self.scopes.push(Scope { sources: vec![text.source.id], ..Scope::default() });
        }
    }

    /// What is hidden of a source where it is shown: sorted and disjoint.
    pub fn ranges(&self, source: SourceId) -> &[Range<usize>] {
        self.texts.get(source.0 as usize).map_or(&[], |text| text.ranges.as_slice())
    }

    /// The whole text with a `*` for each character of what is secret or looks like it; lines stay lines.
    pub fn masked(&self, source: &Source) -> String {
        let text = self.texts.get(source.id.0 as usize).filter(|text| text.source.text == source.text);
        let Some(text) = text else {
            return asterisks(&source.text, &shapes(&source.text, Reading::Raw));
        };
        let shown: [Range<usize>; 1] = std::array::from_fn(|_| 0..source.text.len());
        let mut ranges = tree::read(text, &shown).ranges;
        ranges.extend(self.elsewhere(text, &shown));
        asterisks(&source.text, &merged(ranges))
    }

    // The secrets of its deployments in other values of a text.
    fn elsewhere(&self, text: &Text, shown: &[Range<usize>]) -> Vec<Range<usize>> {
        if shown.is_empty() {
            return Vec::new();
        }
        let words: Vec<&Words> = text.scopes.iter().filter_map(|scope| self.words(*scope)).collect();
        let words: Vec<&Words> = words.into_iter().filter(|words| !words.is_empty()).collect();
        if words.is_empty() { Vec::new() } else { tree::occurrences(text, shown, &words) }
    }

    fn words(&self, scope: usize) -> Option<&Words> {
        let scope = self.scopes.get(scope)?;
        Some(scope.words.get_or_init(|| {
            let texts = scope.sources.iter().filter_map(|id| self.texts.get(id.0 as usize));
            let texts: Vec<&Text> = texts.collect();
            Words::new(texts.iter().flat_map(|text| &text.secrets), || {
                texts.iter().flat_map(|text| &text.documents).map(|document| &document.root).collect()
            })
        }))
    }

    fn words_of(&self, sources: impl IntoIterator<Item = SourceId>) -> Vec<&Words> {
        let texts = sources.into_iter().filter_map(|id| self.texts.get(id.0 as usize));
        let scopes: BTreeSet<usize> = texts.flat_map(|text| text.scopes.iter().copied()).collect();
        scopes.into_iter().filter_map(|scope| self.words(scope)).filter(|words| !words.is_empty()).collect()
    }

    /// Whether any part of a token is secret.
    pub fn hides(&self, token: Span) -> bool {
        let text = self.texts.get(token.source.0 as usize);
        let range = token.range();
        self.places.meets(token)
            || text.is_some_and(|text| {
                let index = text.ranges.partition_point(|hidden| hidden.end <= range.start);
                text.ranges.get(index).is_some_and(|hidden| hidden.start < range.end)
            })
    }

    /// The places of secrets.
    pub fn places(&self) -> &SpanSet {
        &self.places
    }

    /// The source at a path.
    pub fn source(&self, path: &str) -> Option<SourceId> {
        self.by_path.get(path).copied()
    }

    /// The sources at a path or in the folder of that name.
    pub fn within(&self, path: &str) -> Vec<SourceId> {
        let below = |own: &str| {
            path.is_empty() || own == path || own.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
        };
        self.texts.iter().map(|text| &text.source).filter(|s| below(&s.path)).map(|s| s.id).collect()
    }

    /// What armlint says of some sources, without what it quotes of their secrets.
    pub fn scrub(&self, sources: impl IntoIterator<Item = SourceId>, text: &str) -> String {
        scrubbed(text, Reading::Prose, &self.words_of(sources))
    }

    /// A value of some sources without their secrets; a blank ends nothing in it.
    pub fn scrub_value(&self, sources: impl IntoIterator<Item = SourceId>, text: &str) -> String {
        scrubbed(text, Reading::Value, &self.words_of(sources))
    }

    /// A line as it is written, without the secrets of its source.
    pub(crate) fn scrub_line(&self, source: SourceId, line: &str) -> String {
        let words = self.words_of([source]);
        let found = words.iter().flat_map(|words| words.find(line)).collect();
        replaced(line, &merged(found), SCRUBBED)
    }

    /// A text of JSON that was made of these sources, without their secrets and without what its own names and
    /// shapes say to be one.
    pub fn json(&self, sources: impl IntoIterator<Item = SourceId>, json: &str) -> String {
        tree::json(json, &self.words_of(sources))
    }

    /// The finding with all its texts scrubbed. A fix that would write a secret is left out, since a
    /// scrubbed one would damage the file.
    pub fn finding(&self, finding: &Finding) -> Finding {
        let words = self.words_of(finding.labels().map(|label| label.span.source));
        let scrub = |text: &str| scrubbed(text, Reading::Prose, &words);
        let value = |text: &str| scrubbed(text, Reading::Value, &words);
        let label = |label: &Label| Label { text: scrub(&label.text), ..label.clone() };
        let mut shown = finding.clone();
        shown.message = scrub(&finding.message);
        shown.primary = label(&finding.primary);
        shown.related = finding.related.iter().map(label).collect();
        shown.help = finding.help.as_deref().map(scrub);
        if let Some(resource) = &mut shown.resource {
            resource.name = value(&resource.name);
            resource.ty = value(&resource.ty);
        }
        if let Some(suppressed) = &mut shown.suppressed {
            suppressed.reason = value(&suppressed.reason);
        }
        let clean = |fix: &Fix| fix.edits.iter().all(|edit| value(&edit.text) == edit.text);
        shown.fix = shown.fix.filter(clean).map(|fix| Fix { title: scrub(&fix.title), ..fix });
        shown
    }
}

impl Text {
    // Finds what is hidden of it where it is shown, and the texts of what is known.
    fn read(&mut self, shown: &[Range<usize>]) {
        if self.known.is_empty() && shown.is_empty() {
            return;
        }
        let found = tree::read(self, shown);
        self.ranges = merged(found.ranges);
        self.secrets = found.secrets;
    }
}

fn texts(report: &Report, spans: &[Span]) -> Vec<Text> {
    let mut known = vec![Vec::new(); report.sources.len()];
    for span in spans {
        if let Some(known) = known.get_mut(span.source.0 as usize) {
            known.push(span.range());
        }
    }
    let sources = report.sources.iter().zip(known).enumerate();
    let text = |(at, (source, known)): (usize, (&Arc<Source>, Vec<Range<usize>>))| Text {
        source: source.clone(),
        documents: report.documents.get(at).cloned().unwrap_or_default(),
        templated: false,
        known: merged(known),
        ranges: Vec::new(),
        secrets: Vec::new(),
        scopes: Vec::new(),
    };
    sources.map(text).collect()
}

// The words of armlint itself stay: in prose, what is made of letters is a secret of a file only where it is
// quoted.
fn scrubbed(text: &str, reading: Reading, words: &[&Words]) -> String {
    let mut found: Vec<Range<usize>> = words.iter().flat_map(|words| words.find(text)).collect();
    if reading == Reading::Prose && !found.is_empty() {
        let quoted = quotes::quoted(text);
        let is_word = |c: char| c.is_ascii_alphabetic() || c == ' ';
        found.retain(|range| quotes::meets(&quoted, range) || !text[range.clone()].chars().all(is_word));
    }
    found.extend(shapes(text, reading));
    replaced(text, &merged(found), SCRUBBED)
}

#[cfg(test)]
mod tests;
