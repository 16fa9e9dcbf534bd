//! What of a source must not be printed, and the same text wherever else it turns up.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use armlint_engine::finding::{Finding, Fix, Label, sensitive_places};
use armlint_engine::session::Report;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};

use super::{expression, sweep};

/// Shorter secrets are masked where they stand, but not looked for in messages: they are parts of words.
pub(crate) const MIN_SCRUBBED: usize = 6;

/// What stands in a message for a secret.
pub(crate) const SCRUBBED: &str = "***";

/// The places of secrets in the sources of a report.
#[derive(Clone, Debug, Default)]
pub(crate) struct Masks {
    // By `SourceId`: byte ranges, sorted and disjoint.
    ranges: Vec<Vec<Range<usize>>>,
    texts: Option<AhoCorasick>,
}

impl Masks {
    /// The secrets that the engine knows of, those under sensitive labels of any finding, and what looks
    /// like one in the lines that may be shown.
    pub(crate) fn new(report: &Report) -> Masks {
        let mut lines = vec![BTreeSet::new(); report.sources.len()];
        for label in report.findings.iter().flat_map(Finding::labels) {
            if let (Some(source), Some(lines)) =
                (report.source(label.span.source), lines.get_mut(label.span.source.0 as usize))
            {
                let line = line_of(source, label.span.start);
                // One line more than is shown, since a key may stand on the line before its value.
                lines.extend(line.saturating_sub(2)..=line + 1);
            }
        }
        Masks::of(report, |source| {
            lines.get(source.id.0 as usize).map_or(Vec::new(), |lines| regions(source, lines))
        })
    }

    /// The same, with what looks like a secret anywhere in the texts.
    pub(crate) fn whole(report: &Report) -> Masks {
        Masks::of(report, |source| std::iter::once(0..source.text.len()).collect())
    }

    // `swept` are the parts of a source that are searched for what looks like a secret.
    fn of(report: &Report, swept: impl Fn(&Source) -> Vec<Range<usize>>) -> Masks {
        let mut ranges = vec![Vec::new(); report.sources.len()];
        for span in secret_spans(report) {
            if let (Some(source), Some(ranges)) =
                (report.source(span.source), ranges.get_mut(span.source.0 as usize))
            {
                ranges.extend(hidden(&source.text, span.range()));
            }
        }
        for (source, ranges) in report.sources.iter().zip(&mut ranges) {
            for region in swept(source) {
                ranges.extend(sweep::secrets(&source.text, region, false));
            }
            *ranges = merged(std::mem::take(ranges));
        }
        let texts = texts(report, &ranges);
        Masks { ranges, texts }
    }

