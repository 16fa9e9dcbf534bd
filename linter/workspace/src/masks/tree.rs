//! Secrets in the trees of a text: which bytes of a token are hidden, and what the secrets say.
//!
//! Keys and brackets stay, and of an expression all but the literals that may hold a secret. What no tree covers is
//! left to the detector of shapes.

use std::collections::HashSet;
use std::ops::Range;

use armlint_engine::expression::literals::literals_of;
use armlint_engine::secret::places::literal_parts;
use armlint_engine::secret::shape::{in_expression, is_frame};
use armlint_engine::secret::{Reading, places, shapes};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{ExpressionNode, Node, NodeKind, Scalar, json};
use armlint_factory::secret::KNOWLEDGE;

use super::ranges::{meeting, merged};
use super::words::Words;
use super::{SCRUBBED, Text};

/// How many bytes of white space and signs are looked at between two tokens.
const MAX_SIGNS: usize = 256;

/// What is secret in a text.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The bytes to hide, in no order.
    pub(super) ranges: Vec<Range<usize>>,
    /// The secrets as they are read, and as they are written where they stand within a token.
    pub(super) secrets: Vec<String>,
}

/// What is known for a secret in a text, and what looks like one in the parts that are shown.
pub(super) fn read(text: &Text, shown: &[Range<usize>]) -> Found {
    let mut reader = Reader {
        text: &text.source.text,
        templated: text.templated,
        known: &text.known,
        shown,
        broken: is_broken(text),
        reached: vec![false; text.known.len()],
        covered: Vec::new(),
        found: Found::default(),
    };
    for document in &text.documents {
        reader.node(&document.root);
        for comment in &document.comments {
            reader.comment(comment.span.range());
        }
    }
    reader.rest();
    reader.found
}

/// Where words stand in the values and comments of the parts that are shown.
pub(super) fn occurrences(text: &Text, shown: &[Range<usize>], words: &[&Words]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut visit = |scalar: &Scalar, node: &Node| {
        let ranges = words.iter().flat_map(|words| words.find(&scalar.text));
        found.extend(ranges.map(|range| scalar.span(node.span, range.start, range.end).range()));
    };
    for document in &text.documents {
        strings(&document.root, shown, &mut visit);
    }
    let mut visit = |literal: &str, span: Span| {
        let ranges = words.iter().flat_map(|words| words.find(literal));
        found.extend(ranges.map(|range| within(&text.source.text, literal, span, range)));
    };
    for document in &text.documents {
        literals(&document.root, shown, &mut visit);
    }
    let comments = text.documents.iter().flat_map(|document| &document.comments).map(|c| c.span.range());
    let mut loose: Vec<Range<usize>> = comments.filter(|range| !meeting(shown, range).is_empty()).collect();
    if is_broken(text) {
        loose.extend_from_slice(shown);
    }
    for range in merged(loose) {
        let Some(part) = text.source.text.get(range.clone()) else { continue };
        let places = words.iter().flat_map(|words| words.find(part));
        found.extend(places.map(|place| range.start + place.start..range.start + place.end));
    }
    found
}

// The strings of a tree that have a byte in common with some ranges.
fn strings<'d>(node: &'d Node, shown: &[Range<usize>], visit: &mut impl FnMut(&'d Scalar, &'d Node)) {
    if meeting(shown, &node.span.range()).is_empty() {
        return;
    }
    match &node.kind {
        NodeKind::String(scalar) => visit(scalar, node),
        NodeKind::Array(elements) => elements.iter().for_each(|element| strings(element, shown, visit)),
        NodeKind::Object(members) => members.iter().for_each(|member| strings(&member.value, shown, visit)),
        _ => {}
    }
}

// The literals of the expressions that have a byte in common with some ranges.
fn literals(node: &Node, shown: &[Range<usize>], visit: &mut dyn FnMut(&str, Span)) {
    if meeting(shown, &node.span.range()).is_empty() {
        return;
    }
    match &node.kind {
        NodeKind::Expression(expression) => literals_of(expression, visit),
        NodeKind::Array(elements) => elements.iter().for_each(|element| literals(element, shown, visit)),
        NodeKind::Object(members) => members.iter().for_each(|member| literals(&member.value, shown, visit)),
        _ => {}
    }
}

// The bytes of a part of a literal; of one with escapes all of it.
fn within(text: &str, literal: &str, span: Span, part: Range<usize>) -> Range<usize> {
    let range = span.range();
    let written = text.get(range.clone()).unwrap_or_default();
    match written.find(literal) {
        Some(at) => range.start + at + part.start..range.start + at + part.end,
        None => range,
    }
}

fn is_broken(text: &Text) -> bool {
    let broken = |problem: &armlint_engine::syntax::Problem| problem.kind.is_error();
    text.documents.is_empty() || text.documents.iter().any(|document| document.problems.iter().any(broken))
}

