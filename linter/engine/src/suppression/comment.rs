//! Suppressions in comments: `armlint: ignore[rule, rule] until: DATE reason`, and `ignore-file[...]`.

use std::sync::Arc;

use super::{RuleName, Suppression};
use crate::finding::SuppressionKind;
use crate::settings::Date;
use crate::source::Source;
use crate::span::Span;
use crate::syntax::{Comment, Document};

/// What a comment of this kind starts with.
const MARK: &str = "armlint:";

/// The suppressions in the comments of a text.
pub(super) fn read(source: &Source, documents: &[Arc<Document>]) -> Vec<Suppression> {
    let mut comments: Vec<Comment> =
        documents.iter().flat_map(|document| &document.comments).copied().collect();
    comments.sort_by_key(|comment| comment.span);
    comments.dedup();
    (0..comments.len()).filter_map(|at| suppression(source, &comments, at)).collect()
}

fn suppression(source: &Source, comments: &[Comment], at: usize) -> Option<Suppression> {
    let span = comments.get(at)?.span;
    let text = source.slice(span);
    let head = text.trim_start_matches(['/', '*', '#']).trim_start();
    let said = head.strip_prefix(MARK)?;
    let body = said.strip_suffix("*/").unwrap_or(said);
    let offset = text.len() - said.len();
    let place = Span::new(span.source, span.start as usize, span.start as usize + text.trim_end().len());
    let mut made = Suppression {
        kind: SuppressionKind::Comment,
        place,
        scope: lines(source, comments, at),
        names: Vec::new(),
        reason: None,
        until: None,
        malformed: None,
        removal: Some(removal(source, place)),
        list: None,
    };
    match parts(body) {
        Some(parts) => fill(&mut made, &parts, source, span.start as usize + offset),
        None => made.malformed = Some("Suppression is none of `ignore[rule]` and `ignore-file[rule]`".into()),
    }
    Some(made)
}

struct Parts<'t> {
    whole_file: bool,
    /// Behind the mark: where the list begins in bytes, and what is in its brackets.
    list: (usize, &'t str),
    rest: &'t str,
}

fn parts(body: &str) -> Option<Parts<'_>> {
    let open = body.find('[')?;
    let whole_file = match body.get(..open)?.trim() {
        "ignore" => false,
        "ignore-file" => true,
        _ => return None,
    };
    let inner = body.get(open + 1..)?;
    let close = inner.find(']')?;
    Some(Parts { whole_file, list: (open + 1, inner.get(..close)?), rest: inner.get(close + 1..)? })
}

// `start` is the offset of the text behind the mark.
fn fill(made: &mut Suppression, parts: &Parts<'_>, source: &Source, start: usize) {
    let (open, list) = parts.list;
    let mut from = start + open;
    made.list = Some(Span::new(source.id, from, from + list.len()));
    for part in list.split(',') {
        let name = part.trim();
        let before = part.len() - part.trim_start().len();
        let span = Span::new(source.id, from + before, from + before + name.len());
        if !name.is_empty() {
            made.names.push(RuleName { text: name.to_string(), span });
        }
        from += part.len() + 1;
    }
    if made.names.is_empty() {
        made.malformed = Some("Suppression names no rule".into());
    }
    if parts.whole_file {
        made.scope = source.span();
    }
    let mut rest = parts.rest.trim();
    if let Some(behind) = rest.strip_prefix("until:").map(str::trim_start) {
        let (date, reason) = behind.split_once(char::is_whitespace).unwrap_or((behind, ""));
        match date.trim_end_matches([':', ',', ';']).parse::<Date>() {
            Ok(date) => made.until = Some(date),
            Err(said) => made.malformed = Some(format!("Suppression has no end: {said}")),
        }
        rest = reason;
    }
    let reason = rest.trim_start_matches([':', '-', ' ']).trim();
    made.reason =
        Some(reason.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
}

// The lines that a comment speaks of: its own, or where nothing else stands there the next one with more
// than comments.
fn lines(source: &Source, comments: &[Comment], at: usize) -> Span {
    let Some(Comment { span }) = comments.get(at).copied() else { return source.span() };
    let own = line(source, span);
    if !is_alone(source, span) {
        return own;
    }
    let mut from = own.end as usize;
    let mut next = at + 1;
    while let Some(rest) = source.text.get(from..).filter(|rest| !rest.is_empty()) {
        let start = from + (rest.len() - rest.trim_start().len());
        match comments.get(next).filter(|comment| comment.span.start as usize == start) {
            Some(comment) if comment.span.end as usize > start => {
                from = comment.span.end as usize;
                next += 1;
            }
            _ => return line(source, Span::new(source.id, start, start)),
        }
    }
    own
}

// Whole lines, with their ends.
fn line(source: &Source, span: Span) -> Span {
    let starts = source.line_starts();
    let start = starts[..starts.partition_point(|start| *start <= span.start)].last().copied();
    let end = starts.get(starts.partition_point(|start| *start <= span.end)).copied();
    Span { start: start.unwrap_or(0), end: end.unwrap_or(source.span().end), ..span }
}

fn is_alone(source: &Source, span: Span) -> bool {
    let line = line(source, span);
    let blank = |start: u32, end: u32| {
        source
            .text
            .get(start as usize..end as usize)
            .is_none_or(|text| text.trim_matches('\u{feff}').trim().is_empty())
    };
    blank(line.start, span.start) && blank(span.end, line.end)
}

// A comment goes with its line, or with the blanks before it.
fn removal(source: &Source, span: Span) -> Span {
    if is_alone(source, span) {
        let line = line(source, span);
        return Span { start: line.start.max(source.span().start), ..line };
    }
    let before = source.text.get(..span.start as usize).unwrap_or_default();
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    Span { start: span.start - blanks as u32, ..span }
}
