//! A text with holes as one string to search in, and the way back to its parts.
//!
//! Every hole takes one byte of the string. Expressions of run-time languages (`@{...}`) are found once, so
//! that a separator inside one separates nothing.

use std::ops::Range;
use std::rc::Rc;

use armlint_engine::value::{Piece, Reason, Segment, Term, Text, Unknown};

use crate::connection_string::Fragment;

// Not a character of any key, host or separator; what is a hole is told by the runs.
const HOLE: char = '\u{1}';

/// The pieces of a text laid end to end.
pub(crate) struct FlatText {
    text: String,
    runs: Vec<Run>,
    expressions: Vec<Range<usize>>,
}

struct Run {
    start: usize,
    piece: usize,
    // Where the run starts in the text of its piece; none where that text is not fully known.
    offset: Option<usize>,
    hole: Option<Rc<Unknown>>,
}

impl FlatText {
    /// The pieces of a text.
    pub(crate) fn of_pieces(pieces: &[Piece]) -> FlatText {
        FlatText::new(pieces.iter().map(|piece| &piece.text))
    }

    /// A single text.
    pub(crate) fn of_text(text: &Text) -> FlatText {
        FlatText::new([text])
    }

    fn new<'a>(texts: impl IntoIterator<Item = &'a Text>) -> FlatText {
        let mut flat = FlatText { text: String::new(), runs: Vec::new(), expressions: Vec::new() };
        for (piece, text) in texts.into_iter().enumerate() {
            let offset = text.known().map(|_| 0);
            for segment in text.segments() {
                let start = flat.text.len();
                let hole = match segment {
                    Segment::Literal(literal) => {
                        flat.text.push_str(&literal);
                        None
                    }
                    Segment::Hole(hole) => {
                        flat.text.push(HOLE);
                        Some(hole)
                    }
                };
                flat.runs.push(Run { start, piece, offset, hole });
            }
        }
        flat.expressions = expressions(&flat.text);
        flat
    }

    /// The string; a hole is one byte that is no separator.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The characters of a range; empty where it is none.
    pub(crate) fn str(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// Whether a range holds no hole and no expression.
    pub(crate) fn is_literal(&self, range: &Range<usize>) -> bool {
        let first = self.expressions.partition_point(|expression| expression.end <= range.start);
        let dynamic = self.expressions.get(first).is_some_and(|next| next.start < range.end);
        !dynamic && self.parts(range).all(|(run, _)| run.hole.is_none())
    }

    /// The range as a text with holes.
    pub(crate) fn slice(&self, range: &Range<usize>) -> Text {
        Text::concat(self.parts(range).map(|(run, part)| match &run.hole {
            Some(hole) => Text::hole(hole.clone()),
            None => Text::Known(self.str(&part).into()),
        }))
    }

    /// The range as a text in which expressions of run-time languages are holes as well.
    pub(crate) fn slice_open(&self, range: &Range<usize>) -> Text {
        let mut texts = Vec::new();
        let mut at = range.start;
        for expression in &self.expressions {
            if expression.start < at || expression.end > range.end {
                continue;
            }
            texts.push(self.slice(&(at..expression.start)));
            let term = Term::call("dynamic", [Term::from(self.slice(expression))]);
            texts.push(Text::hole(Rc::new(Unknown::new(Reason::RunTime, term))));
            at = expression.end;
        }
        texts.push(self.slice(&(at..range.end)));
        Text::concat(texts)
    }

    /// Where a range stands in the pieces.
    pub(crate) fn fragments(&self, range: &Range<usize>) -> Vec<Fragment> {
        let mut fragments: Vec<Fragment> = Vec::new();
        for (run, part) in self.parts(range) {
            let (start, end) = match run.offset {
                Some(offset) => (part.start - run.start + offset, part.end - run.start + offset),
                None => (0, 0),
            };
            match fragments.last() {
                Some(last) if last.piece == run.piece => {}
                _ => fragments.push(Fragment { piece: run.piece, start, end }),
            }
        }
        fragments
    }

    fn parts(&self, range: &Range<usize>) -> impl Iterator<Item = (&Run, Range<usize>)> {
        let (from, to) = (range.start, range.end);
        let first = self.runs.partition_point(|run| run.start <= from).saturating_sub(1);
        let rest = self.runs.get(first..).unwrap_or(&[]);
        rest.iter().enumerate().take_while(move |(_, run)| run.start < to).filter_map(move |(at, run)| {
            let end = rest.get(at + 1).map_or(self.text.len(), |next| next.start);
            let part = run.start.max(from)..end.min(to);
            (!part.is_empty()).then_some((run, part))
        })
    }

    /// The first of some ASCII characters in a range that stands in no expression.
    pub(crate) fn find(&self, range: &Range<usize>, wanted: &[u8]) -> Option<usize> {
        let mut at = range.start;
        while at < range.end {
            let byte = *self.text.as_bytes().get(at)?;
            if byte == b'@' {
                let index = self.expressions.binary_search_by_key(&at, |expression| expression.start);
                if let Ok(index) = index {
                    at = self.expressions[index].end;
                    continue;
                }
            }
            if wanted.contains(&byte) {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// The last of some ASCII characters in a range that stands in no expression.
    pub(crate) fn find_last(&self, range: &Range<usize>, wanted: &[u8]) -> Option<usize> {
        let first = self.find(range, wanted);
        std::iter::successors(first, |at| self.find(&(at + 1..range.end), wanted)).last()
    }

    /// The ranges between the occurrences of some ASCII characters.
    pub(crate) fn split(&self, range: &Range<usize>, separators: &[u8]) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        while let Some(at) = self.find(&(start..range.end), separators) {
            parts.push(start..at);
            start = at + 1;
        }
        parts.push(start..range.end);
        parts
    }

    /// The range without white space at its ends.
    pub(crate) fn trim(&self, range: &Range<usize>) -> Range<usize> {
        let text = self.str(range);
        let start = range.start + (text.len() - text.trim_start().len());
        start..(start + text.trim().len()).max(start)
    }
}

// `@{...}` with its quotes and nested brackets; `@@{` is no expression. An expression that is not closed
// ends the search: what follows is read as it stands.
fn expressions(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr::memmem::find(rest, b"@{")) {
        let start = at + step;
        if start > 0 && bytes[start - 1] == b'@' {
            at = start + 2;
            continue;
        }
        let Some(end) = closing(bytes, start + 2) else { break };
        found.push(start..end);
        at = end;
    }
    found
}

fn closing(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 1;
    let mut quoted = false;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'\'' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
