//! Looking ahead and back in broken text, without reading.

use super::{After, Reader};
use crate::span::Span;

/// How far back the start of a line is looked for when brackets do not match.
const LINE_WINDOW: usize = 4096;

impl Reader<'_> {
    /// The indentation of the line that holds `at`, and whether nothing else stands before `at`.
    pub(super) fn indent(&self, at: usize) -> (Option<usize>, bool) {
        let window = at.saturating_sub(LINE_WINDOW);
        let before = self.bytes.get(window..at).unwrap_or_default();
        let start = match memchr::memrchr2(b'\n', b'\r', before) {
            Some(line_break) => window + line_break + 1,
            None if window == 0 => 0,
            None => return (None, false),
        };
        let text = self.skip_blanks(start);
        (Some(text - start), text == at)
    }

    /// Whether a quoted key with its colon stands at `at`.
    pub(super) fn key_ahead(&self, at: usize) -> bool {
        let end = self.quoted_end(at, false);
        end.is_some_and(|end| self.bytes.get(self.skip_blanks(end)) == Some(&b':'))
    }

    /// The offset behind the string in quotes at `at`; it must end on its line unless `multiline`.
    pub(super) fn quoted_end(&self, at: usize, multiline: bool) -> Option<usize> {
        let quote = *self.bytes.get(at).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let line_break = if multiline { quote } else { b'\n' };
        let mut end = at + 1;
        loop {
            end += memchr::memchr3(quote, b'\\', line_break, self.bytes.get(end..)?)?;
            match self.bytes.get(end) {
                Some(b'\\') => end += 2,
                Some(byte) if *byte == quote => return Some(end + 1),
                _ => return None,
            }
        }
    }

    /// The next offset from `at` on that is neither white space nor comment.
    pub(super) fn significant(&self, mut at: usize) -> usize {
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            match rest {
                [byte, ..] if byte.is_ascii_whitespace() => at += 1,
                [b'/', b'/', ..] => at = self.line_end(at),
                [b'/', b'*', body @ ..] => {
                    at += memchr::memmem::find(body, b"*/").map_or(rest.len(), |length| length + 4);
                }
                _ => return at,
            }
        }
    }

    pub(super) fn skip_blanks(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
    }

    /// `end` without the blanks before it, not below `start`.
    pub(super) fn trim_end(&self, start: usize, end: usize) -> usize {
        let text = self.bytes.get(start..end).unwrap_or_default();
        end - text.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// The end of the run of stray text from `start`: up to a structural character, a quote, a comment
    /// or the end of the line. Text in parentheses belongs to the run.
    pub(super) fn run_end(&self, start: usize) -> usize {
        let mut parentheses = 0_usize;
        let mut end = start;
        while let Some(byte) = self.bytes.get(end) {
            match byte {
                b'\n' | b'\r' => break,
                b'(' => parentheses += 1,
                b')' => parentheses = parentheses.saturating_sub(1),
                _ if parentheses > 0 => {}
                b',' | b'{' | b'}' | b'[' | b']' | b'"' => break,
                b'/' if matches!(self.bytes.get(end + 1), Some(b'/' | b'*'))
                    && self.bytes.get(end.wrapping_sub(1)).is_some_and(u8::is_ascii_whitespace) =>
                {
                    break;
                }
                _ => {}
            }
            end += 1;
        }
        self.trim_end(start, end)
    }

    /// The end of the key that starts here without a quote, if a colon follows it.
    pub(super) fn unquoted_key(&self) -> Option<usize> {
        let length = name_length(self.text.get(self.at..)?);
        let end = self.at + length;
        let behind = end + usize::from(self.bytes.get(end) == Some(&b'"'));
        (length > 0 && self.bytes.get(self.skip_blanks(behind)) == Some(&b':')).then_some(end)
    }

    /// The character that ends at `end`; empty only in an empty text.
    pub(super) fn char_before(&self, end: usize) -> Span {
        self.span(self.text.floor_char_boundary(end.saturating_sub(1)), end)
    }

    /// Whether the quote here may start a key: behind a member without comma only where a colon follows.
    pub(super) fn may_start_key(&self, after: After) -> bool {
        !matches!(after, After::Item(end) if end != self.excused) || self.key_ahead(self.at)
    }
}

/// How much of the text, from its start on, can be a name.
pub(super) fn name_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && !"_$-.@".contains(c)).unwrap_or(text.len())
}
