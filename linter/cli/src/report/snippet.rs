//! The lines of a source that a finding is about: clipped to the width, secrets masked, control characters
//! replaced.
//!
//! The result is a small text of its own, with offsets of its own into which the labels are translated.
//! miette only ever sees that text, so it never scans a large source, and it cannot show what is masked.

use std::collections::BTreeSet;
use std::ops::Range;

use armlint_workspace::excerpt::{self, Excerpt};
use armlint_workspace::text::{may_follow, printable};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar;

/// The columns that a tab takes.
const TAB: &str = "    ";

/// A label to place.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// Byte offset in the source.
    pub(crate) start: u32,
    /// Byte offset behind the last byte; what lies on later lines is not shown.
    pub(crate) end: u32,
    /// What the label says; may be empty.
    pub(crate) text: String,
    /// Whether it is the place of the finding itself.
    pub(crate) primary: bool,
}

/// How the lines are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Columns for the text of a line.
    pub(crate) width: usize,
    /// Stands for what is clipped.
    pub(crate) ellipsis: &'static str,
}

/// A text made of the lines around some labels.
#[derive(Debug)]
pub(crate) struct Snippet {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The labels with offsets in this text, each within one line, the primary one first.
    pub(crate) labels: Vec<Placed>,
}

#[derive(Debug)]
struct Line {
    // 0-based, in the source.
    number: usize,
    // Lines of one group follow each other in the source.
    group: usize,
    // In this text, without the line break.
    range: Range<usize>,
}

/// A label in a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    /// The range in the snippet's text.
    pub(crate) range: Range<usize>,
    /// What it says.
    pub(crate) text: String,
    /// Whether it is the place of the finding itself.
    pub(crate) primary: bool,
    // 0-based, in UTF-16 units of the source's line.
    column: usize,
}

impl Snippet {
    /// The lines of the labels with one line around each; secrets are masked.
    pub(crate) fn new(excerpt: &Excerpt, marks: &[Mark], frame: Frame) -> Snippet {
        let mut snippet = Snippet {
            name: printable(&excerpt.path),
            text: String::new(),
            lines: Vec::new(),
            labels: Vec::new(),
        };
        let mut wanted = BTreeSet::new();
        for mark in marks {
            let line = line_of(excerpt, mark);
            wanted.extend(line.saturating_sub(1)..=line + 1);
        }
        wanted.retain(|number| excerpt.line(*number).is_some());
        let first = marks.iter().find(|mark| mark.primary).map(|mark| line_of(excerpt, mark));
        for (group, numbers) in groups(&wanted, first).into_iter().enumerate() {
            for number in numbers {
                snippet.push(excerpt, number, group, marks, frame);
            }
        }
        snippet.labels.sort_by_key(|label| (!label.primary, label.range.start, label.range.end));
        snippet.join_labels();
        snippet
    }

    fn push(&mut self, excerpt: &Excerpt, number: usize, group: usize, marks: &[Mark], frame: Frame) {
        let Some(line) = excerpt.line(number) else { return };
        let marks: Vec<&Mark> = marks.iter().filter(|mark| line_of(excerpt, mark) == number).collect();
        let places: Vec<Range<usize>> = marks.iter().map(|mark| within(line, mark)).collect();
        let rendered = render(line, &places, &excerpt.hidden, frame);
        let start = self.text.len();
        for (mark, place) in marks.iter().zip(&places) {
            let from = rendered.place(place.start);
            let to = rendered.place(place.end).max(from);
            let column = excerpt.position(mark.start).column.saturating_sub(1) as usize;
            let (text, primary) = (printable(&mark.text), mark.primary);
            self.labels.push(Placed { range: start + from..start + to, text, primary, column });
        }
        self.text.push_str(&rendered.text);
        self.lines.push(Line { number, group, range: start..self.text.len() });
        self.text.push('\n');
    }

