//! What differs between two texts, as narrow edits: what stays the same is not sent, since secrets may be
//! in it.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices_deadline};

/// After this long the edits may be wider than they need be.
const PATIENCE: Duration = Duration::from_millis(500);

/// The bytes of the old text that are replaced, and by what; in the order of the text.
pub(super) fn between(before: &str, after: &str) -> Vec<(Range<usize>, String)> {
    let diff = TextDiff::from_lines(before, after);
    let (old, new) = (starts(diff.old_slices()), starts(diff.new_slices()));
    let deadline = Instant::now() + PATIENCE;
    let mut edits = Vec::new();
    for op in diff.ops().iter().filter(|op| !is_equal(op)) {
        let (from, to) = (bytes(&old, op.old_range()), bytes(&new, op.new_range()));
        let texts = (before.get(from.clone()).unwrap_or_default(), after.get(to).unwrap_or_default());
        let within = characters(texts.0, texts.1, deadline);
        edits.extend(within.map(|(range, text)| (from.start + range.start..from.start + range.end, text)));
    }
    edits
}

fn characters(
    before: &str,
    after: &str,
    deadline: Instant,
) -> impl Iterator<Item = (Range<usize>, String)> + use<> {
    let split = |text: &str| -> Vec<String> { text.chars().map(String::from).collect() };
    let (old, new) = (split(before), split(after));
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(deadline));
    let offsets = starts(&old);
    ops.into_iter().filter(|op| !is_equal(op)).map(move |op| {
        let text = new.get(op.new_range()).unwrap_or_default().concat();
        (bytes(&offsets, op.old_range()), text)
    })
}

fn is_equal(op: &DiffOp) -> bool {
    matches!(op, DiffOp::Equal { .. })
}

// Where each part begins, in bytes, and where the last one ends.
fn starts(parts: &[impl AsRef<str>]) -> Vec<usize> {
    let ends = parts.iter().scan(0, |at, part| {
        *at += part.as_ref().len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}

fn bytes(starts: &[usize], parts: Range<usize>) -> Range<usize> {
    let at = |part: usize| starts.get(part).or(starts.last()).copied().unwrap_or(0);
    at(parts.start)..at(parts.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_make_the_new_text_of_the_old_one() {
        for (before, after) in [
            ("a\nb\nc\n", "a\nx\nc\n"),
            ("a\r\nb\rc", "a\r\nc"),
            ("", "a\n"),
            ("a\nb", "a\nb\n"),
            ("a\nb\nc\nd\n", "b\nc\ne\nd\nf"),
            ("{\"ä\":\"𝄞x\",\"b\":1}", "{\"ä\":\"𝄞y\",\"c\":2}"),
        ] {
            let mut text = before.to_string();
            for (range, new) in between(before, after).into_iter().rev() {
                text.replace_range(range, &new);
            }
            assert_eq!(text, after);
        }
    }

    #[test]
    fn what_stays_is_not_in_them() {
        let before = r#"{"a":"string","k":"planted-Secret-1","b":"string"}"#;
        let after = before.replace("string", "securestring");
        let edits = between(before, &after);
        assert_eq!(edits.len(), 2, "{edits:?}");
        assert!(edits.iter().all(|(range, text)| range.len() + text.len() < 8), "{edits:?}");
    }
}
