//! Strings: what their pieces say.

use armlint_engine::syntax::Scalar;

use super::{LINE, Parsed, Parser};
use crate::lexer::{Quotes, Token, TokenKind, escape};
use crate::syntax::{Expression, ExpressionKind, Piece};

impl Parser<'_> {
    pub(super) fn string(&mut self) -> Parsed<Expression> {
        let first = self.at;
        let token = self.peek();
        if token.kind == TokenKind::Text {
            self.next();
            let kind = match token.broken {
                true => ExpressionKind::Broken,
                false => ExpressionKind::Text(Box::new(self.decoded(token))),
            };
            return Ok(self.made(kind, first));
        }
        if token.kind != TokenKind::TextLeft {
            return self.fail("a string");
        }
        let (pieces, broken) = self.pieces();
        let kind = if broken { ExpressionKind::Broken } else { ExpressionKind::Interpolated(pieces) };
        Ok(self.made(kind, first))
    }

    fn pieces(&mut self) -> (Vec<Piece>, bool) {
        let mut pieces = Vec::new();
        let mut broken = false;
        let ends = LINE.and(TokenKind::TextMiddle).and(TokenKind::TextRight);
        loop {
            let token = self.next();
            broken |= token.broken;
            pieces.push(Piece::Text(self.decoded(token), self.span(token)));
            if token.kind == TokenKind::TextRight {
                return (pieces, broken);
            }
            pieces.push(Piece::Hole(self.expression_until(ends)));
            if !ends.holds(self.peek().kind) {
                self.complain("expected `}`");
                while !ends.holds(self.peek().kind) && !self.is(TokenKind::End) {
                    self.next();
                }
            }
            if self.is_end_of_line() {
                return (pieces, true);
            }
        }
    }

    // The text of a piece, without its delimiters.
    fn decoded(&self, token: Token) -> Scalar {
        let text = self.written(token);
        let opens = matches!(token.kind, TokenKind::Text | TokenKind::TextLeft);
        let ends = matches!(token.kind, TokenKind::Text | TokenKind::TextRight);
        let (before, behind) = match token.quotes {
            Quotes::Single => (1, if ends { 1 } else { 2 }),
            Quotes::Triple(dollars) => {
                let dollars = usize::from(dollars);
                (if opens { dollars + 3 } else { 1 }, if ends { 3 } else { dollars + 1 })
            }
        };
        let end = text.len().saturating_sub(behind).max(before);
        let inner = text.get(before..end).unwrap_or_default();
        let start = token.start + before as u32;
        match token.quotes {
            Quotes::Single => unescaped(inner, start),
            Quotes::Triple(_) => {
                // The line end behind the opening quotes is no part of the text.
                let line = if opens { line_end(inner) } else { 0 };
                Scalar::verbatim(&inner[line..], start + line as u32)
            }
        }
    }
}

fn line_end(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

fn unescaped(inner: &str, start: u32) -> Scalar {
    if !inner.contains('\\') {
        return Scalar::verbatim(inner, start);
    }
    let mut text = String::with_capacity(inner.len());
    let mut table = vec![(0, start)];
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escaped = &rest[at..];
        let (character, length) = escape(escaped.as_bytes()).unwrap_or(('\u{fffd}', 1));
        text.push(character);
        rest = &escaped[length..];
        table.push((text.len() as u32, start + (inner.len() - rest.len()) as u32));
    }
    text.push_str(rest);
    Scalar::mapped(text, table)
}
