//! Positions as clients count them: 0-based lines, and columns in units of the encoding that was agreed on.
//!
//! A byte order mark takes no column.

use armlint_engine::source::Source;
use armlint_engine::span::Span;
use lsp_types::{Position, PositionEncodingKind, Range};

/// The units of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units; what holds where nothing is agreed on.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers.
    pub(super) fn agreed<'a>(mut offered: impl Iterator<Item = &'a str>) -> Encoding {
        let all = offered.by_ref().collect::<Vec<_>>();
        if all.contains(&"utf-8") {
            Encoding::Utf8
        } else if all.contains(&"utf-32") && !all.contains(&"utf-16") {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        }
    }

    /// Its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn units(self, c: char) -> u32 {
        match self {
            Encoding::Utf8 => c.len_utf8() as u32,
            Encoding::Utf16 => c.len_utf16() as u32,
            Encoding::Utf32 => 1,
        }
    }

    /// The range of a span of a source.
    pub(super) fn range(self, source: &Source, span: Span) -> Range {
        Range { start: self.position(source, span.start), end: self.position(source, span.end) }
    }

    /// The position of a byte offset; an offset behind the end is the end.
    pub(super) fn position(self, source: &Source, offset: u32) -> Position {
        if self == Encoding::Utf16 {
            let position = source.position(offset);
            return Position { line: position.line - 1, character: position.column - 1 };
        }
        let (line, start) = line_at(source, offset);
        let mut end = (offset as usize).min(source.text.len());
        while !source.text.is_char_boundary(end) {
            end -= 1;
        }
        let text = source.text.get(start..end).unwrap_or_default();
        let character = match self {
            Encoding::Utf8 => text.len() as u32,
            _ => text.chars().map(|c| self.units(c)).sum(),
        };
        Position { line: line as u32, character }
    }

    /// The byte offset of a position; one behind the end of its line, or of the text, is that end.
    pub(super) fn offset(self, source: &Source, position: Position) -> u32 {
        let starts = source.line_starts();
        let line = position.line as usize;
        let Some(start) = starts.get(line).copied() else { return source.span().end };
        let start = start.max(source.span().start) as usize;
        let end = starts.get(line + 1).map_or(source.text.len(), |end| *end as usize);
        let text = source.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let mut left = position.character;
        for (at, c) in text.char_indices() {
            let units = self.units(c);
            // Inside of a character is before it.
            if left < units {
                return (start + at) as u32;
            }
            left -= units;
        }
        (start + text.len()) as u32
    }
}

// The 0-based line of an offset, and where what has columns begins in it.
fn line_at(source: &Source, offset: u32) -> (usize, usize) {
    let starts = source.line_starts();
    let line = starts.partition_point(|start| *start <= offset).saturating_sub(1);
    let start = starts.get(line).copied().unwrap_or(0).max(source.span().start);
    (line, start as usize)
}

#[cfg(test)]
mod tests {
    use armlint_engine::span::SourceId;

    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    #[test]
    fn every_offset_is_found_again() {
        for text in ["", "a", "ä𝄞x\r\n\n𝄞\ré\n", "\u{feff}𝄞a\nb", "\u{feff}"] {
            let source = Source::new(SourceId(0), "a.json", text.to_string());
            let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for offset in offsets.filter(|at| *at >= source.span().start as usize) {
                // Between the two characters of a line end there is no column.
                if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
                    continue;
                }
                for encoding in ALL {
                    let position = encoding.position(&source, offset as u32);
                    assert_eq!(encoding.offset(&source, position), offset as u32, "{text:?} {encoding:?}");
                }
            }
        }
    }

    #[test]
    fn units_are_those_of_the_encoding() {
        let source = Source::new(SourceId(0), "a.json", "x\nä𝄞b".to_string());
        let columns = ALL.map(|encoding| encoding.position(&source, 8).character);
        assert_eq!(columns, [6, 3, 2]);
        for encoding in ALL {
            assert_eq!(encoding.offset(&source, Position { line: 1, character: 99 }), 9);
            assert_eq!(encoding.offset(&source, Position { line: 9, character: 0 }), 9);
        }
        let inside = Position { line: 1, character: 2 };
        assert_eq!(Encoding::Utf16.offset(&source, inside), 4);
    }

    #[test]
    fn the_cheapest_is_agreed_on() {
        let agreed = |offered: &[&str]| Encoding::agreed(offered.iter().copied());
        assert_eq!(agreed(&[]), Encoding::Utf16);
        assert_eq!(agreed(&["utf-16", "utf-8"]), Encoding::Utf8);
        assert_eq!(agreed(&["utf-32"]), Encoding::Utf32);
        assert_eq!(agreed(&["utf-16", "utf-32"]), Encoding::Utf16);
        assert_eq!(agreed(&["utf-7"]), Encoding::Utf16);
    }
}
