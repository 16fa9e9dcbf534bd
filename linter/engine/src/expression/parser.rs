//! From the text of a string to the tree of its expression.

use smol_str::SmolStr;

use super::lexer::{self, Token, TokenKind};
pub use super::tree::{Call, Expression, ExpressionKind, ParsedText};
use super::tree::{CallTree, Callee, Extent, SyntaxFault, Tree, TreeKind};
use crate::syntax::Number;

/// How deep calls, brackets and properties may lie in each other: the height of the tree.
pub const MAX_EXPRESSION_DEPTH: usize = 96;

/// Whether a string of a template is an expression: in brackets, the first not doubled.
pub fn is_expression(text: &str) -> bool {
    matches!(text.as_bytes(), [b'[', rest @ .., b']'] if rest.first() != Some(&b'['))
}

/// The text of a string that is no expression: a doubled first bracket stands for one.
pub fn unescaped(text: &SmolStr) -> SmolStr {
    if matches!(text.as_bytes(), [b'[', b'[', .., b']']) { text[1..].into() } else { text.clone() }
}

/// Parses the expression that a string holds, by its decoded text.
pub fn parse(text: &SmolStr) -> ParsedText {
    let inner = &text[..text.len().saturating_sub(1)];
    let mut parser = Parser { text: inner, next: lexer::next(inner, 1), depth: 0, height: 0 };
    ParsedText::new(parser.whole(), text)
}

struct Parser<'t> {
    text: &'t str,
    /// The token that is read next.
    next: Token,
    depth: usize,
    /// The height of the tree that was read last.
    height: usize,
}

type ParseResult = Result<Tree, SyntaxFault>;

