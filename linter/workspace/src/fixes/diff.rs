//! A change as a unified diff, with secrets masked: lines are compared as they are and shown as they may
//! be.

use std::fmt::Write;
use std::ops::Range;
use std::time::Duration;

use armlint_engine::source::Source;
use similar::{DiffTag, TextDiff};

use crate::masks::Masks;
use crate::text::printable;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// After this the diff is right, but may be larger than it has to be.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The diff from one text to another of the same path; empty where they are equal.
pub(super) fn unified(before: (&Source, &Masks), after: (&Source, &Masks)) -> String {
    let ((old, old_masks), (new, new_masks)) = (before, after);
    let diff = TextDiff::configure().timeout(TIMEOUT).diff_lines(&old.text, &new.text);
    let (old_text, new_text) = (old_masks.masked(old), new_masks.masked(new));
    let scrub = |line: &str| new_masks.scrub_line(new.id, &old_masks.scrub_line(old.id, line));
    let (old_lines, new_lines) = (lines(&old_text), lines(&new_text));
    let path = printable(&old.path);
    let mut text = String::new();
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if text.is_empty() {
            let _ = writeln!(text, "--- a/{path}\n+++ b/{path}");
        }
        let removed = range(&(first.old_range().start..last.old_range().end));
        let added = range(&(first.new_range().start..last.new_range().end));
        let _ = writeln!(text, "@@ -{removed} +{added} @@");
        for op in &group {
            if op.tag() == DiffTag::Equal {
                push(&mut text, ' ', old_lines.get(op.old_range()), scrub);
            } else {
                push(&mut text, '-', old_lines.get(op.old_range()), scrub);
                push(&mut text, '+', new_lines.get(op.new_range()), scrub);
            }
        }
    }
    text
}

// As `diff_lines` takes lines apart.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        let end = if rest[at..].starts_with("\r\n") { at + 2 } else { at + 1 };
        lines.push(&rest[..end]);
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

// GNU's form: an empty range names the line before it.
fn range(lines: &Range<usize>) -> String {
    match lines.len() {
        1 => format!("{}", lines.start + 1),
        0 => format!("{},0", lines.start),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn push(text: &mut String, sign: char, lines: Option<&[&str]>, scrub: impl Fn(&str) -> String) {
    for line in lines.unwrap_or_default() {
        let content = line.trim_end_matches(['\n', '\r']);
        let shown = scrub(content);
        text.push(sign);
        text.extend(shown.chars().map(|c| if c == '\t' || c == '\u{feff}' { c } else { plain(c) }));
        // The end of the line belongs to it, so that the diff fits files with carriage returns.
        text.push_str(&line[content.len()..]);
        if content.len() == line.len() {
            text.push_str("\n\\ No newline at end of file\n");
        } else if !line.ends_with('\n') {
            text.push('\n');
        }
    }
}

fn plain(c: char) -> char {
    printable(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use armlint_engine::span::SourceId;

    use super::*;

    fn diff(before: &str, after: &str) -> String {
        let source = |text: &str| Source::new(SourceId(0), "a/b.json", text.to_string());
        let masks = Masks::default();
        unified((&source(before), &masks), (&source(after), &masks))
    }

    #[test]
    fn hunks_are_those_of_diff() {
        assert_eq!(diff("a\nb\n", "a\nb\n"), "");
        assert_eq!(
            diff("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nx\n6\n"),
            "--- a/a/b.json\n+++ b/a/b.json\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+x\n 6\n"
        );
        assert_eq!(
            diff("a\r\nb", "a\r\nc"),
            "--- a/a/b.json\n+++ b/a/b.json\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
        );
        assert!(diff("a\n", "a\nb\n").contains("@@ -1 +1,2 @@"));
    }

    #[test]
    fn secrets_and_control_characters_are_masked() {
        let text = diff("\"password\": \"planted\",\n\u{1b}[1m\n", "\"password\": \"planted2\",\nx\n");
        assert!(!text.contains("planted") && !text.contains('\u{1b}'), "{text}");
        assert!(text.contains("-\"password\": \"*******\",\n"), "{text}");
    }
}
