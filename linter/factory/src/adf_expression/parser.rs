//! From text to expressions.

use std::ops::Range;

use smol_str::SmolStr;

use super::lexer::{self, Token, TokenKind};
use crate::adf_expression::{
    Call, Content, ErrorKind, Expression, ExpressionKind, Form, MAX_DEPTH, SyntaxError,
};

type Read<T> = Result<T, SyntaxError>;

pub(super) fn content(text: &str) -> Content {
    match text.as_bytes() {
        [b'@', b'@', ..] | [b'@'] => Content { form: Form::Literal, expressions: Vec::new(), error: None },
        [b'@', b'{', ..] => interpolated(text),
        [b'@', ..] => whole(text),
        _ => interpolated(text),
    }
}

/// The offset of the next `@{` at or behind `at` that is not escaped.
pub(super) fn interpolation(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at;
    loop {
        at += memchr::memchr(b'@', bytes.get(at..)?)?;
        match bytes.get(at + 1)? {
            b'{' => return Some(at),
            b'@' => at += 2,
            _ => at += 1,
        }
    }
}

fn whole(text: &str) -> Content {
    let mut parser = Parser { text, at: 1, depth: 0 };
    let read = parser.expression().and_then(|expression| {
        let behind = parser.peek();
        match behind.kind {
            TokenKind::End => Ok(expression),
            _ => Err(SyntaxError { kind: ErrorKind::Trailing, range: behind.range.start..text.len() }),
        }
    });
    match read {
        Ok(expression) => Content { form: Form::Whole, expressions: vec![expression], error: None },
        Err(error) => Content { form: Form::Whole, expressions: Vec::new(), error: Some(error) },
    }
}

fn interpolated(text: &str) -> Content {
    let mut content = Content { form: Form::Literal, expressions: Vec::new(), error: None };
    let mut at = 0;
    while let Some(start) = interpolation(text, at) {
        content.form = Form::Interpolated;
        let mut parser = Parser { text, at: start + 2, depth: 0 };
        let read = parser.expression().and_then(|expression| {
            let behind = parser.next();
            let kind = match behind.kind {
                TokenKind::CloseBrace => return Ok(expression),
                TokenKind::End => {
                    let range = start..start + 2;
                    return Err(SyntaxError { kind: ErrorKind::UnclosedInterpolation, range });
                }
                _ => ErrorKind::Trailing,
            };
            Err(SyntaxError { kind, range: behind.range })
        });
        match read {
            Ok(expression) => content.expressions.push(expression),
            Err(error) => {
                // Where a broken expression ends is not known, so that the rest is not read.
                content.error = Some(error);
                break;
            }
        }
        at = parser.at;
    }
    content
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Token {
        lexer::next(self.text, self.at)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = token.range.end;
        token
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    fn expression(&mut self) -> Read<Expression> {
        if self.depth >= MAX_DEPTH {
            return Err(SyntaxError { kind: ErrorKind::TooDeep, range: self.peek().range });
        }
        self.depth += 1;
        let read = self.primary().and_then(|first| self.members(first));
        self.depth -= 1;
        read
    }

    fn primary(&mut self) -> Read<Expression> {
        let token = self.next();
        let kind = match token.kind {
            TokenKind::String => {
                let inner = self.slice(&(token.range.start + 1..token.range.end - 1));
                ExpressionKind::String(unquoted(inner))
            }
            TokenKind::Number => ExpressionKind::Number(self.slice(&token.range).into()),
            TokenKind::Name => return self.name(token),
            TokenKind::Dot if let Some(range) = lexer::fraction(self.text, token.range.start) => {
                self.at = range.end;
                return Ok(Expression { kind: ExpressionKind::Number(self.slice(&range).into()), range });
            }
            TokenKind::Unterminated => return fail(ErrorKind::UnterminatedString, token),
            TokenKind::End | TokenKind::CloseBrace => return fail(ErrorKind::Empty, token),
            TokenKind::Other if self.slice(&token.range) == "\"" => {
                return fail(ErrorKind::DoubleQuote, token);
            }
            _ => return fail(ErrorKind::ExpectedExpression, token),
        };
        Ok(Expression { kind, range: token.range })
    }

    // Letters right behind the quote of a string.
    fn is_within(&self, token: &Token) -> bool {
        let before = self.text.get(..token.range.start).unwrap_or_default();
        token.kind == TokenKind::Name && before.ends_with('\'')
    }

    fn name(&mut self, token: Token) -> Read<Expression> {
        if self.peek().kind == TokenKind::Open {
            self.next();
            return self.call(token);
        }
        let name = self.slice(&token.range);
        let kind = match name.to_ascii_lowercase().as_str() {
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "null" => ExpressionKind::Null,
            _ => return fail(ErrorKind::BareName, token),
        };
        Ok(Expression { kind, range: token.range })
    }

    fn call(&mut self, name: Token) -> Read<Expression> {
        let mut arguments = Vec::new();
        if self.peek().kind == TokenKind::Close {
            self.next();
        } else {
            loop {
                arguments.push(self.expression()?);
                let behind = self.next();
                match behind.kind {
                    TokenKind::Comma => {}
                    TokenKind::Close => break,
                    _ if self.is_within(&behind) => return fail(ErrorKind::QuoteWithin, behind),
                    _ => return fail(ErrorKind::ExpectedCommaOrClose, behind),
                }
            }
        }
        let range = name.range.start..self.at;
        let call = Call { name: self.slice(&name.range).into(), name_range: name.range, arguments };
        Ok(Expression { kind: ExpressionKind::Call(call), range })
    }

    fn members(&mut self, first: Expression) -> Read<Expression> {
        let mut value = first;
        // A chain is a tree as deep as it is long, and whoever walks it does so by recursion.
        for _ in 0..MAX_DEPTH {
            let behind = self.at;
            let mut token = self.next();
            let safe = token.kind == TokenKind::Question;
            if safe {
                token = self.next();
            }
            let start = value.range.start;
            let base = Box::new(value);
            let kind = match token.kind {
                TokenKind::Dot => self.property(base, safe)?,
                TokenKind::OpenBracket => self.index(base, safe)?,
                _ if safe => return fail(ErrorKind::ExpectedName, token),
                _ => {
                    self.at = behind;
                    return Ok(*base);
                }
            };
            value = Expression { kind, range: start..self.at };
        }
        Err(SyntaxError { kind: ErrorKind::TooDeep, range: self.peek().range })
    }

    fn property(&mut self, base: Box<Expression>, safe: bool) -> Read<ExpressionKind> {
        let name_range = lexer::member(self.text, self.at);
        if name_range.is_empty() {
            return fail(ErrorKind::ExpectedName, self.peek());
        }
        self.at = name_range.end;
        let name = self.slice(&name_range).into();
        Ok(ExpressionKind::Property { base, name, name_range, safe })
    }

    fn index(&mut self, base: Box<Expression>, safe: bool) -> Read<ExpressionKind> {
        let index = Box::new(self.expression()?);
        let behind = self.next();
        match behind.kind {
            TokenKind::CloseBracket => Ok(ExpressionKind::Index { base, index, safe }),
            _ => fail(ErrorKind::ExpectedCloseBracket, behind),
        }
    }
}

fn unquoted(inner: &str) -> SmolStr {
    match inner.contains("''") {
        true => inner.replace("''", "'").into(),
        false => inner.into(),
    }
}

fn fail<T>(kind: ErrorKind, token: Token) -> Read<T> {
    Err(SyntaxError { kind, range: token.range })
}
