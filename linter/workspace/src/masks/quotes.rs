//! What a message quotes: armlint's own words stand outside of backticks, what is a file's stands within.

use std::ops::Range;

/// The parts of a message that are quoted, in their order.
pub(super) fn quoted(text: &str) -> Vec<Range<usize>> {
    let marks: Vec<usize> = text.match_indices('`').map(|(at, _)| at).collect();
    // A quote without its end: nobody can tell what is quoted.
    if marks.len() % 2 == 1 {
        return std::iter::once(0..text.len()).collect();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for pair in marks.chunks_exact(2) {
        let quote = pair[0] + 1..pair[1];
        match found.last_mut() {
            // `a`b`c`: the backticks around `b` are part of what is quoted.
            Some(last) if is_within(text, last.end + 1..pair[0]) => last.end = quote.end,
            _ => found.push(quote),
        }
    }
    found
}

// Whether what stands between two quotes touches both, as no word of a sentence does.
fn is_within(text: &str, between: Range<usize>) -> bool {
    let Some(between) = text.get(between) else { return false };
    let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    touches(between.chars().next()) && touches(between.chars().next_back())
}

/// Whether a range lies in, or reaches into, one of the quotes.
pub(super) fn meets(quoted: &[Range<usize>], range: &Range<usize>) -> bool {
    !super::ranges::meeting(quoted, range).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted() {
        let found =
            |text: &str| quoted(text).into_iter().map(|range| text[range].to_string()).collect::<Vec<_>>();
        assert_eq!(found("There is no `a b` and no `c`"), ["a b", "c"]);
        assert_eq!(found("The value `a`b`c` is bad"), ["a`b`c"]);
        assert_eq!(found("no end `a"), ["no end `a"]);
        assert_eq!(found("nothing"), [""; 0]);
    }
}
