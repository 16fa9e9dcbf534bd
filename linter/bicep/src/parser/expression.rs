//! Expressions.

use super::{CLOSERS, DECLARATIONS_BEHIND_ARROW, Ends, LINE, Parsed, Parser};
use crate::lexer::TokenKind;
use crate::syntax::{Binary, Call, Expression, ExpressionKind, Index, Name, Operator, Property};

/// How strong an operator binds, and what it is.
fn operator(kind: TokenKind) -> Option<(u8, Operator)> {
    Some(match kind {
        TokenKind::Percent => (100, Operator::Modulo),
        TokenKind::Asterisk => (100, Operator::Multiply),
        TokenKind::Slash => (100, Operator::Divide),
        TokenKind::Plus => (90, Operator::Add),
        TokenKind::Minus => (90, Operator::Subtract),
        TokenKind::Greater => (80, Operator::Greater),
        TokenKind::GreaterOrEqual => (80, Operator::GreaterOrEqual),
        TokenKind::Less => (80, Operator::Less),
        TokenKind::LessOrEqual => (80, Operator::LessOrEqual),
        TokenKind::Equal => (70, Operator::Equal),
        TokenKind::NotEqual => (70, Operator::NotEqual),
        TokenKind::EqualInsensitive => (70, Operator::EqualInsensitive),
        TokenKind::NotEqualInsensitive => (70, Operator::NotEqualInsensitive),
        TokenKind::And => (50, Operator::And),
        TokenKind::Or => (40, Operator::Or),
        TokenKind::DoubleQuestion => (30, Operator::Coalesce),
        _ => return None,
    })
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.deeper(Parser::ternary)
    }

    // A line may end before `?` and `:`, and nowhere else between operands.
    fn ternary(&mut self) -> Parsed<Expression> {
        let first = self.at;
        let condition = self.binary(0)?;
        if self.behind_lines().kind != TokenKind::Question {
            return Ok(condition);
        }
        self.skip_lines();
        self.next();
        let then = self.expression_until(CLOSERS.and(TokenKind::Colon));
        if !then.is_broken() && self.behind_lines().kind == TokenKind::Colon {
            self.skip_lines();
        }
        self.recover(CLOSERS, |parser| parser.expect(TokenKind::Colon, "`:`"));
        let otherwise = self.expression_until(CLOSERS);
        let parts = Box::new([condition, then, otherwise]);
        Ok(self.made(ExpressionKind::Ternary(parts), first))
    }

    pub(super) fn made(&mut self, kind: ExpressionKind, first: usize) -> Expression {
        let was_broken = matches!(kind, ExpressionKind::Broken);
        let expression = Expression::new(kind, self.since(first));
        if expression.is_broken() && !was_broken {
            self.complain("this nests too deep");
        }
        expression
    }

    fn binary(&mut self, around: u8) -> Parsed<Expression> {
        let first = self.at;
        let mut left = self.unary()?;
        while let Some((strength, operator)) = operator(self.peek().kind).filter(|found| found.0 > around) {
            let token = self.next();
            let operator_span = self.span(token);
            let right = self.operand(|parser| parser.binary(strength));
            let binary = Binary { left, operator, operator_span, right };
            left = self.made(ExpressionKind::Binary(Box::new(binary)), first);
        }
        Ok(left)
    }

    fn operand(&mut self, read: impl FnOnce(&mut Self) -> Parsed<Expression>) -> Expression {
        let first = self.at;
        self.recover(CLOSERS, read).unwrap_or_else(|| self.broken(first))
    }

    fn unary(&mut self) -> Parsed<Expression> {
        let first = self.at;
        let make: fn(Box<Expression>) -> ExpressionKind = match self.peek().kind {
            TokenKind::Exclamation => ExpressionKind::Not,
            TokenKind::Minus => ExpressionKind::Negative,
            _ => return self.access(),
        };
        self.next();
        let operand = self.operand(Parser::access);
        Ok(self.made(make(Box::new(operand)), first))
    }

    // A primary expression and what is looked up in it.
    fn access(&mut self) -> Parsed<Expression> {
        let first = self.at;
        let mut base = self.primary()?;
        loop {
            let kind = match self.peek().kind {
                TokenKind::OpenSquare => self.index(base)?,
                TokenKind::Dot => self.property(base)?,
                TokenKind::DoubleColon => {
                    self.next();
                    let name = self.member_name();
                    ExpressionKind::Nested(Box::new((base, name)))
                }
                TokenKind::Exclamation => {
                    self.next();
                    ExpressionKind::NonNull(Box::new(base))
                }
                _ => return Ok(base),
            };
            base = self.made(kind, first);
        }
    }

    fn index(&mut self, base: Expression) -> Parsed<ExpressionKind> {
        self.next();
        let safe = self.skip_if(TokenKind::Question);
        let from_end = self.skip_if(TokenKind::Hat);
        let first = self.at;
        let index = if self.is(TokenKind::CloseSquare) {
            self.complain("there is no index");
            self.broken(first)
        } else {
            self.expression()?
        };
        self.expect(TokenKind::CloseSquare, "`]`")?;
        Ok(ExpressionKind::Index(Box::new(Index { base, index, safe, from_end })))
    }

    fn property(&mut self, base: Expression) -> Parsed<ExpressionKind> {
        self.next();
        let safe = self.skip_if(TokenKind::Question);
        let name = self.member_name();
        if !self.is(TokenKind::OpenParen) {
            return Ok(ExpressionKind::Property(Box::new(Property { base, name, safe })));
        }
        if safe {
            self.complain("a call cannot be behind `.?`");
        }
        let arguments = self.arguments()?;
        Ok(ExpressionKind::Method(Box::new((base, Call { name, arguments }))))
    }

    fn member_name(&mut self) -> Name {
        if self.is(TokenKind::Identifier) {
            let token = self.next();
            return self.named(token);
        }
        self.complain("expected a name");
        let start = self.peek().start as usize;
        Name { text: "".into(), span: armlint_engine::span::Span::new(self.source.id, start, start) }
    }

    fn primary(&mut self) -> Parsed<Expression> {
        let first = self.at;
        let token = self.peek();
        let kind = match token.kind {
            TokenKind::Integer => {
                let Ok(number) = self.written(token).parse() else { return self.fail("a number of 64 bits") };
                self.next();
                ExpressionKind::Integer(number)
            }
            TokenKind::True | TokenKind::False => {
                self.next();
                ExpressionKind::Bool(token.kind == TokenKind::True)
            }
            TokenKind::Null => {
                self.next();
                ExpressionKind::Null
            }
            TokenKind::Text | TokenKind::TextLeft => return self.string(),
            TokenKind::OpenBrace => return self.object(false),
            TokenKind::OpenSquare => return self.array_or_loop(),
            TokenKind::OpenParen => return self.parentheses(),
            TokenKind::Identifier => {
                self.next();
                match self.peek().kind {
                    TokenKind::OpenParen => {
                        let name = self.named(token);
                        let arguments = self.arguments()?;
                        ExpressionKind::Call(Box::new(Call { name, arguments }))
                    }
                    TokenKind::Arrow => {
                        let names = vec![self.named(token)];
                        ExpressionKind::Lambda(Box::new((names, self.lambda_body())))
                    }
                    _ => ExpressionKind::Name(self.written(token).into()),
                }
            }
            _ => return self.fail("an expression"),
        };
        Ok(self.made(kind, first))
    }

    // `(expression)`, or the variables of a lambda.
    fn parentheses(&mut self) -> Parsed<Expression> {
        let first = self.at;
        let mut items = self.list(Parser::expression, true)?;
        if self.is(TokenKind::Arrow) {
            let names = items.iter().map(|item| self.variable(item)).collect();
            let body = self.lambda_body();
            return Ok(self.made(ExpressionKind::Lambda(Box::new((names, body))), first));
        }
        let only = items.pop().flatten().filter(|_| items.is_empty());
        let Some(only) = only else {
            self.complain("parentheses hold exactly one expression");
            return Ok(self.broken(first));
        };
        Ok(self.made(ExpressionKind::Parenthesised(Box::new(only)), first))
    }

    /// The variable that an item of a list of variables is.
    pub(super) fn variable(&self, item: &Option<Expression>) -> Name {
        let place = item.as_ref().map_or_else(|| self.span(self.peek()), |item| item.span);
        let text = item.as_ref().and_then(Expression::name).cloned().unwrap_or_default();
        Name { text, span: place }
    }

    fn lambda_body(&mut self) -> Expression {
        self.next();
        self.skip_lines_unless_declaration();
        self.expression_until(LINE.and(TokenKind::CloseParen))
    }

    pub(super) fn skip_lines_unless_declaration(&mut self) {
        let next = self.behind_lines();
        if !DECLARATIONS_BEHIND_ARROW.iter().any(|word| self.is_word_at(next, word)) {
            self.skip_lines();
        }
    }

    /// `( item, item )`; an item that cannot be read is none.
    pub(super) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Parsed<T>,
        lines: bool,
    ) -> Parsed<Vec<Option<T>>> {
        self.expect(TokenKind::OpenParen, "`(`")?;
        let mut items = Vec::new();
        let skip = |parser: &mut Self| {
            if lines {
                parser.skip_lines();
            }
        };
        skip(self);
        while !self.is(TokenKind::CloseParen) {
            items.push(self.recover(CLOSERS.and(TokenKind::Comma), &mut read));
            skip(self);
            if !self.skip_if(TokenKind::Comma) {
                break;
            }
            skip(self);
        }
        let ends = Ends::of(&[
            TokenKind::TextRight,
            TokenKind::CloseBrace,
            TokenKind::CloseSquare,
            TokenKind::NewLine,
        ]);
        self.recover(ends, |parser| parser.expect(TokenKind::CloseParen, "`)`"));
        Ok(items)
    }

    // The arguments of a call: a line may end behind a comma and beside the brackets.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Expression>> {
        self.expect(TokenKind::OpenParen, "`(`")?;
        let mut arguments = Vec::new();
        self.skip_lines();
        let ends = LINE.and(TokenKind::Comma).and(TokenKind::CloseParen);
        while !matches!(self.peek().kind, TokenKind::End | TokenKind::CloseParen) {
            if self.is_declaration() {
                break;
            }
            let first = self.at;
            arguments.push(self.expression_until(ends));
            if self.at == first && !ends.holds(self.peek().kind) {
                self.next();
            }
            match self.peek().kind {
                TokenKind::NewLine => match self.behind_lines().kind {
                    TokenKind::CloseParen => self.skip_lines(),
                    TokenKind::End => break,
                    _ => {
                        self.complain("expected `,` or `)`");
                        self.skip_lines();
                    }
                },
                TokenKind::Comma => {
                    self.next();
                    self.skip_lines();
                    if self.is(TokenKind::CloseParen) {
                        self.complain("the last argument has a comma behind it");
                    }
                }
                TokenKind::CloseParen => {}
                _ => self.complain("expected `,` or `)`"),
            }
        }
        if !self.skip_if(TokenKind::CloseParen) {
            self.complain("the call has no `)`");
        }
        Ok(arguments)
    }
}
