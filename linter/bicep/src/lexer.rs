//! From the text of a file to tokens. Blanks and comments are no tokens; line ends are.
//!
//! Source: Azure/bicep, Bicep.Core/Parsing/Lexer.cs, 0.46.

mod string;
pub(crate) use string::escape;
mod trivia;

use armlint_engine::span::{SourceId, Span};

use crate::syntax::{Directive, SyntaxError};
use string::Template;

/// A token and the bytes that it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// A piece of a string whose text is not what is written.
    pub broken: bool,
    /// How a piece of a string is quoted.
    pub quotes: Quotes,
    /// Its first byte.
    pub start: u32,
    /// The byte behind its last one.
    pub end: u32,
}

/// How a string is quoted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quotes {
    /// In single quotes.
    #[default]
    Single,
    /// In three quotes, behind this many dollars, which as many open a hole.
    Triple(u8),
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "they are named for what they are")]
pub enum TokenKind {
    End,
    NewLine,
    Identifier,
    Integer,
    True,
    False,
    Null,
    /// `'text'`
    Text,
    /// `'text${`
    TextLeft,
    /// `}text${`
    TextMiddle,
    /// `}text'`
    TextRight,
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
    OpenSquare,
    CloseSquare,
    At,
    Comma,
    Dot,
    Ellipsis,
    Question,
    DoubleQuestion,
    Colon,
    DoubleColon,
    Assignment,
    Plus,
    Minus,
    Asterisk,
    Slash,
    Percent,
    Exclamation,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Equal,
    NotEqual,
    EqualInsensitive,
    NotEqualInsensitive,
    And,
    Or,
    Arrow,
    Pipe,
    Hat,
    /// Nothing of the language.
    Unrecognized,
}

/// What the lexer makes of a text.
#[derive(Debug, Default)]
pub struct Lexed {
    /// The tokens; the last is the end.
    pub tokens: Vec<Token>,
    /// The comments, with their delimiters.
    pub comments: Vec<Span>,
    /// The directives for the compiler's diagnostics.
    pub directives: Vec<Directive>,
    /// What is wrong, in its order.
    pub errors: Vec<SyntaxError>,
}

/// Reads a text that is not longer than 4 GB.
pub fn lex(text: &str, source: SourceId) -> Lexed {
    let tokens = Vec::with_capacity(text.len() / 6);
    let lexed = Lexed { tokens, ..Lexed::default() };
    let mut lexer = Lexer { text, bytes: text.as_bytes(), source, at: 0, templates: Vec::new(), lexed };
    if text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    lexer.run();
    lexer.lexed
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    source: SourceId,
    at: usize,
    /// The strings whose holes are open, and the braces in these.
    templates: Vec<Template>,
    lexed: Lexed,
}

impl Lexer<'_> {
    fn run(&mut self) {
        loop {
            self.trivia();
            if self.at >= self.bytes.len() {
                break;
            }
            self.token();
        }
        let end = self.bytes.len();
        if !self.templates.is_empty() {
            self.error(end, end, "the string's `${` has no `}`");
        }
        self.push(TokenKind::End, end);
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn error(&mut self, start: usize, end: usize, message: &str) {
        let span = Span::new(self.source, start, end.max(start));
        self.lexed.errors.push(SyntaxError { span, message: message.into() });
    }

    // A token from `start` to where the lexer is.
    fn push(&mut self, kind: TokenKind, start: usize) {
        self.push_piece(kind, start, Quotes::Single, false);
    }

    fn push_piece(&mut self, kind: TokenKind, start: usize, quotes: Quotes, broken: bool) {
        let (start, end) = (start as u32, self.at as u32);
        self.lexed.tokens.push(Token { kind, broken, quotes, start, end });
    }

    fn token(&mut self) {
        let start = self.at;
        match self.bytes[start] {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(start),
            b'0'..=b'9' => {
                self.skip(|byte| byte.is_ascii_digit());
                self.push(TokenKind::Integer, start);
            }
            b'\r' | b'\n' if !self.templates.is_empty() => {
                self.error(start, start + 1, "a line ends inside of the string's `${`");
                self.templates.clear();
                self.push_piece(TokenKind::TextRight, start, Quotes::Single, true);
            }
            b'\r' | b'\n' => {
                self.skip(|byte| matches!(byte, b'\r' | b'\n'));
                self.push(TokenKind::NewLine, start);
            }
            b'\'' => self.open_string(start, 0),
            b'$' => self.dollars(start),
            b'{' => {
                if !self.templates.is_empty() {
                    self.templates.push(Template::Brace);
                }
                self.at += 1;
                self.push(TokenKind::OpenBrace, start);
            }
            b'}' => self.close_brace(start),
            _ => self.punctuation(start),
        }
    }

    fn skip(&mut self, belongs: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|byte| belongs(*byte)) {
            self.at += 1;
        }
    }

    fn word(&mut self, start: usize) {
        self.skip(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let kind = match &self.bytes[start..self.at] {
            b"true" => TokenKind::True,
            b"false" => TokenKind::False,
            b"null" => TokenKind::Null,
            _ => TokenKind::Identifier,
        };
        self.push(kind, start);
    }

    fn punctuation(&mut self, start: usize) {
        let (kind, length) = punctuation(&self.bytes[start..]);
        self.at += length;
        if kind == TokenKind::Unrecognized {
            // A whole character, whatever it is.
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
            let message = match self.bytes[start] {
                b'"' => "strings stand in single quotes",
                b';' => "statements end with their line",
                _ => "this character means nothing here",
            };
            self.error(start, self.at, message);
        }
        self.push(kind, start);
    }
}

// The longest token that a text starts with.
fn punctuation(bytes: &[u8]) -> (TokenKind, usize) {
    use TokenKind::*;
    let two = match bytes {
        [b'?', b'?', ..] => Some(DoubleQuestion),
        [b':', b':', ..] => Some(DoubleColon),
        [b'!', b'=', ..] => Some(NotEqual),
        [b'!', b'~', ..] => Some(NotEqualInsensitive),
        [b'<', b'=', ..] => Some(LessOrEqual),
        [b'>', b'=', ..] => Some(GreaterOrEqual),
        [b'=', b'=', ..] => Some(Equal),
        [b'=', b'~', ..] => Some(EqualInsensitive),
        [b'=', b'>', ..] => Some(Arrow),
        [b'&', b'&', ..] => Some(And),
        [b'|', b'|', ..] => Some(Or),
        [b'.', b'.', b'.', ..] => return (Ellipsis, 3),
        _ => None,
    };
    if let Some(kind) = two {
        return (kind, 2);
    }
    let kind = match bytes.first() {
        Some(b'(') => OpenParen,
        Some(b')') => CloseParen,
        Some(b'[') => OpenSquare,
        Some(b']') => CloseSquare,
        Some(b'@') => At,
        Some(b',') => Comma,
        Some(b'.') => Dot,
        Some(b'?') => Question,
        Some(b':') => Colon,
        Some(b'=') => Assignment,
        Some(b'+') => Plus,
        Some(b'-') => Minus,
        Some(b'*') => Asterisk,
        Some(b'/') => Slash,
        Some(b'%') => Percent,
        Some(b'!') => Exclamation,
        Some(b'<') => Less,
        Some(b'>') => Greater,
        Some(b'|') => Pipe,
        Some(b'^') => Hat,
        _ => Unrecognized,
    };
    (kind, 1)
}

#[cfg(test)]
mod tests;
