//! Applying fixes: which of them go together, and what they make of a text.
//!
//! Edits count in the text that was checked. Fixes that do not go together are not merged: one of them
//! waits until the text was read again.

use std::collections::BTreeMap;

use crate::finding::{Edit, Fix};
use crate::span::{SourceId, Span};

/// For each fix whether it is applied together with those before it that are: none of its edits meets one
/// of theirs, unless the two are equal. A fix without edits, or with edits that meet each
/// other, is never applied.
pub fn compatible<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> Vec<bool> {
    let mut accepted = Accepted::default();
    fixes.into_iter().map(|fix| accepted.take(&fix.edits)).collect()
}

/// The text after the edits, of which none may meet another; equal ones count once. New lines in an edit
/// become the line ends of the text. `None` where edits meet or do not fit the text.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| (edit.span, &edit.text));
    edits.dedup();
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    let mut before: Option<Span> = None;
    for edit in edits {
        let range = edit.span.range();
        if before.is_some_and(|before| meets(before, edit.span)) {
            return None;
        }
        text.get(range.clone())?;
        result.push_str(text.get(done..range.start)?);
        result.push_str(&line_ends(text, &edit.text));
        done = range.end;
        before = Some(edit.span);
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

/// What is to be put into a text, with the line ends of that text.
pub fn line_ends(text: &str, added: &str) -> String {
    match added.contains('\n') && has_carriage_returns(text) {
        true => added.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => added.to_string(),
    }
}

// The first line end speaks for all.
fn has_carriage_returns(text: &str) -> bool {
    memchr::memchr(b'\n', text.as_bytes())
        .is_some_and(|at| at.checked_sub(1).is_some_and(|before| text.as_bytes().get(before) == Some(&b'\r')))
}

// Whether two spans of one source share a byte, or an insertion stands at the border of the other: what
// comes first would be a guess.
fn meets(a: Span, b: Span) -> bool {
    if a.start == a.end || b.start == b.end {
        a.start <= b.end && b.start <= a.end
    } else {
        a.start < b.end && b.start < a.end
    }
}

// Edits that do not meet, by place.
#[derive(Default)]
struct Accepted<'f> {
    edits: BTreeMap<(SourceId, u32, u32), &'f str>,
}

impl<'f> Accepted<'f> {
    fn take(&mut self, edits: &'f [Edit]) -> bool {
        let key = |edit: &Edit| (edit.span.source, edit.span.start, edit.span.end);
        if edits.is_empty() {
            return false;
        }
        let mut new = Vec::new();
        for edit in edits {
            if self.edits.get(&key(edit)) == Some(&edit.text.as_str()) {
                continue;
            }
            if edit.span.start > edit.span.end || self.meets(edit.span) {
                for taken in new {
                    self.edits.remove(&taken);
                }
                return false;
            }
            self.edits.insert(key(edit), &edit.text);
            new.push(key(edit));
        }
        true
    }

    fn meets(&self, span: Span) -> bool {
        let meets = |(source, start, end): &(SourceId, u32, u32)| {
            meets(Span { source: *source, start: *start, end: *end }, span)
        };
        let (source, start) = (span.source, span.start);
        // One that begins before this one reaches into it only if it is the last of these.
        let before = self.edits.range((source, 0, 0)..(source, start, 0)).next_back();
        let within = self.edits.range((source, start, 0)..=(source, span.end, u32::MAX));
        before.into_iter().chain(within).any(|(key, _)| meets(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Applicability;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span { source: SourceId(0), start, end }, text: text.into() }
    }

    fn fix(edits: Vec<Edit>) -> Fix {
        Fix { title: String::new(), applicability: Applicability::Safe, edits }
    }

    #[test]
    fn what_meets_waits() {
        let fixes = [
            fix(vec![edit(2, 4, "x"), edit(10, 10, "y")]),
            fix(vec![edit(3, 5, "")]),
            fix(vec![edit(4, 6, "")]),
            fix(vec![edit(10, 10, "z")]),
            fix(vec![edit(10, 12, "z")]),
            fix(vec![edit(8, 10, "z")]),
            fix(vec![edit(2, 4, "x"), edit(10, 10, "y")]),
            fix(vec![edit(20, 30, ""), edit(25, 26, "")]),
            fix(vec![edit(20, 30, "")]),
            fix(vec![edit(0, 50, "")]),
            fix(vec![]),
        ];
        let expected = [true, false, true, false, false, false, true, false, true, false, false];
        assert_eq!(compatible(&fixes), expected);
        let other = Edit { span: Span { source: SourceId(1), start: 3, end: 5 }, text: String::new() };
        assert_eq!(compatible(&[fixes[0].clone(), fix(vec![other])]), [true, true]);
    }

    #[test]
    fn edits_fit_the_text() {
        assert_eq!(apply("aébc", &[edit(3, 4, "x")]).as_deref(), Some("aéxc"));
        assert_eq!(apply("aébc", &[edit(2, 3, "x")]), None);
        assert_eq!(apply("abc", &[edit(2, 9, "x")]), None);
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), None);
        assert_eq!(apply("abc", &[edit(1, 1, "x"), edit(1, 1, "x")]).as_deref(), Some("axbc"));
        assert_eq!(apply("abc", &[edit(1, 1, "x"), edit(1, 1, "y")]), None);
        assert_eq!(apply("", &[]).as_deref(), Some(""));
    }

    #[test]
    fn line_ends_are_those_of_the_text() {
        assert_eq!(apply("a\r\nb", &[edit(1, 1, "\nx\r\ny")]).as_deref(), Some("a\r\nx\r\ny\r\nb"));
        assert_eq!(apply("a\nb", &[edit(1, 1, "\nx")]).as_deref(), Some("a\nx\nb"));
        assert_eq!(apply("ab", &[edit(1, 1, "\nx")]).as_deref(), Some("a\nxb"));
    }

    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u32) -> u32 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) % u64::from(limit)) as u32
        }
    }

    // Any subset of random fixes: what is chosen goes together, is as large as it can be, and makes what the
    // same edits make one by one from the bottom.
    #[test]
    fn random_subsets_are_applied_as_from_the_bottom() {
        let text: String = (0..60u8).map(|at| char::from(b'A' + at)).collect();
        let mut random = Random(7);
        for _ in 0..3000 {
            let number = random.below(9);
            let fixes: Vec<Fix> = (0..number)
                .map(|at| {
                    let edits = (0..=random.below(2)).map(|_| {
                        let start = random.below(60);
                        edit(start, (start + random.below(4)).min(60), &format!("<{at}>"))
                    });
                    fix(edits.collect())
                })
                .collect();
            let chosen = compatible(&fixes);
            let edits = |chosen: &[bool]| -> Vec<Edit> {
                let taken = fixes.iter().zip(chosen).filter(|(_, chosen)| **chosen);
                taken.flat_map(|(fix, _)| fix.edits.clone()).collect()
            };
            let mut sorted = edits(&chosen);
            let applied = apply(&text, &sorted).expect("they go together");
            sorted.sort_by_key(|edit| std::cmp::Reverse(edit.span));
            sorted.dedup();
            let mut expected = text.clone();
            for edit in &sorted {
                expected.replace_range(edit.span.range(), &edit.text);
            }
            assert_eq!(applied, expected);
            for left in (0..fixes.len()).filter(|at| !chosen[*at]) {
                let mut more = chosen.clone();
                more[left] = true;
                assert_eq!(apply(&text, &edits(&more)), None, "{fixes:?}");
            }
        }
    }
}
