//! Expressions as trees. Spans are those of the file, whatever escapes the string was written with.

use smol_str::SmolStr;

use super::lexer::{self, Token, TokenKind};
use super::{EvaluationProblem, ProblemKind};
use crate::span::Span;
use crate::syntax::{Number, Scalar};

/// How deep calls, brackets and properties may lie in each other: the height of the tree.
pub const MAX_EXPRESSION_DEPTH: usize = 96;

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// From its first to its last character.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `'text'`, unescaped.
    String(SmolStr),
    /// `1`.
    Number(Number),
    /// `name(arguments)`.
    Call(Call),
    /// `base.name`.
    Property(Box<Expression>, SmolStr, Span),
    /// `base[index]`.
    Index(Box<Expression>, Box<Expression>),
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The namespace of a user-defined function.
    pub namespace: Option<SmolStr>,
    /// The function's name as written.
    pub name: SmolStr,
    /// The token of the name.
    pub name_span: Span,
    /// The arguments.
    pub arguments: Vec<Expression>,
}

/// Whether a string of a template is an expression: in brackets, the first not doubled.
pub fn is_expression(text: &str) -> bool {
    matches!(text.as_bytes(), [b'[', rest @ .., b']'] if rest.first() != Some(&b'['))
}

/// The text of a string that is no expression: a doubled first bracket stands for one.
pub fn unescaped(text: &SmolStr) -> SmolStr {
    if matches!(text.as_bytes(), [b'[', b'[', .., b']']) { text[1..].into() } else { text.clone() }
}

/// Parses the expression that a string holds; `token` is the span of the string's token.
pub fn parse(scalar: &Scalar, token: Span) -> Result<Expression, EvaluationProblem> {
    let text = scalar.text.as_str();
    let inner = text.len().saturating_sub(1);
    let mut parser = Parser { scalar, token, text: &text[..inner], at: 1, depth: 0, height: 0 };
    let expression = parser.expression()?;
    let rest = parser.peek();
    if rest.kind != TokenKind::End {
        let found = parser.describe(rest);
        return Err(parser.problem(rest, format!("expected the end of the expression, found {found}")));
    }
    Ok(expression)
}

struct Parser<'t> {
    scalar: &'t Scalar,
    token: Span,
    text: &'t str,
    at: usize,
    depth: usize,
    /// The height of the tree that was read last.
    height: usize,
}

type Parsed = Result<Expression, EvaluationProblem>;

impl Parser<'_> {
    fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_EXPRESSION_DEPTH {
            return Err(self.too_deep());
        }
        let mut expression = self.primary()?;
        loop {
            let token = self.peek();
            let height = self.height;
            match token.kind {
                TokenKind::Dot => {
                    self.at = token.end;
                    expression = self.property(expression)?;
                }
                TokenKind::OpenBracket => {
                    self.at = token.end;
                    let index = self.expression()?;
                    let close = self.expect(TokenKind::CloseBracket, "`]`")?;
                    let span = expression.span.join(self.span(close));
                    let kind = ExpressionKind::Index(Box::new(expression), Box::new(index));
                    expression = Expression { kind, span };
                }
                _ => break,
            }
            self.height = height.max(self.height) + 1;
            if self.height > MAX_EXPRESSION_DEPTH {
                return Err(self.too_deep());
            }
        }
        self.depth -= 1;
        Ok(expression)
    }

    fn too_deep(&self) -> EvaluationProblem {
        self.problem(self.peek(), "the expression is nested too deep".into())
    }

    fn property(&mut self, base: Expression) -> Parsed {
        let token = self.peek();
        let end = lexer::property_end(self.text, token.start);
        if end == token.start {
            let found = self.describe(token);
            return Err(self.problem(token, format!("expected a property name, found {found}")));
        }
        self.at = end;
        let name = Token { kind: TokenKind::Identifier, start: token.start, end };
        let name_span = self.span(name);
        let span = base.span.join(name_span);
        let kind = ExpressionKind::Property(Box::new(base), self.text[token.start..end].into(), name_span);
        Ok(Expression { kind, span })
    }

    fn primary(&mut self) -> Parsed {
        let token = self.peek();
        self.at = token.end;
        let written = &self.text[token.start..token.end];
        self.height = 1;
        let kind = match token.kind {
            TokenKind::String => {
                let inner = &written[1..written.len() - 1];
                let text = if inner.contains("''") { inner.replace("''", "'").into() } else { inner.into() };
                ExpressionKind::String(text)
            }
            TokenKind::Unterminated => {
                return Err(self.problem(token, "the string has no closing quote".into()));
            }
            TokenKind::Number => match number(written) {
                Some(number) => ExpressionKind::Number(number),
                None => return Err(self.problem(token, format!("`{written}` is no number"))),
            },
            TokenKind::Identifier => return self.call(token),
            _ => {
                let found = self.describe(token);
                return Err(self.problem(token, format!("expected an expression, found {found}")));
            }
        };
        Ok(Expression { kind, span: self.span(token) })
    }

    fn call(&mut self, first: Token) -> Parsed {
        let mut name = first;
        let mut namespace = None;
        if self.peek().kind == TokenKind::Dot {
            let dot = self.peek();
            let second = lexer::next(self.text, dot.end);
            if second.kind == TokenKind::Identifier
                && lexer::next(self.text, second.end).kind == TokenKind::Open
            {
                namespace = Some(self.text[first.start..first.end].into());
                name = second;
                self.at = second.end;
            }
        }
        let written: SmolStr = self.text[name.start..name.end].into();
        let open = self.peek();
        if open.kind != TokenKind::Open {
            let message = format!("expected `(` behind `{written}`: only calls and literals are values");
            return Err(self.problem(name, message));
        }
        self.at = open.end;
        let mut arguments = Vec::new();
        let mut height = 0;
        if self.peek().kind == TokenKind::Close {
            let close = self.peek();
            self.height = 1;
            return Ok(self.finish_call(first, namespace, written, name, arguments, close));
        }
        loop {
            arguments.push(self.expression()?);
            height = self.height.max(height);
            let token = self.peek();
            match token.kind {
                TokenKind::Comma => self.at = token.end,
                TokenKind::Close => {
                    self.height = height + 1;
                    return Ok(self.finish_call(first, namespace, written, name, arguments, token));
                }
                _ => {
                    let found = self.describe(token);
                    return Err(self.problem(token, format!("expected `,` or `)`, found {found}")));
                }
            }
        }
    }

    fn finish_call(
        &mut self,
        first: Token,
        namespace: Option<SmolStr>,
        written: SmolStr,
        name: Token,
        arguments: Vec<Expression>,
        close: Token,
    ) -> Expression {
        self.at = close.end;
        let name_span = self.span(name);
        let span = self.span(first).join(self.span(close));
        let call = Call { namespace, name: written, name_span, arguments };
        Expression { kind: ExpressionKind::Call(call), span }
    }

    fn expect(&mut self, kind: TokenKind, expected: &str) -> Result<Token, EvaluationProblem> {
        let token = self.peek();
        if token.kind == kind {
            self.at = token.end;
            return Ok(token);
        }
        let found = self.describe(token);
        Err(self.problem(token, format!("expected {expected}, found {found}")))
    }

    fn peek(&self) -> Token {
        lexer::next(self.text, self.at)
    }

    fn describe(&self, token: Token) -> String {
        match token.kind {
            TokenKind::End => "the end".to_string(),
            _ => format!("`{}`", &self.text[token.start..token.end]),
        }
    }

    fn span(&self, token: Token) -> Span {
        self.scalar.span(self.token, token.start, token.end)
    }

    // At the end of the text the closing bracket is what can be pointed at.
    fn problem(&self, token: Token, message: String) -> EvaluationProblem {
        let end = token.end.max(token.start + 1);
        let span = self.scalar.span(self.token, token.start, end);
        EvaluationProblem { span, message, kind: ProblemKind::Syntax }
    }
}