    /// The lines with their numbers from 1, their texts, and the labels in them with ranges in the text.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, &str, Vec<(Range<usize>, &Placed)>)> {
        self.lines.iter().map(|line| {
            let inside =
                |label: &&Placed| line.range.start <= label.range.start && label.range.end <= line.range.end;
            let within = |at: usize| at - line.range.start;
            let labels = self.labels.iter().filter(inside);
            let labels = labels.map(|label| (within(label.range.start)..within(label.range.end), label));
            (line.number + 1, self.text.get(line.range.clone()).unwrap_or_default(), labels.collect())
        })
    }

    // Labels of the same place are drawn as one.
    fn join_labels(&mut self) {
        let mut joined: Vec<Placed> = Vec::with_capacity(self.labels.len());
        for label in self.labels.drain(..) {
            match joined.iter_mut().find(|other| other.range == label.range) {
                Some(other) if other.text.is_empty() => other.text = label.text,
                Some(other) if !label.text.is_empty() && other.text != label.text => {
                    other.text = format!("{}; {}", other.text, label.text);
                }
                Some(_) => {}
                None => joined.push(label),
            }
        }
        self.labels = joined;
    }

    fn line_at(&self, offset: usize) -> Option<usize> {
        let index = self.lines.partition_point(|line| line.range.start <= offset).checked_sub(1)?;
        (offset <= self.lines[index].range.end).then_some(index)
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let outside = || MietteError::OutOfBounds;
        let first = self.line_at(span.offset()).ok_or_else(outside)?;
        let last = self.line_at(span.offset() + span.len()).ok_or_else(outside)?;
        let group = self.lines[first].group;
        // Labels of different groups are not joined into one excerpt.
        if group != self.lines[last].group {
            return Err(outside());
        }
        let number = self.lines[first].number;
        if before == 0 && after == 0 {
            let column = self
                .labels
                .iter()
                .find(|label| label.range.start == span.offset())
                .map_or(0, |label| label.column);
            let data = self.text.get(span.offset()..span.offset() + span.len()).ok_or_else(outside)?;
            return Ok(self.contents(data, *span, number, column, last - first + 1));
        }
        let same = |index: &usize| self.lines.get(*index).is_some_and(|line| line.group == group);
        let first = (first.saturating_sub(before)..=first).find(same).unwrap_or(first);
        let last = (last..=last + after).rev().find(same).unwrap_or(last);
        let range = self.lines[first].range.start..self.lines[last].range.end + 1;
        let data = self.text.get(range.clone()).ok_or_else(outside)?;
        Ok(self.contents(data, range.into(), self.lines[first].number, 0, last - first + 1))
    }
}

impl Snippet {
    fn contents<'a>(
        &self,
        data: &'a str,
        span: SourceSpan,
        line: usize,
        column: usize,
        lines: usize,
    ) -> Box<dyn SpanContents<'a> + 'a> {
        Box::new(MietteSpanContents::new_named(self.name.clone(), data.as_bytes(), span, line, column, lines))
    }
}

// Runs of lines; the one that holds `first` comes first.
fn groups(lines: &BTreeSet<usize>, first: Option<usize>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for line in lines {
        match groups.last_mut() {
            Some(group) if group.last() == Some(&(line - 1)) => group.push(*line),
            _ => groups.push(vec![*line]),
        }
    }
    groups.sort_by_key(|group| !first.is_some_and(|first| group.contains(&first)));
    groups
}

fn line_of(excerpt: &Excerpt, mark: &Mark) -> usize {
    excerpt.position(mark.start).line.saturating_sub(1) as usize
}

