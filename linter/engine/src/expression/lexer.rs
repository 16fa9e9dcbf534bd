//! Tokens of an expression, by byte offsets into its decoded text.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Identifier,
    /// With its quotes.
    String,
    /// A string that the text ends in.
    Unterminated,
    Number,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    /// A character that starts no token.
    Other,
    End,
}

/// The token at or behind `at`, white space skipped.
pub(super) fn next(text: &str, at: usize) -> Token {
    let bytes = text.as_bytes();
    // The engine skips white space of any script, such as the no-break spaces of copied samples.
    let rest = text.get(at..).unwrap_or("");
    let start = at + (rest.len() - rest.trim_start().len());
    let token = |kind, end| Token { kind, start, end };
    let Some(&first) = bytes.get(start) else { return token(TokenKind::End, start) };
    match first {
        b'(' => token(TokenKind::Open, start + 1),
        b')' => token(TokenKind::Close, start + 1),
        b'[' => token(TokenKind::OpenBracket, start + 1),
        b']' => token(TokenKind::CloseBracket, start + 1),
        b',' => token(TokenKind::Comma, start + 1),
        b'.' => token(TokenKind::Dot, start + 1),
        b'\'' => string(bytes, start),
        b'0'..=b'9' | b'-' | b'+' => token(TokenKind::Number, number_end(bytes, start)),
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => token(TokenKind::Identifier, run(bytes, start, is_word)),
        _ => {
            let width = text[start..].chars().next().map_or(1, char::len_utf8);
            token(TokenKind::Other, start + width)
        }
    }
}

/// The end of the property name that starts at `start`: wider than an identifier, since names of outputs
/// and tags hold hyphens and may start with a digit.
pub(super) fn property_end(text: &str, start: usize) -> usize {
    run(text.as_bytes(), start, |byte| is_word(byte) || byte == b'-')
}

fn string(bytes: &[u8], start: usize) -> Token {
    let mut at = start + 1;
    while let Some(quote) = memchr::memchr(b'\'', &bytes[at..]) {
        at += quote + 1;
        if bytes.get(at) != Some(&b'\'') {
            return Token { kind: TokenKind::String, start, end: at };
        }
        at += 1;
    }
    Token { kind: TokenKind::Unterminated, start, end: bytes.len() }
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let end = run(bytes, start + 1, |byte| byte.is_ascii_digit());
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        return run(bytes, end + 1, |byte| byte.is_ascii_digit());
    }
    end
}

fn run(bytes: &[u8], start: usize, holds: impl Fn(u8) -> bool) -> usize {
    start + bytes[start..].iter().take_while(|byte| holds(**byte)).count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}
