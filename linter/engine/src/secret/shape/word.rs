//! Words and quotes around an offset.

/// How far back a key is looked for, in bytes.
const REACH: usize = 128;

/// The word that ends at `at`, or before the blanks there: letters, digits, `_` and `-`.
pub(super) fn before(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?.trim_end_matches(' ');
    let bytes = before.as_bytes();
    let floor = bytes.len().saturating_sub(REACH);
    let is_part = |byte: &u8| super::is_word_byte(*byte) || *byte == b'-';
    let length = bytes[floor..].iter().rev().take_while(|byte| is_part(byte)).count();
    before.get(bytes.len() - length..).filter(|word| !word.is_empty())
}

/// The key that ends at `colon`: `"key"`, `\"key\"`, `'key'` or a word.
pub(super) fn key(text: &str, colon: usize) -> Option<&str> {
    let before = text.get(..colon)?.trim_end_matches([' ', '\t']);
    let (inner, quote) = match before.as_bytes().last()? {
        quote @ (b'"' | b'\'') => (&before[..before.len() - 1], *quote),
        _ => return self::before(text, colon),
    };
    let inner = inner.strip_suffix('\\').unwrap_or(inner);
    let bytes = inner.as_bytes();
    let floor = bytes.len().saturating_sub(REACH);
    let start = floor + bytes[floor..].iter().rposition(|byte| *byte == quote)? + 1;
    inner.get(start..)
}

/// The length of a text up to a quote that ends it. A backslash, where it counts, and a doubled quote end nothing;
/// within a line the quote has to stand on the first one.
pub(super) fn closing(text: &str, quote: u8, escapes: bool, within_line: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at),
            b'\n' if within_line => return None,
            _ => at += 1,
        }
    }
    None
}
