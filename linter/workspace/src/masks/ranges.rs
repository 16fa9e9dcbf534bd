//! Byte ranges of a text, and the text without what they cover.

use std::collections::BTreeSet;
use std::ops::Range;

use armlint_engine::source::Source;

/// Sorted and disjoint.
pub(super) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| range.start < range.end);
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

/// Those of sorted and disjoint ranges that have a byte in common with `range`.
pub(super) fn meeting<'r>(ranges: &'r [Range<usize>], range: &Range<usize>) -> &'r [Range<usize>] {
    let first = ranges.partition_point(|own| own.end <= range.start);
    let behind = first + ranges[first..].partition_point(|own| own.start < range.end);
    &ranges[first..behind]
}

/// The byte ranges of runs of lines.
pub(super) fn of_lines(source: &Source, lines: &BTreeSet<usize>) -> Vec<Range<usize>> {
    // Where the lines start is found once for a text, and for many of them never.
    if lines.is_empty() {
        return Vec::new();
    }
    lines.iter().filter_map(|line| source.line_range(*line)).collect()
}

/// The text with `by` for each of these ranges; what is no part of the text is left out.
pub(super) fn replaced(text: &str, ranges: &[Range<usize>], by: &str) -> String {
    rewritten(text, ranges, |_, result| result.push_str(by))
}

/// The text with an asterisk for each character in these ranges; lines stay lines.
pub(super) fn asterisks(text: &str, ranges: &[Range<usize>]) -> String {
    rewritten(text, ranges, |secret, result| {
        result.extend(secret.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { '*' }));
    })
}

fn rewritten(text: &str, ranges: &[Range<usize>], write: impl Fn(&str, &mut String)) -> String {
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        let (Some(before), Some(secret)) = (text.get(done..range.start), text.get(range.clone())) else {
            continue;
        };
        result.push_str(before);
        write(secret, &mut result);
        done = range.end;
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}
