//! Texts: bytes of a file decoded to UTF-8, with an index of its lines.
//!
//! Offsets count bytes of the decoded text. A byte order mark stays in the text, so that the offsets
//! of a UTF-8 file are those of the file as written; the mark takes no column.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::span::{SourceId, Span};

/// The largest source that is read, in bytes. The service takes templates of up to 4 MB; exports and
/// test data are larger at times.
pub const MAX_SOURCE_BYTES: usize = 64 * 1024 * 1024;

/// A named text.
#[derive(Debug)]
pub struct Source {
    /// The identity that spans carry.
    pub id: SourceId,
    /// Path as shown and matched: relative where possible, always with `/`.
    pub path: Arc<str>,
    /// The decoded text.
    pub text: String,
    lines: OnceLock<Vec<u32>>,
    units: OnceLock<Vec<u32>>,
}

/// The distance of the places whose UTF-16 offset is kept, in bytes.
const STRIDE: usize = 1024;

/// A place in a text as editors count it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in UTF-16 code units.
    pub column: u32,
}

/// Why bytes are no text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecodeError {
    /// No bytes, or white space only.
    Empty,
    /// Holds NUL bytes and no UTF-16 byte order.
    Binary,
    /// Neither UTF-8 nor UTF-16: the byte offset of the first bad sequence.
    Encoding(usize),
    /// Over [`MAX_SOURCE_BYTES`].
    TooLarge(usize),
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DecodeError::Empty => f.write_str("the file is empty"),
            DecodeError::Binary => f.write_str("the file is binary"),
            DecodeError::Encoding(at) => write!(f, "the file is neither UTF-8 nor UTF-16 (byte {at})"),
            DecodeError::TooLarge(size) => {
                write!(f, "the file has {size} bytes; the limit is {MAX_SOURCE_BYTES}")
            }
        }
    }
}

/// Decodes a file: UTF-8 with or without byte order mark, or UTF-16 of either order (with a mark, or
/// recognised by its zero bytes).
pub fn decode(bytes: Vec<u8>) -> Result<String, DecodeError> {
    if bytes.len() > MAX_SOURCE_BYTES {
        return Err(DecodeError::TooLarge(bytes.len()));
    }
    let text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0, b, ..] if *b != 0 => utf16(&bytes, u16::from_be_bytes)?,
        [a, 0, ..] if *a != 0 => utf16(&bytes, u16::from_le_bytes)?,
        _ => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if error.as_bytes().contains(&0) => return Err(DecodeError::Binary),
            Err(error) => return Err(DecodeError::Encoding(error.utf8_error().valid_up_to())),
        },
    };
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(DecodeError::Empty);
    }
    if text.as_bytes().contains(&0) {
        return Err(DecodeError::Binary);
    }
    Ok(text)
}

/// The text in the encoding of the bytes that it, or a text that it comes from, was decoded from.
pub fn encode(text: &str, like: &[u8]) -> Vec<u8> {
    let without = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (text, bytes): (&str, fn(u16) -> [u8; 2]) = match like {
        [0xFF, 0xFE, ..] => (text, u16::to_le_bytes),
        [0xFE, 0xFF, ..] => (text, u16::to_be_bytes),
        [0, b, ..] if *b != 0 => (without, u16::to_be_bytes),
        [a, 0, ..] if *a != 0 => (without, u16::to_le_bytes),
        _ => return text.as_bytes().to_vec(),
    };
    text.encode_utf16().flat_map(bytes).collect()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, DecodeError> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::with_capacity(bytes.len() / 2 + 3);
    text.push('\u{feff}');
    for (index, decoded) in char::decode_utf16(units).enumerate() {
        text.push(decoded.map_err(|_| DecodeError::Encoding(index * 2))?);
    }
    if !bytes.len().is_multiple_of(2) {
        return Err(DecodeError::Encoding(bytes.len() - 1));
    }
    Ok(text)
}

impl Source {
    /// A source of the given decoded text.
    pub fn new(id: SourceId, path: impl Into<Arc<str>>, text: String) -> Source {
        Source { id, path: path.into(), text, lines: OnceLock::new(), units: OnceLock::new() }
    }

    /// The span of the whole text, without a byte order mark.
    pub fn span(&self) -> Span {
        let start = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
        Span::new(self.id, start, self.text.len())
    }

    /// The text under a span of this source; empty where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Byte offsets at which the lines start; `\n`, `\r\n` and `\r` end a line.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
                let crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
                if !crlf {
                    starts.push(Span::new(self.id, at + 1, at + 1).start);
                }
            }
            starts
        })
    }

    /// The 0-based line of a byte offset.
    pub fn line_at(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a 0-based line with its end; none where there is no such line.
    pub fn line_range(&self, line: usize) -> Option<Range<usize>> {
        let starts = self.line_starts();
        let end = starts.get(line + 1).map_or(self.text.len(), |start| *start as usize);
        Some(*starts.get(line)? as usize..end)
    }

    /// Line and column of a byte offset; an offset behind the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_at(offset);
        let start = self.line_starts()[line] as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let mark = if start == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let units = self.units(start + mark, end);
        Position { line: line as u32 + 1, column: units + 1 }
    }

    // UTF-16 units between two offsets. In a long line they are counted from the nearest kept place, since
    // a minified file is one line, and each of its findings would be counted from the start.
    fn units(&self, start: usize, end: usize) -> u32 {
        let bytes = self.text.as_bytes();
        if end.saturating_sub(start) <= STRIDE {
            return bytes.get(start..end).map_or(0, utf16_units);
        }
        let kept = self.units.get_or_init(|| {
            let sums = bytes.chunks(STRIDE).scan(0, |sum, chunk| {
                let before = *sum;
                *sum += utf16_units(chunk);
                Some(before)
            });
            sums.collect()
        });
        let until = |offset: usize| {
            let place = (offset / STRIDE).min(kept.len().saturating_sub(1));
            kept.get(place).copied().unwrap_or(0) + bytes.get(place * STRIDE..offset).map_or(0, utf16_units)
        };
        until(end) - until(start)
    }
}

// The UTF-16 units of the characters that begin in these bytes of UTF-8.
fn utf16_units(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_back_to_the_bytes_that_they_came_from() {
        let text = "{ \"é\": \"😀\" }\r\n";
        let marked = format!("\u{feff}{text}");
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        let all: [Vec<u8>; 6] = [
            text.into(),
            marked.clone().into(),
            utf16(text, u16::to_le_bytes),
            utf16(&marked, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
            utf16(&marked, u16::to_be_bytes),
        ];
        for bytes in all {
            assert_eq!(encode(&decode(bytes.clone()).unwrap(), &bytes), bytes);
        }
    }

    #[test]
    fn columns_in_long_lines_are_those_of_short_ones() {
        let text = format!("\u{feff}{}\nx{}", "aé字😀".repeat(900), "😀é".repeat(700));
        let source = Source::new(SourceId(0), "a.json", text);
        let mut line = 1;
        let mut column = 1;
        for (offset, c) in source.text.char_indices().skip(1) {
            assert_eq!(source.position(offset as u32), Position { line, column }, "{offset}");
            if c == '\n' {
                (line, column) = (line + 1, 1);
            } else {
                column += c.len_utf16() as u32;
            }
        }
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(u32::MAX), Position { line, column });
    }
}
