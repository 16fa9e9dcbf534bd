//! Decoding of files, and positions as editors count them.

use armlint_engine::source::{DecodeError, MAX_SOURCE_BYTES, Position, Source, decode};
use armlint_engine::span::{SourceId, Span};

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn encodings() {
    let text = "{\"ä\": \"😀\"}";
    let marked = format!("\u{feff}{text}");
    assert_eq!(decode(text.into()).as_deref(), Ok(text));
    assert_eq!(decode(marked.clone().into()).as_deref(), Ok(marked.as_str()));
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        assert_eq!(decode(utf16(&marked, bytes)).as_deref(), Ok(marked.as_str()));
        assert_eq!(decode(utf16(text, bytes)).as_deref(), Ok(marked.as_str()));
    }
}

#[test]
fn what_is_no_text() {
    for empty in ["", " \r\n\t", "\u{feff}", "\u{feff} \n"] {
        assert_eq!(decode(empty.into()), Err(DecodeError::Empty), "{empty:?}");
    }
    assert_eq!(decode(vec![0xFF, 0xFE]), Err(DecodeError::Empty));
    assert_eq!(decode(b"{\"a\": \0}".to_vec()), Err(DecodeError::Binary));
    assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()), Err(DecodeError::Binary));
    assert_eq!(decode(b"{\"a\": \"\xe4\"}".to_vec()), Err(DecodeError::Encoding(7)));
    assert_eq!(decode(b"{}\xf0\x9f".to_vec()), Err(DecodeError::Encoding(2)));
    assert!(matches!(decode(vec![0xFF, 0xFE, b'{', 0, 0x3D, 0xD8, b'}', 0]), Err(DecodeError::Encoding(_))));
    assert!(matches!(decode(vec![0xFF, 0xFE, b'{', 0, b'}']), Err(DecodeError::Encoding(_))));
    let large = MAX_SOURCE_BYTES + 1;
    assert_eq!(decode(vec![b' '; large]), Err(DecodeError::TooLarge(large)));
}

fn source(text: &str) -> Source {
    Source::new(SourceId(0), "test.json", text.into())
}

#[track_caller]
fn at(source: &Source, text: &str) -> (u32, u32) {
    let offset = source.text.find(text).expect("the text");
    let Position { line, column } = source.position(offset as u32);
    (line, column)
}

#[test]
fn columns_count_utf_16_units() {
    let source = source("ab\n  \"😀ä\": x\n日本y");
    assert_eq!(at(&source, "ab"), (1, 1));
    assert_eq!(at(&source, "b"), (1, 2));
    assert_eq!(at(&source, "ä"), (2, 6));
    assert_eq!(at(&source, "x"), (2, 10));
    assert_eq!(at(&source, "y"), (3, 3));
    assert_eq!(source.position(source.text.len() as u32), Position { line: 3, column: 4 });
    assert_eq!(source.position(u32::MAX), Position { line: 3, column: 4 });
    let inside = source.text.find('😀').expect("the emoji") as u32 + 2;
    assert_eq!(source.position(inside), Position { line: 2, column: 4 });
}

#[test]
fn the_byte_order_mark_takes_no_column() {
    let source = source("\u{feff}{\n\"a\"");
    assert_eq!(source.position(0), Position { line: 1, column: 1 });
    assert_eq!(at(&source, "{"), (1, 1));
    assert_eq!(at(&source, "a"), (2, 2));
    assert_eq!(source.slice(source.span()), "{\n\"a\"");
}

#[test]
fn every_line_break_counts_once() {
    let source = source("a\rb\r\nc\nd\r\n\r\ne");
    assert_eq!(at(&source, "b"), (2, 1));
    assert_eq!(at(&source, "c"), (3, 1));
    assert_eq!(at(&source, "d"), (4, 1));
    assert_eq!(at(&source, "e"), (6, 1));
    assert_eq!(source.position(4), Position { line: 2, column: 3 });
}

#[test]
fn slices_outside_of_the_text_are_empty() {
    let source = source("ä");
    assert_eq!(source.slice(Span::new(SourceId(0), 0, 2)), "ä");
    assert_eq!(source.slice(Span::new(SourceId(0), 0, 1)), "");
    assert_eq!(source.slice(Span::new(SourceId(0), 1, 9)), "");
}
