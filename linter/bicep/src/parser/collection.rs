//! Objects, arrays and loops.

use armlint_engine::syntax::Scalar;

use super::{Ends, LINE, Parsed, Parser};
use crate::lexer::TokenKind;
use crate::syntax::{Element, Entry, Expression, ExpressionKind, Key, Loop, Member, Name};

const ENTRY: Ends = LINE.and(TokenKind::CloseBrace);
const ELEMENT: Ends = LINE.and(TokenKind::CloseSquare);

impl Parser<'_> {
    /// An object; in the body of a resource, `nests` says that resources may be declared.
    pub(super) fn object(&mut self, nests: bool) -> Parsed<Expression> {
        let first = self.at;
        self.expect(TokenKind::OpenBrace, "`{`")?;
        let entries = self.items(TokenKind::CloseBrace, |parser| parser.entry(nests));
        self.close(TokenKind::CloseBrace, "`}`")?;
        Ok(self.made(ExpressionKind::Object(entries), first))
    }

    fn close(&mut self, kind: TokenKind, what: &str) -> Parsed<()> {
        if self.is(TokenKind::End) || (!self.is(kind) && self.is_declaration()) {
            self.complain(format!("expected {what}"));
            return Ok(());
        }
        self.expect(kind, what).map(drop)
    }

    /// What stands in brackets, separated by line ends or a comma.
    pub(super) fn items<T>(&mut self, close: TokenKind, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        self.skip_lines();
        while !self.is(TokenKind::End) && !self.is(close) && !self.is_declaration() {
            let first = self.at;
            items.push(read(self));
            let separates = matches!(self.peek().kind, TokenKind::NewLine | TokenKind::Comma);
            if self.at == first && !separates && !self.is(close) {
                self.next();
            }
            match self.peek().kind {
                TokenKind::NewLine => self.skip_lines(),
                TokenKind::Comma => {
                    self.next();
                    if self.is(TokenKind::NewLine) {
                        self.complain("a line ends behind a comma: one of the two separates");
                        self.skip_lines();
                    }
                }
                kind if kind == close || kind == TokenKind::End => {}
                _ if self.is_declaration() => {}
                _ => self.complain("expected a new line or a comma"),
            }
        }
        items
    }

    fn entry(&mut self, nests: bool) -> Entry {
        let first = self.at;
        let is_resource = self.is_word("resource") && self.ahead(1).kind == TokenKind::Identifier;
        if nests && (self.is(TokenKind::At) || is_resource) {
            let statement = self.recover(ENTRY, |parser| parser.deeper(Parser::nested_resource));
            return statement.map_or_else(|| Entry::Broken(self.since(first)), Entry::Resource);
        }
        if self.skip_if(TokenKind::Ellipsis) {
            return Entry::Spread(self.expression_until(ENTRY.and(TokenKind::Comma)));
        }
        let ends = ENTRY.and(TokenKind::Colon);
        let key = self.recover(ends, Parser::key);
        let key_span = self.since(first);
        self.recover(ENTRY, |parser| parser.expect(TokenKind::Colon, "`:`"));
        let value = self.expression_until(ENTRY);
        match key {
            Some(key) => Entry::Member(Member { key, key_span, value }),
            None => Entry::Broken(self.since(first)),
        }
    }

    fn key(&mut self) -> Parsed<Key> {
        if self.is(TokenKind::Identifier) {
            let token = self.next();
            return Ok(Key::Known(Scalar::verbatim(self.written(token), token.start)));
        }
        if !self.is_text() {
            return self.fail("the name of a property");
        }
        let text = self.string()?;
        match text.kind {
            ExpressionKind::Text(text) => Ok(Key::Known(*text)),
            _ => Ok(Key::Computed(text)),
        }
    }

    pub(super) fn array_or_loop(&mut self) -> Parsed<Expression> {
        let first = self.at;
        let mut count = 1;
        while self.ahead(count).kind == TokenKind::NewLine {
            count += 1;
        }
        if self.is_word_at(self.ahead(count), "for") {
            let (each, body) = self.each(Parser::expression)?;
            let body = body.unwrap_or_else(|| self.broken(self.at));
            return Ok(self.made(ExpressionKind::For(Box::new((each, body))), first));
        }
        self.next();
        let elements = self.items(TokenKind::CloseSquare, |parser| {
            if parser.skip_if(TokenKind::Ellipsis) {
                return Element::Spread(parser.expression_until(ELEMENT.and(TokenKind::Comma)));
            }
            Element::Value(parser.expression_until(ELEMENT))
        });
        self.close(TokenKind::CloseSquare, "`]`")?;
        Ok(self.made(ExpressionKind::Array(elements), first))
    }

    /// `[for item in source: body]`.
    pub(super) fn each<T>(&mut self, body: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<(Loop, Option<T>)> {
        self.expect(TokenKind::OpenSquare, "`[`")?;
        self.skip_lines();
        let first = self.at;
        self.expect_word("for")?;
        let (item, index) = self.loop_variables()?;
        self.recover(ELEMENT, |parser| parser.expect_word("in"));
        let source = self.expression_until(ELEMENT.and(TokenKind::Colon));
        self.recover(ELEMENT, |parser| parser.expect(TokenKind::Colon, "`:`"));
        let span = self.since(first);
        let body = self.recover(ELEMENT, body);
        if body.is_some() {
            self.skip_lines();
        }
        self.recover(ELEMENT, |parser| parser.expect(TokenKind::CloseSquare, "`]`"));
        Ok((Loop { span, item, index, source }, body))
    }

    fn loop_variables(&mut self) -> Parsed<(Name, Option<Name>)> {
        if self.is(TokenKind::OpenParen) {
            let names = self.list(Parser::expression, false)?;
            if names.len() != 2 {
                self.complain("expected a variable of the element and one of the index");
            }
            let mut names = names.iter().map(|name| self.variable(name));
            let item = names.next().unwrap_or(Name { text: "".into(), span: self.span(self.peek()) });
            return Ok((item, names.next()));
        }
        Ok((self.name(ELEMENT), None))
    }
}
