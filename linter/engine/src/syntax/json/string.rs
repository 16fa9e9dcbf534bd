//! Strings: escapes, and where a string without closing quote ends.

use super::super::{ProblemKind, Scalar};
use super::Reader;

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH: u64 = u64::from_le_bytes([0x80; 8]);

/// A decoded string in the making.
struct Decoded {
    text: String,
    table: Vec<(u32, u32)>,
    /// The text before this source offset is taken over.
    taken: usize,
}

impl Reader<'_> {
    /// Reads the string whose quote, double or single, stands here.
    pub(super) fn string(&mut self) -> Scalar {
        let start = self.at;
        let quote = self.peek();
        let stop = self.plain_end(start + 1, quote);
        if self.bytes.get(stop) == Some(&quote) {
            self.at = stop + 1;
            return self.verbatim(start + 1, stop);
        }
        self.unusual_string(start, stop)
    }

    fn unusual_string(&mut self, start: usize, stop: usize) -> Scalar {
        let quote = self.peek();
        let body = start + 1;
        let table = vec![(0, self.span(body, body).start)];
        let mut decoded = Decoded { text: String::new(), table, taken: body };
        let (mut multiline, mut control) = (false, false);
        let mut at = stop;
        let end = loop {
            match self.bytes.get(at) {
                None => break self.unterminated(start, at, &decoded),
                Some(b'\\') => at = self.escape(at, quote, &mut decoded),
                Some(b'\n' | b'\r') if !multiline && self.runs_away(at, quote) => {
                    break self.unterminated(start, at, &decoded);
                }
                Some(b'\n' | b'\r') => {
                    multiline = true;
                    at += 1;
                }
                Some(byte) if *byte == quote => {
                    self.at = at + 1;
                    break at;
                }
                Some(_) => {
                    if !control {
                        self.problem(ProblemKind::ControlCharacter, at, at + 1);
                    }
                    control = true;
                    at += 1;
                }
            }
            at = self.plain_end(at, quote);
        };
        if multiline {
            self.problem(ProblemKind::MultilineString, start, self.at);
        }
        if decoded.table.len() == 1 {
            return self.verbatim(body, end);
        }
        decoded.text.push_str(self.text.get(decoded.taken..end).unwrap_or(""));
        Scalar::mapped(decoded.text, decoded.table)
    }

    fn verbatim(&self, start: usize, end: usize) -> Scalar {
        Scalar::verbatim(self.text.get(start..end).unwrap_or(""), self.span(start, end).start)
    }

    /// Ends a string at `line_end`, before the comma that most likely stood behind its quote.
    fn unterminated(&mut self, start: usize, line_end: usize, decoded: &Decoded) -> usize {
        let floor = decoded.taken.max(start + 1);
        let mut end = self.trim_end(floor, line_end);
        if end > floor && self.bytes.get(end - 1) == Some(&b',') {
            end = self.trim_end(floor, end - 1);
        }
        if line_end >= self.bytes.len() {
            end = line_end;
            self.problem_at_end(ProblemKind::UnterminatedString, self.span(start, end));
        } else {
            self.problem(ProblemKind::UnterminatedString, start, end);
        }
        self.at = end;
        self.excused = end;
        end
    }

    /// Whether the string with a line break at `at` lacks its closing quote: there is no further quote,
    /// or what stands behind the next one cannot follow a string.
    fn runs_away(&mut self, at: usize, quote: u8) -> bool {
        let known = usize::from(quote == b'\'');
        if at < self.runaway[known] {
            return true;
        }
        let mut end = at;
        let next = loop {
            let rest = self.bytes.get(end..).unwrap_or_default();
            let Some(length) = memchr::memchr2(quote, b'\\', rest) else { break self.bytes.len() };
            end += length;
            if self.bytes.get(end) == Some(&quote) {
                break end;
            }
            end += 2;
        };
        let follower = self.skip_blanks(next + 1);
        let closes = next < self.bytes.len()
            && matches!(
                self.bytes.get(follower),
                None | Some(b',' | b'}' | b']' | b':' | b'/' | b'\n' | b'\r')
            );
        if !closes {
            self.runaway[known] = next;
        }
        !closes
    }

    /// Decodes the escape sequence at `at`; the offset behind it.
    fn escape(&mut self, at: usize, quote: u8, decoded: &mut Decoded) -> usize {
        let plain = match self.bytes.get(at + 1) {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'\'') => {
                if quote != b'\'' {
                    self.problem(ProblemKind::InvalidEscape, at, at + 2);
                }
                '\''
            }
            Some(b'u') => return self.unicode_escape(at, decoded),
            _ => {
                let rest = self.text.get(at + 1..).unwrap_or("");
                let length = rest.chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
                self.problem(ProblemKind::InvalidEscape, at, at + 1 + length);
                return at + 1 + length;
            }
        };
        self.take(at, at + 2, plain, decoded);
        at + 2
    }

    fn unicode_escape(&mut self, at: usize, decoded: &mut Decoded) -> usize {
        let Some(unit) = self.code_unit(at) else {
            let digits = self.bytes.get(at + 2..).unwrap_or_default();
            let length = digits.iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
            self.problem(ProblemKind::InvalidEscape, at, at + 2 + length);
            return at + 2 + length;
        };
        if let Some(c) = char::from_u32(unit) {
            self.take(at, at + 6, c, decoded);
            return at + 6;
        }
        if let Some(low @ 0xDC00..0xE000) = self.code_unit(at + 6)
            && unit < 0xDC00
            && let Some(c) = char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        {
            self.take(at, at + 12, c, decoded);
            return at + 12;
        }
        self.problem(ProblemKind::InvalidEscape, at, at + 6);
        self.take(at, at + 6, char::REPLACEMENT_CHARACTER, decoded);
        at + 6
    }

    /// The value of `\uXXXX` at `at`.
    fn code_unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }

    fn take(&self, at: usize, end: usize, c: char, decoded: &mut Decoded) {
        decoded.text.push_str(self.text.get(decoded.taken..at).unwrap_or(""));
        decoded.text.push(c);
        decoded.taken = end;
        let offset = self.span(decoded.text.len(), end);
        decoded.table.push((offset.start, offset.end));
    }

    /// The offset of the next quote, backslash or control character.
    fn plain_end(&self, from: usize, quote: u8) -> usize {
        let mut rest = self.bytes.get(from..).unwrap_or_default();
        let mut at = from;
        while let Some((word, behind)) = rest.split_first_chunk::<8>() {
            let word = u64::from_le_bytes(*word);
            let is_quote = word ^ (ONES * u64::from(quote));
            let is_backslash = word ^ (ONES * u64::from(b'\\'));
            // A borrow can only mark bytes above the first hit, so the lowest mark is exact.
            let marks = (is_quote.wrapping_sub(ONES) & !is_quote)
                | (is_backslash.wrapping_sub(ONES) & !is_backslash)
                | (word.wrapping_sub(ONES * 0x20) & !word);
            let marks = marks & HIGH;
            if marks != 0 {
                return at + (marks.trailing_zeros() / 8) as usize;
            }
            rest = behind;
            at += 8;
        }
        let stop = rest.iter().position(|byte| *byte == quote || *byte == b'\\' || *byte < 0x20);
        at + stop.unwrap_or(rest.len())
    }
}
