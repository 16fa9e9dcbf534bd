//! What a report keeps of a text: the lines that findings show, and the places that they speak of.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use armlint_engine::source::{Position, Source};

/// The lines of a text that are shown.
#[derive(Clone, Debug)]
pub struct Excerpt {
    /// The path of the text, as shown.
    pub path: Arc<str>,
    /// What is secret of its lines: byte ranges of the whole text, sorted and disjoint.
    pub hidden: Vec<Range<usize>>,
    is_empty: bool,
    // By their 0-based number.
    lines: BTreeMap<usize, Line>,
    places: BTreeMap<u32, Place>,
}

/// A line without its end and without a byte order mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The offset of its first byte in the whole text.
    pub start: usize,
    /// The line.
    pub text: String,
}

/// A place that a finding speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    position: Position,
    byte_column: u32,
    pointer: Option<Arc<str>>,
}

impl Excerpt {
    /// The excerpt of a text for places in it; where one stands, its line and those around it are kept. `pointer` gives
    /// the JSON pointer of an offset.
    pub fn new(
        source: &Source,
        shown: &BTreeSet<u32>,
        others: &BTreeSet<u32>,
        pointer: impl Fn(u32) -> Option<String>,
    ) -> Excerpt {
        let place = |offset: &u32, pointer: Option<String>| {
            let start = source.line_range(source.line_at(*offset)).map_or(0, |line| line.start as u32);
            let byte_column = offset.saturating_sub(start) + 1;
            let pointer = pointer.map(Arc::from);
            (*offset, Place { position: source.position(*offset), byte_column, pointer })
        };
        let mut places: BTreeMap<u32, Place> = others.iter().map(|offset| place(offset, None)).collect();
        places.extend(shown.iter().map(|offset| place(offset, pointer(*offset))));
        let around = |line: usize| line.saturating_sub(1)..=line + 1;
        let numbers: BTreeSet<usize> =
            shown.iter().flat_map(|offset| around(source.line_at(*offset))).collect();
        let lines =
            numbers.into_iter().filter_map(|number| Some((number, Line::of(source, number)?))).collect();
        let is_empty = source.text.is_empty();
        Excerpt { path: source.path.clone(), hidden: Vec::new(), is_empty, lines, places }
    }

    /// The line of a number, which is 0-based; none where it is not kept.
    pub fn line(&self, number: usize) -> Option<&Line> {
        self.lines.get(&number)
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Line and column of a place; the first ones of one that is not kept.
    pub fn position(&self, offset: u32) -> Position {
        self.places.get(&offset).map_or(Position { line: 1, column: 1 }, |place| place.position)
    }

    /// The column of a place in bytes of UTF-8, from 1, as [`Excerpt::position`] has it in UTF-16 units.
    pub fn byte_column(&self, offset: u32) -> u32 {
        self.places.get(&offset).map_or(1, |place| place.byte_column)
    }

    /// The JSON pointer of a place; none where the text has no tree.
    pub fn pointer(&self, offset: u32) -> Option<&str> {
        self.places.get(&offset)?.pointer.as_deref()
    }
}

impl Line {
    fn of(source: &Source, number: usize) -> Option<Line> {
        let range = source.line_range(number)?;
        let line = source.text.get(range.clone()).unwrap_or_default();
        let without = line.strip_prefix('\u{feff}').unwrap_or(line);
        let start = range.start + line.len() - without.len();
        Some(Line { start, text: without.trim_end_matches(['\n', '\r']).to_string() })
    }
}
