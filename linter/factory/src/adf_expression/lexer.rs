//! Tokens of an expression.

use std::ops::Range;

/// A token and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    /// With its quotes.
    String,
    /// A string that the text ends in.
    Unterminated,
    Number,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    /// The end of an interpolation.
    CloseBrace,
    Comma,
    Dot,
    Question,
    /// A character that starts no token.
    Other,
    End,
}

/// The token at or behind `at`, white space skipped; `at` is the start of a character.
pub(super) fn next(text: &str, at: usize) -> Token {
    let rest = text.get(at..).unwrap_or("");
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = text.get(start..).unwrap_or("");
    let Some(first) = rest.chars().next() else {
        return Token { kind: TokenKind::End, range: start..start };
    };
    let (kind, length) = match first {
        '(' => (TokenKind::Open, 1),
        ')' => (TokenKind::Close, 1),
        '[' => (TokenKind::OpenBracket, 1),
        ']' => (TokenKind::CloseBracket, 1),
        '}' => (TokenKind::CloseBrace, 1),
        ',' => (TokenKind::Comma, 1),
        '.' => (TokenKind::Dot, 1),
        '?' => (TokenKind::Question, 1),
        '\'' => string(rest),
        '-' | '+' | '0'..='9' => number(rest),
        _ if first.is_alphabetic() || first == '_' || first == '$' => {
            (TokenKind::Name, run(rest, |character| character.is_alphanumeric() || "_$".contains(character)))
        }
        _ => (TokenKind::Other, first.len_utf8()),
    };
    Token { kind, range: start..start + length }
}

/// The name of a member at or behind `at`; empty where there is none.
pub(super) fn member(text: &str, at: usize) -> Range<usize> {
    let rest = text.get(at..).unwrap_or("");
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = text.get(start..).unwrap_or("");
    let part = |character: char| character.is_alphanumeric() || "_$-#@:".contains(character);
    start..start + run(rest, part)
}

fn string(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while let Some(quote) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\'', rest)) {
        at += quote + 1;
        if bytes.get(at) != Some(&b'\'') {
            return (TokenKind::String, at);
        }
        at += 1;
    }
    (TokenKind::Unterminated, rest.len())
}

// A digit before or behind the point may be missing: `.5`, `1.`.
fn number(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        from + bytes.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let signed = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits(signed);
    let mut end = whole;
    // Behind the point of `1.name` is no fraction.
    let named = bytes.get(whole + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    if bytes.get(whole) == Some(&b'.') && !named {
        end = digits(whole + 1);
        if end == whole + 1 && whole == signed {
            return (TokenKind::Other, 1);
        }
    }
    if end == signed {
        return (TokenKind::Other, 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    (TokenKind::Number, end)
}

/// The number that starts with a point at `at`, where an expression is expected.
pub(super) fn fraction(text: &str, at: usize) -> Option<Range<usize>> {
    let (kind, length) = number(text.get(at..)?);
    (kind == TokenKind::Number).then_some(at..at + length)
}

fn run(rest: &str, holds: impl Fn(char) -> bool) -> usize {
    rest.find(|character: char| !holds(character)).unwrap_or(rest.len())
}
