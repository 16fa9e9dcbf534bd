//! Resources, modules and tests, with their loops and conditions.

use super::statement::ASSIGNED;
use super::{LINE, Parsed, Parser};
use crate::lexer::TokenKind;
use crate::syntax::{Expression, Loop, Resource, StatementKind};

/// What a body may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BodyKind {
    Resource,
    Module,
    Test,
}

/// A body, its loop and its condition.
#[derive(Default)]
struct Body {
    each: Option<Loop>,
    condition: Option<Expression>,
    object: Option<Expression>,
}

impl Parser<'_> {
    pub(super) fn resource_statement(&mut self) -> Parsed<StatementKind> {
        Ok(StatementKind::Resource(self.bodied(BodyKind::Resource)))
    }

    pub(super) fn module_statement(&mut self) -> Parsed<StatementKind> {
        Ok(StatementKind::Module(self.bodied(BodyKind::Module)))
    }

    pub(super) fn test_statement(&mut self) -> Parsed<StatementKind> {
        Ok(StatementKind::Test(self.bodied(BodyKind::Test)))
    }

    fn bodied(&mut self, kind: BodyKind) -> Box<Resource> {
        self.next();
        let name = self.name(LINE.and(TokenKind::Text).and(TokenKind::TextLeft));
        let first = self.at;
        let ty = self.recover(ASSIGNED, Parser::string);
        let ty = ty.unwrap_or_else(|| self.broken(first));
        let existing = kind == BodyKind::Resource && self.is_word("existing");
        if existing {
            self.next();
        }
        let ends = LINE.and(TokenKind::OpenBrace);
        let assigned = self.recover(ends, |parser| parser.expect(TokenKind::Assignment, "`=`")).is_some();
        let next = self.behind_lines();
        if assigned && kind != BodyKind::Test && self.is_word_at(next, "if") {
            self.skip_lines();
        }
        let first = self.at;
        let Body { each, condition, object } =
            self.recover(LINE, |parser| parser.body(kind)).unwrap_or_default();
        let body = object.unwrap_or_else(|| self.broken(first));
        Box::new(Resource { name, ty, existing, each, condition, body })
    }

    fn body(&mut self, kind: BodyKind) -> Parsed<Body> {
        match self.peek().kind {
            TokenKind::OpenSquare if kind != BodyKind::Test => {
                let (each, body) = self.each(|parser| parser.filtered(kind))?;
                Ok(Body { each: Some(each), ..body.unwrap_or_default() })
            }
            _ => self.filtered(kind),
        }
    }

    fn filtered(&mut self, kind: BodyKind) -> Parsed<Body> {
        let nests = kind == BodyKind::Resource;
        if kind != BodyKind::Test && self.is_word("if") {
            let first = self.at;
            self.next();
            let ends = LINE.and(TokenKind::OpenBrace).and(TokenKind::CloseSquare);
            let condition = self.recover(ends, |parser| parser.list(Parser::expression, true));
            let condition = condition.and_then(|mut found| found.pop().flatten());
            let condition = condition.unwrap_or_else(|| self.broken(first));
            let ends = LINE.and(TokenKind::CloseSquare);
            let object = self.recover(ends, |parser| parser.deeper(|parser| parser.object(nests)));
            return Ok(Body { each: None, condition: Some(condition), object });
        }
        if self.is(TokenKind::OpenBrace) {
            let object = self.deeper(|parser| parser.object(nests))?;
            return Ok(Body { object: Some(object), ..Body::default() });
        }
        self.fail("`{`, `[` or `if`")
    }
}
