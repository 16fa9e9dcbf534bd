//! What a file takes from others: imports, extensions, and what a file of parameters is for.

use super::{LINE, Parsed, Parser};
use crate::lexer::TokenKind;
use crate::syntax::{Expression, ExpressionKind, Extension, Import, Imported, Name, StatementKind};

impl Parser<'_> {
    pub(super) fn import_statement(&mut self) -> Parsed<StatementKind> {
        // What is now an extension was imported by its name once.
        if matches!(self.ahead(1).kind, TokenKind::Text | TokenKind::TextLeft) && !self.is_parameters {
            return self.extension_statement();
        }
        self.next();
        let what = match self.peek().kind {
            TokenKind::OpenBrace => Imported::Names(self.imported_names()?),
            TokenKind::Asterisk => {
                self.next();
                let name = self.recover(LINE, |parser| {
                    parser.expect_word("as")?;
                    parser.expect(TokenKind::Identifier, "a name")
                });
                name.map_or(Imported::Broken, |name| Imported::All(self.named(name)))
            }
            _ => return self.fail("`{` or `*`"),
        };
        let first = self.at;
        let path = self.recover(LINE, |parser| {
            parser.expect_word("from")?;
            parser.string()
        });
        let path = path.unwrap_or_else(|| self.broken(first));
        Ok(StatementKind::Import(Box::new(Import { what, path })))
    }

    fn imported_names(&mut self) -> Parsed<Vec<(Name, Name)>> {
        self.next();
        let names = self.items(TokenKind::CloseBrace, Parser::imported_name);
        self.expect(TokenKind::CloseBrace, "`}`")?;
        Ok(names.into_iter().flatten().collect())
    }

    fn imported_name(&mut self) -> Option<(Name, Name)> {
        let token = self.peek();
        let exported = match token.kind {
            TokenKind::Identifier => {
                self.next();
                self.named(token)
            }
            TokenKind::Text => {
                let text = self.string().ok()?;
                Name { text: text.text()?.text.clone(), span: text.span }
            }
            _ => {
                self.complain("expected the name of what is imported");
                return None;
            }
        };
        if !self.is_word("as") {
            return Some((exported.clone(), exported));
        }
        self.next();
        let alias = self.name(LINE.and(TokenKind::Comma).and(TokenKind::CloseBrace));
        Some((exported, alias))
    }

    pub(super) fn extension_statement(&mut self) -> Parsed<StatementKind> {
        self.next();
        let first = self.at;
        let what = match self.peek().kind {
            TokenKind::Identifier => {
                let name = self.next();
                let kind = ExpressionKind::Name(self.written(name).into());
                Expression::new(kind, self.since(first))
            }
            _ => self.string()?,
        };
        let configuration = if self.is_word("with") { self.with() } else { None };
        let mut alias = None;
        if !self.is_end_of_line() {
            self.recover(LINE, |parser| parser.expect_word("as"));
            if !self.is_end_of_line() {
                alias = Some(self.name(LINE));
            }
        }
        Ok(StatementKind::Extension(Box::new(Extension { what, configuration, alias })))
    }

    // `with {..}`, or nothing where the line ends.
    fn with(&mut self) -> Option<Expression> {
        if self.is_end_of_line() {
            return None;
        }
        self.recover(LINE, |parser| {
            parser.expect_word("with")?;
            parser.object(false)
        })
    }

    pub(super) fn extension_configuration(&mut self) -> Parsed<StatementKind> {
        self.next();
        let name = self.name(LINE.and(TokenKind::Identifier));
        let configuration = self.with();
        Ok(StatementKind::ExtensionConfig(name, configuration))
    }

    pub(super) fn using_statement(&mut self) -> Parsed<StatementKind> {
        self.next();
        let path = match self.peek().kind {
            TokenKind::Identifier => {
                self.expect_word("none")?;
                None
            }
            TokenKind::Text => Some(self.string()?),
            _ => return self.fail("the path of a template or `none`"),
        };
        Ok(StatementKind::Using(path, self.with()))
    }

    pub(super) fn extends_statement(&mut self) -> Parsed<StatementKind> {
        self.next();
        Ok(StatementKind::Extends(self.string()?))
    }
}