    /// The ranges of a source, sorted and disjoint.
    pub(crate) fn ranges(&self, source: SourceId) -> &[Range<usize>] {
        self.ranges.get(source.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The whole text with a `*` for each character of what is secret or looks like it; lines stay lines.
    pub(crate) fn masked(&self, source: &Source) -> String {
        let text = &source.text;
        let mut ranges = self.ranges(source.id).to_vec();
        ranges.extend(sweep::secrets(text, 0..text.len(), false));
        let mut result = String::with_capacity(text.len());
        let mut done = 0;
        for range in merged(ranges) {
            let (Some(before), Some(secret)) = (text.get(done..range.start), text.get(range.clone())) else {
                continue;
            };
            result.push_str(before);
            result.extend(secret.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { '*' }));
            done = range.end;
        }
        result.push_str(text.get(done..).unwrap_or_default());
        result
    }

    /// The secrets at these places of these sources, which stand by their ids.
    pub(crate) fn at(sources: Vec<Arc<Source>>, secrets: Vec<Span>) -> Masks {
        Masks::new(&Report { sources, secrets, ..Report::default() })
    }

    /// Whether any part of a token is secret, or looks like it beside its key.
    pub(crate) fn hides(&self, source: &Source, token: Span) -> bool {
        let token = token.range();
        let meets = |range: &Range<usize>| range.start < token.end && token.start < range.end;
        let line = line_of(source, token.start as u32);
        let start = source.line_starts().get(line.saturating_sub(1)).map_or(0, |start| *start as usize);
        // In a file of one line the key stands near.
        let start = start.max(token.start.saturating_sub(sweep::REACH));
        self.ranges(source.id).iter().any(meets)
            || sweep::secrets(&source.text, start..token.end, false).iter().any(meets)
    }

    /// The text, made of sentences, without any secret of six or more characters and without what looks
    /// like one.
    pub(crate) fn scrub(&self, text: &str) -> String {
        self.scrubbed(text, true)
    }

    /// The same of a value, in which a blank ends nothing.
    pub(crate) fn scrub_value(&self, text: &str) -> String {
        self.scrubbed(text, false)
    }

    fn scrubbed(&self, text: &str, prose: bool) -> String {
        let mut result = match &self.texts {
            Some(texts) if texts.is_match(text) => {
                let mut result = String::with_capacity(text.len());
                texts.replace_all_with(text, &mut result, |_, _, result| {
                    result.push_str(SCRUBBED);
                    true
                });
                result
            }
            _ => text.to_string(),
        };
        for range in merged(sweep::secrets(&result, 0..result.len(), prose)).into_iter().rev() {
            result.replace_range(range, SCRUBBED);
        }
        result
    }

    /// The finding with all its texts scrubbed. A fix that would write a secret is left out, since a
    /// scrubbed one would damage the file.
    pub(crate) fn finding(&self, finding: &Finding) -> Finding {
        let label = |label: &Label| Label { text: self.scrub(&label.text), ..label.clone() };
        let mut scrubbed = finding.clone();
        scrubbed.message = self.scrub(&finding.message);
        scrubbed.primary = label(&finding.primary);
        scrubbed.related = finding.related.iter().map(label).collect();
        scrubbed.help = finding.help.as_deref().map(|help| self.scrub(help));
        if let Some(resource) = &mut scrubbed.resource {
            resource.name = self.scrub(&resource.name);
            resource.ty = self.scrub(&resource.ty);
        }
        if let Some(suppressed) = &mut scrubbed.suppressed {
            suppressed.reason = self.scrub(&suppressed.reason);
        }
        let clean = |fix: &Fix| fix.edits.iter().all(|edit| self.scrub(&edit.text) == edit.text);
        scrubbed.fix = scrubbed.fix.filter(clean).map(|fix| Fix { title: self.scrub(&fix.title), ..fix });
        scrubbed
    }
}

/// The places of secrets that the engine and the rules know of.
pub(crate) fn secret_spans(report: &Report) -> impl Iterator<Item = Span> {
    report.secrets.iter().copied().chain(sensitive_places(&report.findings))
}

/// The 0-based line of an offset.
pub(crate) fn line_of(source: &Source, offset: u32) -> usize {
    source.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
}

// The byte ranges of runs of lines.
fn regions(source: &Source, lines: &BTreeSet<usize>) -> Vec<Range<usize>> {
    if lines.is_empty() {
        return Vec::new();
    }
    let starts = source.line_starts();
    let end = |line: usize| starts.get(line + 1).map_or(source.text.len(), |start| *start as usize);
    let ranges = lines.iter().filter_map(|line| Some(*starts.get(*line)? as usize..end(*line)));
    merged(ranges.collect())
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut result: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match result.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => result.push(range),
        }
    }
    result
}

// What of a token, or of a group of them, is secret: not its quotes, keys and brackets, and of an
// expression only the literals.
fn hidden(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let Some(token) = text.get(range.clone()) else { return Vec::new() };
    let is_key = text[range.end..].trim_start().starts_with(':');
    let inner = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
    match token.as_bytes() {
        [] => Vec::new(),
        [b'"' | b'\'', ..] if is_key => Vec::new(),
        [b'"', .., b'"'] => in_string(text, inner),
        [b'\'', .., b'\''] => in_string(text, inner),
        [b'{' | b'[', ..] if !expression::is_expression(token) || !token.contains("')") => {
            in_group(text, range)
        }
        _ if expression::is_expression(token) => expression::literals(text, range),
        _ if token.contains('\'') && expression::holds(text, range.start) => {
            expression::literals(text, range)
        }
        _ => vec![range],
    }
}

