//! Declarations.

use super::{Ends, LINE, Parsed, Parser};
use crate::lexer::TokenKind;
use crate::syntax::{
    Decorator, Expression, Function, Name, Output, Parameter, Statement, StatementKind, Type, Variable,
};

/// What reads a declaration from its keyword on.
type Reader<'s> = fn(&mut Parser<'s>) -> Parsed<StatementKind>;

const NAMED: Ends = LINE.and(TokenKind::Identifier);
pub(super) const ASSIGNED: Ends = LINE.and(TokenKind::Assignment);

impl<'s> Parser<'s> {
    pub(super) fn program(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            self.skip_lines();
            if self.is(TokenKind::End) {
                return statements;
            }
            let first = self.at;
            let read = self.recover(LINE, |parser| parser.statement(false));
            let is_whole = read.is_some();
            statements.push(read.unwrap_or_else(|| {
                let (span, decorators) = (self.since(first), Vec::new());
                Statement { span, decorators, kind: StatementKind::Broken }
            }));
            if is_whole && !self.is_end_of_line() && !self.is_declaration() {
                self.recover(LINE, |parser| parser.expect(TokenKind::NewLine, "a new line"));
            }
            if self.at == first {
                self.next();
            }
        }
    }

    /// A resource in the body of its parent.
    pub(super) fn nested_resource(&mut self) -> Parsed<Statement> {
        self.statement(true)
    }

    fn statement(&mut self, nested: bool) -> Parsed<Statement> {
        let first = self.at;
        let decorators = self.decorators();
        let word = match self.peek().kind {
            TokenKind::Identifier => self.written(self.peek()),
            _ => "",
        };
        let Some(read) = self.reader(word).filter(|_| !nested || word == "resource") else {
            if decorators.is_empty() {
                return self.fail("a declaration");
            }
            self.complain("the decorators stand before no declaration");
            return Ok(Statement { span: self.since(first), decorators, kind: StatementKind::Missing });
        };
        let kind = read(self)?;
        Ok(Statement { span: self.since(first), decorators, kind })
    }

    fn reader(&self, word: &str) -> Option<Reader<'s>> {
        let common: Option<Reader<'s>> = match word {
            "var" => Some(Parser::variable_statement),
            "type" => Some(Parser::type_statement),
            "import" => Some(Parser::import_statement),
            "extension" => Some(Parser::extension_statement),
            _ => None,
        };
        let own: Option<Reader<'s>> = match (word, self.is_parameters) {
            ("targetScope", false) => Some(Parser::target_scope),
            ("metadata", false) => Some(Parser::metadata),
            ("param", false) => Some(Parser::parameter),
            ("func", false) => Some(Parser::function),
            ("output", false) => Some(Parser::output),
            ("resource", false) => Some(Parser::resource_statement),
            ("module", false) => Some(Parser::module_statement),
            ("test", false) => Some(Parser::test_statement),
            ("assert", false) => Some(Parser::assertion),
            ("param", true) => Some(Parser::parameter_value),
            ("using", true) => Some(Parser::using_statement),
            ("extends", true) => Some(Parser::extends_statement),
            ("extensionConfig", true) => Some(Parser::extension_configuration),
            _ => None,
        };
        common.or(own)
    }

    pub(super) fn decorators(&mut self) -> Vec<Decorator> {
        let mut decorators = Vec::new();
        while self.is(TokenKind::At) {
            let first = self.at;
            let read = self.recover(LINE, Parser::decorator);
            decorators.extend(read.map(|mut decorator| {
                decorator.span = self.since(first);
                decorator
            }));
            if self.is(TokenKind::End) || self.is_declaration() {
                break;
            }
            self.recover(LINE, |parser| parser.expect(TokenKind::NewLine, "a new line"));
            self.skip_lines();
        }
        decorators
    }

    fn decorator(&mut self) -> Parsed<Decorator> {
        let at = self.next();
        let span = self.span(at);
        let token = self.expect(TokenKind::Identifier, "the name of a decorator")?;
        let (mut name, mut namespace) = (self.named(token), None);
        if self.skip_if(TokenKind::Dot) {
            let token = self.expect(TokenKind::Identifier, "the name of a decorator")?;
            namespace = Some(std::mem::replace(&mut name, self.named(token)));
        }
        let arguments = if self.is(TokenKind::OpenParen) { self.arguments()? } else { Vec::new() };
        Ok(Decorator { span, namespace, name, arguments })
    }

    pub(super) fn assign(&mut self, ends: Ends) {
        self.recover(ends, |parser| parser.expect(TokenKind::Assignment, "`=`"));
    }

    fn value(&mut self) -> Expression {
        self.expression_until(LINE)
    }

    // `keyword name = value`.
    fn named_value(&mut self) -> (Name, Expression) {
        self.next();
        let name = self.name(ASSIGNED);
        self.assign(LINE);
        (name, self.value())
    }

    fn target_scope(&mut self) -> Parsed<StatementKind> {
        self.next();
        self.assign(LINE);
        Ok(StatementKind::TargetScope(self.value()))
    }

    fn metadata(&mut self) -> Parsed<StatementKind> {
        let (name, value) = self.named_value();
        Ok(StatementKind::Metadata(name, value))
    }

    fn assertion(&mut self) -> Parsed<StatementKind> {
        let (name, value) = self.named_value();
        Ok(StatementKind::Assert(name, value))
    }

    fn parameter_value(&mut self) -> Parsed<StatementKind> {
        let (name, value) = self.named_value();
        Ok(StatementKind::Assignment(name, value))
    }

    fn parameter(&mut self) -> Parsed<StatementKind> {
        self.next();
        let name = self.name(NAMED);
        let ty = self.type_until(ASSIGNED.and(TokenKind::OpenBrace), false);
        let mut default = None;
        if self.skip_if(TokenKind::Assignment) {
            default = Some(self.value());
        } else if !self.is_end_of_line() {
            self.recover::<()>(LINE, |parser| parser.fail("`=` or a new line"));
        }
        Ok(StatementKind::Parameter(Box::new(Parameter { name, ty, default })))
    }

    fn variable_statement(&mut self) -> Parsed<StatementKind> {
        self.next();
        let name = self.name(ASSIGNED);
        let is_typed = !self.is_end_of_line() && !self.is(TokenKind::Assignment);
        let ty = is_typed.then(|| self.type_until(ASSIGNED, false));
        self.assign(LINE);
        let value = self.value();
        Ok(StatementKind::Variable(Box::new(Variable { name, ty, value })))
    }

    fn type_statement(&mut self) -> Parsed<StatementKind> {
        self.next();
        let name = self.name(ASSIGNED);
        self.assign(LINE);
        let ty: Type = self.type_until(ASSIGNED.and(TokenKind::OpenBrace), false);
        Ok(StatementKind::Type(name, ty))
    }

    fn output(&mut self) -> Parsed<StatementKind> {
        self.next();
        let name = self.name(NAMED);
        let ty = self.type_until(ASSIGNED, true);
        self.assign(LINE);
        let value = self.value();
        Ok(StatementKind::Output(Box::new(Output { name, ty, value })))
    }

    fn function(&mut self) -> Parsed<StatementKind> {
        self.next();
        let name = self.name(LINE.and(TokenKind::OpenParen));
        let ends = LINE.and(TokenKind::CloseParen);
        let parameter = |parser: &mut Self| {
            let token = parser.expect(TokenKind::Identifier, "the name of a parameter")?;
            Ok((parser.named(token), parser.type_until(ends.and(TokenKind::Comma), false)))
        };
        let parameters = self.list(parameter, true)?.into_iter().flatten().collect();
        let returns = self.type_until(ends.and(TokenKind::Arrow), false);
        let arrow = self.recover(ends, |parser| parser.expect(TokenKind::Arrow, "`=>`"));
        if arrow.is_some() {
            self.skip_lines_unless_declaration();
        }
        let body = self.expression_until(ends);
        Ok(StatementKind::Function(Box::new(Function { name, parameters, returns, body })))
    }
}