// The part of a mark that lies in the line, from its start, at least whole characters.
fn within(line: &excerpt::Line, mark: &Mark) -> Range<usize> {
    let place = |offset: u32| (offset as usize).saturating_sub(line.start).min(line.text.len());
    let (mut start, mut end) = (place(mark.start), place(mark.end));
    end = end.max(start);
    while !line.text.is_char_boundary(start) {
        start -= 1;
    }
    while !line.text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

struct Rendered {
    text: String,
    // Offsets in the source and in `text`, ascending: every character, and the end of every window.
    places: Vec<(usize, usize)>,
}

impl Rendered {
    fn place(&self, offset: usize) -> usize {
        let index = self.places.partition_point(|(source, _)| *source <= offset);
        match index.checked_sub(1).and_then(|index| self.places.get(index)) {
            Some((_, place)) => *place,
            None => self.places.first().map_or(0, |(_, place)| *place),
        }
    }
}

fn render(line: &excerpt::Line, marks: &[Range<usize>], hidden: &[Range<usize>], frame: Frame) -> Rendered {
    let mut rendered = Rendered { text: String::new(), places: Vec::new() };
    let mut behind = 0;
    for window in &windows(&line.text, marks, frame.width) {
        if window.start > behind {
            rendered.text.push_str(frame.ellipsis);
        }
        let part = line.text.get(window.clone()).unwrap_or("");
        for (at, c) in part.char_indices() {
            let at = window.start + at;
            rendered.places.push((at, rendered.text.len()));
            match c {
                _ if is_masked(hidden, line.start + at) => rendered.text.push('*'),
                '\t' => rendered.text.push_str(TAB),
                c if may_follow(&rendered.text, c) => rendered.text.push(c),
                _ => rendered.text.push('\u{fffd}'),
            }
        }
        rendered.places.push((window.end, rendered.text.len()));
        behind = window.end;
    }
    if behind < line.text.len() {
        rendered.text.push_str(frame.ellipsis);
    }
    rendered
}

fn is_masked(masks: &[Range<usize>], at: usize) -> bool {
    let index = masks.partition_point(|range| range.end <= at);
    masks.get(index).is_some_and(|range| range.start <= at)
}

// The parts of a line that fit the width: all of it, or a piece around each mark.
fn windows(text: &str, marks: &[Range<usize>], width: usize) -> Vec<Range<usize>> {
    let all = std::iter::once(0..text.len());
    if forward(text, 0, text.len(), width) == text.len() {
        return all.collect();
    }
    if marks.is_empty() {
        let end = forward(text, 0, text.len(), width.saturating_sub(3));
        return all.map(|line| line.start..end).collect();
    }
    let budget = (width / marks.len()).saturating_sub(4).max(16);
    let mut windows: Vec<Range<usize>> = marks
        .iter()
        .map(|mark| {
            let start = back(text, mark.start, 0, budget / 3);
            start..forward(text, mark.start, text.len(), budget - budget / 3)
        })
        .collect();
    windows.sort_by_key(|window| window.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(windows.len());
    for window in windows {
        match joined.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => joined.push(window),
        }
    }
    let used: usize = joined.iter().filter_map(|window| text.get(window.clone())).map(columns).sum();
    let spare = width.saturating_sub(used + 3 * (joined.len() + 1));
    widen(text, &mut joined, spare);
    joined
}

// Gives columns that are left at an end of the line to the windows at the outside.
fn widen(text: &str, windows: &mut [Range<usize>], spare: usize) {
    let mut spare = spare;
    if let Some(first) = windows.first_mut() {
        let start = back(text, first.start, 0, spare);
        spare -= text.get(start..first.start).map_or(0, columns).min(spare);
        first.start = start;
    }
    if let Some(last) = windows.last_mut() {
        last.end = forward(text, last.end, text.len(), spare);
    }
}

fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

fn width(c: char) -> usize {
    if c == '\t' { TAB.len() } else { c.width().unwrap_or(1).max(1) }
}

// The offset up to `columns` behind `from`, at most `limit`.
fn forward(text: &str, from: usize, limit: usize, columns: usize) -> usize {
    let mut left = columns;
    for (at, c) in text.get(from..limit).unwrap_or("").char_indices() {
        match left.checked_sub(width(c)) {
            Some(rest) => left = rest,
            None => return from + at,
        }
    }
    limit
}

// The offset up to `columns` before `from`, at least `limit`.
fn back(text: &str, from: usize, limit: usize, columns: usize) -> usize {
    let mut left = columns;
    let part = text.get(limit..from).unwrap_or("");
    for (at, c) in part.char_indices().rev() {
        match left.checked_sub(width(c)) {
            Some(rest) => left = rest,
            None => return limit + at + c.len_utf8(),
        }
    }
    limit
}

#[cfg(test)]
mod tests {
    use armlint_engine::source::Source;
    use armlint_engine::span::SourceId;

    use super::*;

    const FRAME: Frame = Frame { width: 40, ellipsis: "…" };

    fn drawn(text: &str, marks: &[Mark], hidden: Vec<Range<usize>>) -> Snippet {
        let source = Source::new(SourceId(0), "a.json", text.to_string());
        let starts = marks.iter().map(|mark| mark.start).collect();
        let mut excerpt = Excerpt::new(&source, &starts, &BTreeSet::new(), |_| None);
        excerpt.hidden = hidden;
        Snippet::new(&excerpt, marks, FRAME)
    }

    fn mark(text: &str, token: &str) -> Mark {
        let start = text.find(token).unwrap();
        Mark { start: start as u32, end: (start + token.len()) as u32, text: String::new(), primary: true }
    }

    fn marked(snippet: &Snippet) -> Vec<&str> {
        snippet.labels.iter().map(|label| &snippet.text[label.range.clone()]).collect()
    }

    #[test]
    fn labels_keep_their_places() {
        let text = "\u{feff}{\r\n\t\"kéy\": \"välue\"\r\n}\r\n";
        let snippet = drawn(text, &[mark(text, "\"välue\"")], Vec::new());
        assert_eq!(snippet.text, "{\n    \"kéy\": \"välue\"\n}\n");
        assert_eq!(marked(&snippet), ["\"välue\""]);
        assert_eq!(snippet.labels[0].column, 8);
    }

    #[test]
    fn a_long_line_is_clipped_around_each_label() {
        let text =
            format!("{}\"first\"{}\"second\"{}", "x".repeat(30_000), "y".repeat(30_000), "z".repeat(99));
        let marks = [mark(&text, "\"first\""), mark(&text, "\"second\"")];
        let snippet = drawn(&text, &marks, Vec::new());
        assert_eq!(marked(&snippet), ["\"first\"", "\"second\""]);
        assert!(snippet.text.starts_with("…xxx") && snippet.text.ends_with("z…\n"));
        assert!(columns(snippet.text.trim_end()) <= FRAME.width, "{}", snippet.text);

        let long = mark(&text, &"y".repeat(200));
        let snippet = drawn(&text, &[long], Vec::new());
        assert_eq!(marked(&snippet), ["y".repeat(24)]);
    }

    #[test]
    fn masks_keep_the_columns_and_hide_every_character() {
        let text = "{\"password\": \"sécrét字\", \"next\": 1}";
        let start = text.find("sécrét").unwrap();
        let hidden = std::iter::once(start..start + "sécrét字".len()).collect();
        let snippet = drawn(text, &[mark(text, "\"next\"")], hidden);
        assert_eq!(snippet.text, "{\"password\": \"*******\", \"next\": 1}\n");
        assert_eq!(marked(&snippet), ["\"next\""]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        let text = "\"a\u{1b}[31m\u{202e}b\"";
        let snippet = drawn(text, &[mark(text, "b")], Vec::new());
        assert_eq!(snippet.text, "\"a\u{fffd}[31m\u{fffd}b\"\n");
        assert_eq!(marked(&snippet), ["b"]);
    }

    #[test]
    fn the_group_of_the_finding_comes_first() {
        let text: String = (1..=30).map(|line| format!("line{line}.\n")).collect();
        let other = Mark { primary: false, ..mark(&text, "line2.") };
        let snippet = drawn(&text, &[other, mark(&text, "line20.")], Vec::new());
        assert_eq!(snippet.text, "line19.\nline20.\nline21.\nline1.\nline2.\nline3.\n");
        let numbers: Vec<_> = snippet.lines.iter().map(|line| line.number + 1).collect();
        assert_eq!(numbers, [19, 20, 21, 1, 2, 3]);
        let across = SourceSpan::from(0..snippet.text.len() - 1);
        assert!(snippet.read_span(&across, 1, 1).is_err());
    }
}