fn in_string(text: &str, inner: Range<usize>) -> Vec<Range<usize>> {
    match text.get(inner.clone()) {
        Some(string) if expression::is_expression(string) => expression::literals(text, inner),
        Some(_) => vec![inner],
        None => Vec::new(),
    }
}

// The scalars and comments of a JSON object or array.
fn in_group(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                let start = at + 1;
                at = start;
                while at < range.end && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let end = at.min(range.end);
                at = end + 1;
                let is_key = text.get(at..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                if !is_key {
                    found.extend(in_string(text, start..end));
                }
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let start = at;
                while at < range.end && !matches!(bytes[at], b'"' | b',' | b'}' | b']' | b'\n' | b'\r') {
                    at += 1;
                }
                found.push(start..at);
            }
        }
    }
    found
}

// All secrets long enough to be looked for elsewhere, as written and as decoded.
fn texts(report: &Report, ranges: &[Vec<Range<usize>>]) -> Option<AhoCorasick> {
    let mut texts = BTreeSet::new();
    for (source, ranges) in report.sources.iter().zip(ranges) {
        for range in ranges {
            let Some(text) = source.text.get(range.clone()).map(str::trim) else { continue };
            // A password that is the word "password" would take that word out of every message.
            if text.chars().count() < MIN_SCRUBBED || sweep::names_secret(text) {
                continue;
            }
            texts.insert(text.to_string());
            if text.contains('\\') {
                texts.extend(serde_json::from_str::<String>(&format!("\"{text}\"")));
            }
        }
    }
    if texts.is_empty() {
        return None;
    }
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn shown(text: &str, token: &str) -> String {
        let start = text.find(token).unwrap();
        let mut result = text.as_bytes().to_vec();
        for range in hidden(text, start..start + token.len()) {
            result[range].fill(b'*');
        }
        String::from_utf8(result).unwrap()
    }

    #[test]
    fn quotes_keys_and_references_stay() {
        let text = r#"{"adminPassword": "hunter2"}"#;
        assert_eq!(shown(text, "\"hunter2\""), r#"{"adminPassword": "*******"}"#);
        assert_eq!(shown(text, "hunter2"), r#"{"adminPassword": "*******"}"#);
        assert_eq!(shown(text, "\"adminPassword\""), text);
        assert_eq!(shown(text, text), r#"{"adminPassword": "*******"}"#);

        let text = r#"{"a": "[concat('hunter2', parameters('p'))]", "b": ["x", 12, "y" /* z */]}"#;
        let masked = r#"{"a": "[concat('*******', parameters('p'))]", "b": ["x", 12, "y" /* z */]}"#;
        assert_eq!(shown(text, "\"[concat('hunter2', parameters('p'))]\""), masked);
        assert_eq!(shown(text, "[concat('hunter2', parameters('p'))]"), masked);
        assert_eq!(shown(text, "concat('hunter2', parameters('p'))"), masked);
        assert_eq!(shown(text, "parameters('p')"), text);
        assert_eq!(shown(text, "hunter2"), masked);
        let masked = r#"{"a": "[concat('hunter2', parameters('p'))]", "b": ["*", **, "*" *******]}"#;
        assert_eq!(shown(text, r#"["x", 12, "y" /* z */]"#), masked);
    }

    #[test]
    fn a_secret_that_looks_like_a_call_is_masked() {
        assert_eq!(shown(r#"{"p": "f(x)"}"#, "f(x)"), r#"{"p": "****"}"#);
        assert_eq!(shown(r#"{"p": "[x]y"}"#, "\"[x]y\""), r#"{"p": "****"}"#);
    }

    #[test]
    fn secrets_of_hidden_findings_are_scrubbed_from_all_texts() {
        let report = fixture::report();
        let masks = Masks::new(&report);
        assert_eq!(masks.scrub(&format!("the value {} is bad", fixture::SECRET)), "the value *** is bad");
        assert_eq!(masks.scrub("uses Password=abc here"), "uses Password=*** here");
        assert_eq!(masks.scrub("nothing to hide"), "nothing to hide");
    }

    #[test]
    fn spans_that_fit_no_text_are_harmless() {
        let text = "{\"ä\": 'ö'}";
        for start in 0..text.len() + 3 {
            for end in start..text.len() + 3 {
                hidden(text, start..end);
            }
        }
    }
}