fn number(written: &str) -> Option<Number> {
    match written.parse::<i64>() {
        Ok(int) => Some(Number::Int(int)),
        Err(_) => written.parse::<f64>().ok().map(Number::Float),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceId;

    fn parse_text(text: &str) -> Parsed {
        let token = Span::new(SourceId(0), 10, 12 + text.len());
        parse(&Scalar::verbatim(text, 11), token)
    }

    #[test]
    fn spans_stand_in_the_file() {
        let text = "[concat('a', parameters('b').c[0])]";
        let expression = parse_text(text).unwrap();
        assert_eq!(expression.span.range(), 12..12 + text.len() - 2);
        let ExpressionKind::Call(call) = &expression.kind else { panic!() };
        assert_eq!(call.name, "concat");
        assert_eq!(call.name_span.range(), 12..18);
        assert_eq!(call.arguments[0].span.range(), 19..22);
    }

    #[test]
    fn errors_point_at_their_token() {
        for (text, at, message) in [
            ("[a]", 1..2, "expected `(` behind `a`: only calls and literals are values"),
            ("[a('b]", 3..5, "the string has no closing quote"),
            ("[a(1]", 4..5, "expected `,` or `)`, found the end"),
            ("[a(1) b]", 6..7, "expected the end of the expression, found `b`"),
            ("[]", 1..2, "expected an expression, found the end"),
            ("[true]", 1..5, "expected `(` behind `true`: only calls and literals are values"),
        ] {
            let problem = parse_text(text).unwrap_err();
            assert_eq!(problem.message, message, "{text}");
            assert_eq!(problem.span.range(), at.start + 11..at.end + 11, "{text}");
        }
    }

    #[test]
    fn quotes_and_namespaces() {
        let ExpressionKind::String(text) = parse_text("['it''s']").unwrap().kind else { panic!() };
        assert_eq!(text, "it's");
        let ExpressionKind::Call(call) = parse_text("[ns.f( 1 , -2.5 )]").unwrap().kind else { panic!() };
        assert_eq!(call.namespace.as_deref(), Some("ns"));
        assert_eq!(call.arguments[1].kind, ExpressionKind::Number(Number::Float(-2.5)));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = format!("[{}1{}]", "f(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(parse_text(&text).unwrap_err().message, "the expression is nested too deep");
        let chain = |n: usize| format!("[f(1{}){}]", ", f()[f().a]".repeat(1000), ".a".repeat(n));
        assert!(parse_text(&chain(80)).is_ok());
        assert_eq!(parse_text(&chain(100)).unwrap_err().message, "the expression is nested too deep");
    }
}