impl Parser<'_> {
    fn whole(&mut self) -> ParseResult {
        let expression = self.expression()?;
        let rest = self.peek();
        if rest.kind != TokenKind::End {
            let found = self.describe(rest);
            return Err(self.problem(rest, format!("expected the end of the expression, found {found}")));
        }
        Ok(expression)
    }

    fn expression(&mut self) -> ParseResult {
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
                    self.go_on(token.end);
                    expression = self.property(expression)?;
                }
                TokenKind::OpenBracket => {
                    self.go_on(token.end);
                    let index = self.expression()?;
                    let close = self.expect(TokenKind::CloseBracket, "`]`")?;
                    let extent = Extent { end: extent(close).end, ..expression.extent };
                    expression = Tree { kind: TreeKind::Index(Box::new((expression, index))), extent };
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

    fn too_deep(&self) -> SyntaxFault {
        self.problem(self.peek(), "the expression is nested too deep".into())
    }

    fn property(&mut self, base: Tree) -> ParseResult {
        let token = self.peek();
        let end = lexer::property_end(self.text, token.start);
        if end == token.start {
            let found = self.describe(token);
            return Err(self.problem(token, format!("expected a property name, found {found}")));
        }
        self.go_on(end);
        let name = Extent::new(token.start, end);
        let extent = Extent { end: name.end, ..base.extent };
        Ok(Tree { kind: TreeKind::Property(Box::new(base), name), extent })
    }

    fn primary(&mut self) -> ParseResult {
        let token = self.peek();
        self.go_on(token.end);
        let written = &self.text[token.start..token.end];
        self.height = 1;
        let kind = match token.kind {
            TokenKind::String => {
                let inner = &written[1..written.len() - 1];
                let text: SmolStr =
                    if inner.contains("''") { inner.replace("''", "'").into() } else { inner.into() };
                TreeKind::String(text)
            }
            TokenKind::Unterminated => {
                return Err(self.problem(token, "the string has no closing quote".into()));
            }
            TokenKind::Number => match number(written) {
                Some(number) => TreeKind::Number(number),
                None => return Err(self.problem(token, format!("`{written}` is no number"))),
            },
            TokenKind::Identifier => return self.call(token),
            _ => {
                let found = self.describe(token);
                return Err(self.problem(token, format!("expected an expression, found {found}")));
            }
        };
        Ok(Tree { kind, extent: extent(token) })
    }

    fn call(&mut self, first: Token) -> ParseResult {
        let mut name = first;
        let mut namespace = None;
        if self.peek().kind == TokenKind::Dot {
            let dot = self.peek();
            let second = lexer::next(self.text, dot.end);
            if second.kind == TokenKind::Identifier
                && lexer::next(self.text, second.end).kind == TokenKind::Open
            {
                namespace = Some(extent(first));
                name = second;
                self.go_on(second.end);
            }
        }
        let open = self.peek();
        if open.kind != TokenKind::Open {
            let written = self.written(name);
            let message = format!("expected `(` behind `{written}`: only calls and literals are values");
            return Err(self.problem(name, message));
        }
        self.go_on(open.end);
        let mut arguments = Vec::new();
        let mut height = 0;
        if self.peek().kind == TokenKind::Close {
            let close = self.peek();
            self.height = 1;
            return Ok(self.finish_call(first, namespace, name, arguments, close));
        }
        loop {
            arguments.push(self.expression()?);
            height = self.height.max(height);
            let token = self.peek();
            match token.kind {
                TokenKind::Comma => self.go_on(token.end),
                TokenKind::Close => {
                    self.height = height + 1;
                    return Ok(self.finish_call(first, namespace, name, arguments, token));
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
        namespace: Option<Extent>,
        name: Token,
        arguments: Vec<Tree>,
        close: Token,
    ) -> Tree {
        self.go_on(close.end);
        let function = Callee::named(namespace.is_some(), self.written(name));
        let call = CallTree { namespace, name: extent(name), function, arguments };
        Tree { kind: TreeKind::Call(Box::new(call)), extent: Extent::new(first.start, close.end) }
    }

    fn expect(&mut self, kind: TokenKind, expected: &str) -> Result<Token, SyntaxFault> {
        let token = self.peek();
        if token.kind == kind {
            self.go_on(token.end);
            return Ok(token);
        }
        let found = self.describe(token);
        Err(self.problem(token, format!("expected {expected}, found {found}")))
    }

    fn peek(&self) -> Token {
        self.next
    }

    // Reads on at an offset.
    fn go_on(&mut self, at: usize) {
        self.next = lexer::next(self.text, at);
    }

    fn describe(&self, token: Token) -> String {
        match token.kind {
            TokenKind::End => "the end".to_string(),
            _ => format!("`{}`", self.written(token)),
        }
    }

    fn written(&self, token: Token) -> &str {
        &self.text[token.start..token.end]
    }

    // At the end of the text the closing bracket is what can be pointed at.
    fn problem(&self, token: Token, message: String) -> SyntaxFault {
        SyntaxFault { extent: Extent::new(token.start, token.end.max(token.start + 1)), message }
    }
}

fn extent(token: Token) -> Extent {
    Extent::new(token.start, token.end)
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
    use crate::expression::EvaluationProblem;
    use crate::span::{SourceId, Span};
    use crate::syntax::Scalar;

    fn parsed<T>(text: &str, look: impl FnOnce(Result<Expression<'_>, EvaluationProblem>) -> T) -> T {
        let token = Span::new(SourceId(0), 10, 12 + text.len());
        look(parse(&text.into()).within(&Scalar::verbatim(text, 11), token))
    }

    fn call<T>(text: &str, look: impl FnOnce(Call<'_>) -> T) -> T {
        parsed(text, |expression| match expression.unwrap().kind() {
            ExpressionKind::Call(call) => look(call),
            _ => panic!("{text} is no call"),
        })
    }

    #[test]
    fn spans_stand_in_the_file() {
        let text = "[concat('a', parameters('b').c[0])]";
        parsed(text, |expression| assert_eq!(expression.unwrap().span().range(), 12..12 + text.len() - 2));
        call(text, |call| {
            assert_eq!(call.name(), "concat");
            assert_eq!(call.name_span().range(), 12..18);
            assert_eq!(call.argument_span(0).range(), 19..22);
        });
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
            let problem = parsed(text, |expression| expression.err().unwrap());
            assert_eq!(problem.message, message, "{text}");
            assert_eq!(problem.span.range(), at.start + 11..at.end + 11, "{text}");
        }
    }

    #[test]
    fn quotes_and_namespaces() {
        parsed("['it''s']", |expression| assert_eq!(expression.unwrap().literal().unwrap(), "it's"));
        call("[ns.f( 1 , -2.5 )]", |call| {
            assert_eq!(call.namespace(), Some("ns"));
            let ExpressionKind::Number(number) = call.argument(1).unwrap().kind() else { panic!() };
            assert_eq!(number, Number::Float(-2.5));
        });
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = format!("[{}1{}]", "f(".repeat(100_000), ")".repeat(100_000));
        let message = |text: &str| parsed(text, |expression| expression.err().map(|problem| problem.message));
        let too_deep = Some("the expression is nested too deep".to_string());
        assert_eq!(message(&text), too_deep);
        let chain = |n: usize| format!("[f(1{}){}]", ", f()[f().a]".repeat(1000), ".a".repeat(n));
        assert_eq!(message(&chain(80)), None);
        assert_eq!(message(&chain(100)), too_deep);
    }
}
