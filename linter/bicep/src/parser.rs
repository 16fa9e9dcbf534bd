//! From tokens to the tree. Each production reads on behind what it cannot read, at a token that may end it, so that a
//! mistake costs the statement, entry or element that it stands in and no other.
//!
//! Source: Azure/bicep, Bicep.Core/Parsing, 0.46.

mod body;
mod collection;
mod expression;
mod import;
mod statement;
mod text;
mod types;

use armlint_engine::source::Source;
use armlint_engine::span::Span;

use crate::lexer::{Token, TokenKind, lex};
use crate::syntax::{Expression, ExpressionKind, File, Name, SyntaxError};

/// How deep expressions and types may nest in each other.
pub const MAX_DEPTH: usize = 96;

/// The largest text that is read: the compiler's own limit for a file.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Reads a file; its path says whether it is one of parameters.
pub fn parse(source: &Source) -> File {
    if source.text.len() > MAX_BYTES {
        let span = Span::new(source.id, 0, source.text.len().min(1));
        let message = format!("the file has more than {MAX_BYTES} bytes");
        return File { errors: vec![SyntaxError { span, message: message.into() }], ..File::default() };
    }
    let lexed = lex(&source.text, source.id);
    let mut parser = Parser {
        source,
        tokens: &lexed.tokens,
        at: 0,
        depth: 0,
        errors: lexed.errors,
        is_parameters: is_parameters(&source.path),
    };
    let statements = parser.program();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span);
    errors.dedup_by_key(|error| error.span);
    File { statements, comments: lexed.comments, directives: lexed.directives, errors }
}

/// Whether a path is that of a file of parameters.
pub fn is_parameters(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("bicepparam"))
}

/// Words that begin a declaration and can be no entry of an object where a name follows on the same line.
const DECLARATIONS: [&str; 9] =
    ["param", "var", "module", "output", "type", "func", "metadata", "targetScope", "resource"];

/// Words before which a line end ends an expression that lacks its end.
const DECLARATIONS_BEHIND_ARROW: [&str; 9] =
    ["assert", "import", "metadata", "param", "var", "resource", "output", "module", "type"];

struct Parser<'s> {
    source: &'s Source,
    tokens: &'s [Token],
    at: usize,
    depth: usize,
    errors: Vec<SyntaxError>,
    is_parameters: bool,
}

/// Something was not there; it is told, and whoever can read on does so.
struct Unexpected;

type Parsed<T> = Result<T, Unexpected>;

/// Kinds of tokens at which reading goes on.
#[derive(Clone, Copy)]
struct Ends(u64);

impl Ends {
    const fn of(kinds: &[TokenKind]) -> Ends {
        let mut bits = 0;
        let mut at = 0;
        while at < kinds.len() {
            bits |= 1 << kinds[at] as u64;
            at += 1;
        }
        Ends(bits)
    }

    const fn and(self, kind: TokenKind) -> Ends {
        Ends(self.0 | 1 << kind as u64)
    }

    fn holds(self, kind: TokenKind) -> bool {
        self.0 & (1 << kind as u64) != 0
    }
}

const LINE: Ends = Ends::of(&[TokenKind::NewLine]);

/// What ends an operand, whatever it is in.
const CLOSERS: Ends = Ends::of(&[
    TokenKind::TextRight,
    TokenKind::CloseBrace,
    TokenKind::CloseParen,
    TokenKind::CloseSquare,
    TokenKind::NewLine,
]);

impl<'s> Parser<'s> {
    fn peek(&self) -> Token {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> Token {
        let last = self.tokens.len() - 1;
        self.tokens[(self.at + count).min(last)]
    }

    fn is(&self, kind: TokenKind) -> bool {
        self.peek().kind == kind
    }

    fn is_text(&self) -> bool {
        matches!(self.peek().kind, TokenKind::Text | TokenKind::TextLeft)
    }

    fn is_end_of_line(&self) -> bool {
        matches!(self.peek().kind, TokenKind::NewLine | TokenKind::End)
    }

    fn written(&self, token: Token) -> &'s str {
        &self.source.text[token.start as usize..token.end as usize]
    }

    fn is_word(&self, word: &str) -> bool {
        self.is_word_at(self.peek(), word)
    }

    fn is_word_at(&self, token: Token, word: &str) -> bool {
        token.kind == TokenKind::Identifier && self.written(token) == word
    }