/// A text of JSON without these words and without what its names and shapes say to be secret.
pub(super) fn json(text: &str, words: &[&Words]) -> String {
    let source = Source::new(SourceId(0), "", text.to_string());
    let document = json::parse(&source);
    let spans = places(&document.root, false, &KNOWLEDGE).spans;
    let known = merged(spans.into_iter().map(|span| span.range()).collect());
    let whole: [Range<usize>; 1] = std::array::from_fn(|_| 0..text.len());
    let mut reader = Reader {
        text,
        templated: false,
        reached: vec![false; known.len()],
        known: &known,
        shown: &whole,
        broken: false,
        covered: Vec::new(),
        found: Found::default(),
    };
    reader.node(&document.root);
    let Found { mut ranges, secrets } = reader.found;
    let own = Words::new(secrets.iter(), || vec![&document.root]);
    let all: Vec<&Words> = words.iter().copied().chain([&own]).collect();
    strings(&document.root, &whole, &mut |scalar, node| {
        let found = all.iter().flat_map(|words| words.find(&scalar.text));
        ranges.extend(found.map(|range| scalar.span(node.span, range.start, range.end).range()));
    });
    let ranges = merged(ranges);
    // A number that is hidden becomes a string.
    let mut numbers = HashSet::new();
    numbers_of(&document.root, &mut numbers);
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        shown.push_str(&text[done..range.start]);
        shown.push_str(if numbers.contains(&range.start) { "\"***\"" } else { SCRUBBED });
        done = range.end;
    }
    shown.push_str(&text[done..]);
    shown
}

// Where the numbers of a tree start.
fn numbers_of(node: &Node, found: &mut HashSet<usize>) {
    match &node.kind {
        NodeKind::Number(_) => drop(found.insert(node.span.start as usize)),
        NodeKind::Array(elements) => elements.iter().for_each(|element| numbers_of(element, found)),
        NodeKind::Object(members) => members.iter().for_each(|member| numbers_of(&member.value, found)),
        _ => {}
    }
}

struct Reader<'t> {
    text: &'t str,
    templated: bool,
    known: &'t [Range<usize>],
    shown: &'t [Range<usize>],
    /// Not all of it parses.
    broken: bool,
    /// Of what is known, what lies in a token.
    reached: Vec<bool>,
    /// The tokens and comments in what is shown.
    covered: Vec<Range<usize>>,
    found: Found,
}

impl Reader<'_> {
    fn node(&mut self, node: &Node) {
        let range = node.span.range();
        let known = meeting(self.known, &range);
        let is_shown = !meeting(self.shown, &range).is_empty();
        if known.is_empty() && !is_shown {
            return;
        }
        match &node.kind {
            NodeKind::Array(elements) => elements.iter().for_each(|element| self.node(element)),
            NodeKind::Object(members) => {
                for member in members.iter() {
                    self.cover(member.key_span.range());
                    self.node(&member.value);
                }
            }
            NodeKind::String(scalar) => self.string(node, scalar),
            NodeKind::Expression(expression) => self.expression(node, expression),
            NodeKind::Invalid => {
                for part in known {
                    self.hide(part.start.max(range.start)..part.end.min(range.end));
                }
            }
            NodeKind::Null => self.cover(range),
            NodeKind::Bool(_) | NodeKind::Number(_) => {
                if !known.is_empty() {
                    self.hide(range.clone());
                }
                self.cover(range);
            }
        }
    }

    fn string(&mut self, node: &Node, scalar: &Scalar) {
        let token = node.span.range();
        let inner = scalar.span(node.span, 0, scalar.text.len()).range();
        let known = meeting(self.known, &token);
        self.cover(token);
        let text = scalar.text.as_str();
        let whole = known.iter().any(|known| known.start <= inner.start && inner.end <= known.end);
        let parts = literal_parts(text, self.templated);
        let is_expression = parts.len() != 1 || parts.first() != Some(&(0..text.len()));
        if whole {
            for part in parts.iter().filter(|part| !is_expression || !is_frame(&text[(*part).clone()])) {
                self.found.ranges.push(scalar.span(node.span, part.start, part.end).range());
                self.learn(&text[part.clone()]);
            }
            return;
        }
        for known in known {
            let own = known.start.max(inner.start)..known.end.min(inner.end);
            match is_expression {
                true => {
                    for part in &parts {
                        let part = scalar.span(node.span, part.start, part.end).range();
                        self.hide(part.start.max(own.start)..part.end.min(own.end));
                    }
                }
                false => self.hide(own),
            }
        }
        if !meeting(self.shown, &node.span.range()).is_empty() {
            for range in looks(text, is_expression) {
                self.found.ranges.push(scalar.span(node.span, range.start, range.end).range());
                self.learn_shape(&text[range]);
            }
        }
    }

    // An expression that is no text of a string: its literals have tokens of their own.
    fn expression(&mut self, node: &Node, expression: &ExpressionNode) {
        let source = node.span.source;
        literals_of(expression, &mut |text, span| {
            let range = span.range();
            if span.source != source {
                return;
            }
            for known in meeting(self.known, &range) {
                let own = known.start.max(range.start)..known.end.min(range.end);
                let Some(written) = self.text.get(own.clone()).filter(|_| !is_frame(text)) else { continue };
                let quotes = ['\''];
                let start = own.start + (written.len() - written.trim_start_matches(quotes).len());
                self.hide(start..start + written.trim_matches(quotes).len());
                self.learn(text);
            }
            if !meeting(self.shown, &range).is_empty() {
                for found in looks(text, false) {
                    self.learn_shape(&text[found.clone()]);
                    self.found.ranges.push(within(self.text, text, span, found));
                }
            }
        });
        self.cover(node.span.range());
    }

    fn comment(&mut self, range: Range<usize>) {
        if !meeting(self.known, &range).is_empty() {
            self.found.ranges.push(range.clone());
        }
        if !meeting(self.shown, &range).is_empty() {
            self.raw(range.clone());
        }
        // What looks like a comment in a broken text may be a part of an address.
        if !self.broken {
            self.cover(range);
        }
    }

    // What no token covers: what is known there, and the lines of what did not parse.
    fn rest(&mut self) {
        for (at, known) in self.known.iter().enumerate() {
            if !self.reached[at] {
                let (range, text) = (known.clone(), self.text);
                let Some(written) = text.get(range.clone()) else { continue };
                let quotes = ['"', '\''];
                let trimmed = written.trim_start_matches(quotes);
                let start = range.start + (written.len() - trimmed.len());
                self.hide(start..start + trimmed.trim_end_matches(quotes).len());
            }
        }
        let covered = merged(std::mem::take(&mut self.covered));
        let mut lines = Vec::new();
        for shown in self.shown {
            let mut at = shown.start;
            for range in meeting(&covered, shown).iter().chain([&(shown.end..shown.end)]) {
                if let Some(gap) = self.text.get(at..range.start.max(at))
                    && let Some(first) = gap.find(char::is_alphanumeric)
                {
                    let last = gap.rfind(char::is_alphanumeric).unwrap_or(first);
                    let start = self.text[..at + first].rfind('\n').map_or(0, |line| line + 1);
                    let end =
                        self.text[at + last..].find('\n').map_or(self.text.len(), |line| at + last + line);
                    lines.push(start.max(shown.start)..end.min(shown.end));
                }
                at = at.max(range.end);
            }
        }
        for line in merged(lines) {
            self.raw(line);
        }
    }

    fn raw(&mut self, range: Range<usize>) {
        let Some(text) = self.text.get(range.clone()) else { return };
        for found in shapes(text, Reading::Raw) {
            self.learn_shape(&text[found.clone()]);
            self.found.ranges.push(range.start + found.start..range.start + found.end);
        }
    }

    // Hides a part of the text as it is written.
    fn hide(&mut self, range: Range<usize>) {
        let Some(written) = self.text.get(range.clone()).filter(|written| !written.is_empty()) else {
            return;
        };
        self.learn(written);
        if written.contains('\\')
            && let Ok(read) = serde_json::from_str::<String>(&format!("\"{written}\""))
        {
            self.learn(&read);
        }
        self.found.ranges.push(range);
    }

    fn learn(&mut self, secret: &str) {
        self.found.secrets.push(secret.to_string());
    }

    // Of a secret that is only known by its shape, words may be none of its.
    fn learn_shape(&mut self, secret: &str) {
        if !secret.trim().contains(char::is_whitespace) || secret.contains("PRIVATE KEY") {
            self.learn(secret);
        }
    }

    fn cover(&mut self, range: Range<usize>) {
        let first = self.known.partition_point(|known| known.end <= range.start);
        let met = self.known[first..].iter().take_while(|known| known.start < range.end).count();
        self.reached[first..first + met].fill(true);
        if meeting(self.shown, &range).is_empty() {
            return;
        }
        // Tokens with nothing but signs between them are one: a text of numbers has as many as bytes.
        match self.covered.last_mut() {
            Some(last) if last.end <= range.start && is_between(self.text, last.end..range.start) => {
                last.end = range.end;
            }
            _ => self.covered.push(range),
        }
    }
}

// Whether these few bytes hold no word.
fn is_between(text: &str, range: Range<usize>) -> bool {
    range.len() <= MAX_SIGNS && text.get(range).is_some_and(|gap| !gap.contains(char::is_alphanumeric))
}

// What looks like a secret in a string.
fn looks(text: &str, is_expression: bool) -> Vec<Range<usize>> {
    if is_expression {
        return in_expression(text);
    }
    let mut found = shapes(text, Reading::Value);
    if text.starts_with('@') || text.contains("@{") {
        found.extend(in_expression(text));
    }
    found
}