    // The token behind line ends.
    fn behind_lines(&self) -> Token {
        let mut count = 0;
        while self.ahead(count).kind == TokenKind::NewLine {
            count += 1;
        }
        self.ahead(count)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    fn skip_if(&mut self, kind: TokenKind) -> bool {
        let is = self.is(kind);
        if is {
            self.next();
        }
        is
    }

    fn skip_lines(&mut self) {
        while self.is(TokenKind::NewLine) {
            self.at += 1;
        }
    }

    fn span(&self, token: Token) -> Span {
        Span::new(self.source.id, token.start as usize, token.end as usize)
    }

    // From a token to the one that was read last.
    fn since(&self, first: usize) -> Span {
        let start = self.tokens[first.min(self.tokens.len() - 1)].start as usize;
        let last = self.at.checked_sub(1).filter(|last| *last >= first).map(|last| self.tokens[last].end);
        Span::new(self.source.id, start, last.map_or(start, |end| end as usize).max(start))
    }

    fn expect(&mut self, kind: TokenKind, what: &str) -> Parsed<Token> {
        if self.is(kind) { Ok(self.next()) } else { self.fail(what) }
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.is_word(word) {
            self.next();
            return Ok(());
        }
        self.fail(&format!("`{word}`"))
    }

    // Something that does not keep from reading on.
    fn complain(&mut self, message: impl Into<String>) {
        let token = self.peek();
        let mut span = self.span(token);
        if token.kind == TokenKind::End || token.kind == TokenKind::NewLine {
            // A place that can be shown: what stands before the end.
            span.end = span.start;
            if let Some(before) = self.at.checked_sub(1).map(|before| self.tokens[before]) {
                span = self.span(before);
            }
        }
        self.errors.push(SyntaxError { span, message: message.into().into() });
    }

    fn fail<T>(&mut self, what: &str) -> Parsed<T> {
        let found = match self.peek().kind {
            TokenKind::End => "the end of the file".to_string(),
            TokenKind::NewLine => "the end of the line".to_string(),
            _ => format!("`{}`", clipped(self.written(self.peek()))),
        };
        self.complain(format!("expected {what}, found {found}"));
        Err(Unexpected)
    }

    // Reads something, or reads on at one of `ends`, or where a declaration begins.
    fn recover<T>(&mut self, ends: Ends, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Option<T> {
        let start = self.at;
        let depth = self.depth;
        match read(self) {
            Ok(read) => Some(read),
            Err(Unexpected) => {
                self.depth = depth;
                let is_stop = |parser: &Self| {
                    let kind = parser.peek().kind;
                    let declares = parser.at > start && parser.is_declaration();
                    kind == TokenKind::End || ends.holds(kind) || declares
                };
                while !is_stop(self) {
                    self.at += 1;
                }
                None
            }
        }
    }

    // Whether a declaration starts here that can be no entry or element: then the brackets around are not closed.
    fn is_declaration(&self) -> bool {
        let token = self.peek();
        let starts_line = self.at > 0 && self.tokens[self.at - 1].kind == TokenKind::NewLine;
        if token.kind != TokenKind::Identifier || !starts_line {
            return false;
        }
        let word = self.written(token);
        if !DECLARATIONS.contains(&word) {
            return false;
        }
        let next = self.ahead(1).kind;
        match word {
            "targetScope" => next == TokenKind::Assignment,
            "resource" => next == TokenKind::Identifier && self.is_at_margin(token),
            _ => next == TokenKind::Identifier,
        }
    }

    fn is_at_margin(&self, token: Token) -> bool {
        let before = self.source.text.as_bytes().get(..token.start as usize).unwrap_or_default();
        matches!(before.last(), None | Some(b'\r' | b'\n'))
    }

    fn name(&mut self, ends: Ends) -> Name {
        let span = Span { end: self.peek().start, ..self.span(self.peek()) };
        let token = self.recover(ends, |parser| parser.expect(TokenKind::Identifier, "a name"));
        token.map_or(Name { text: "".into(), span }, |token| self.named(token))
    }

    fn named(&self, token: Token) -> Name {
        Name { text: self.written(token).into(), span: self.span(token) }
    }

    fn broken(&self, first: usize) -> Expression {
        Expression::new(ExpressionKind::Broken, self.since(first))
    }

    // Whatever stands where an expression has to; `Broken` where none does.
    fn expression_until(&mut self, ends: Ends) -> Expression {
        let first = self.at;
        let read = self.recover(ends, Parser::expression);
        read.unwrap_or_else(|| self.broken(first))
    }

    // Reads something that may hold itself.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            self.complain("this nests too deep");
            return Err(Unexpected);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}

// The start of a token, which may be a whole file.
fn clipped(text: &str) -> &str {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    line.char_indices().nth(40).map_or(line, |(end, _)| &line[..end])
}
