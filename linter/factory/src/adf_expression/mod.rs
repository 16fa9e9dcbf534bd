//! The expression language of pipelines, datasets and linked services: `@...` as a whole string,
//! `@{...}` within one, `@@` for a plain `@`.
//!
//! It is not the language of templates. Offsets are bytes of the decoded text; `Graph::part` leads from
//! there to the bytes of the file. The reader takes what the service takes and a little more: names of
//! members may hold any letter, and white space may stand between any two tokens.
//!
//! Source: Expressions and functions in Azure Data Factory and Azure Synapse Analytics (2021-07-16).

mod chain;
mod functions;
mod lexer;
mod parser;
mod secrets;
#[cfg(test)]
mod tests;

use std::ops::Range;

use smol_str::SmolStr;

pub use chain::{Chain, Step};
pub use functions::{is_function, nearest_function};
pub use secrets::secret_literals;

/// How deep calls and indexes may nest before the rest is not read.
pub const MAX_DEPTH: usize = 64;

/// What a string stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// How the expressions stand in the string.
    pub form: Form,
    /// The expressions that could be read, in the order of the text.
    pub expressions: Vec<Expression>,
    /// The first thing that could not be read.
    pub error: Option<SyntaxError>,
}

/// How expressions stand in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// There are none: the string stands for itself, but for `@@`.
    Literal,
    /// `@...`: the string is one expression, of any type.
    Whole,
    /// `...@{...}...`: a text with expressions in it.
    Interpolated,
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Bytes of the decoded text.
    pub range: Range<usize>,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `'text'`, with `''` read as a quote.
    String(SmolStr),
    /// A number, as written.
    Number(SmolStr),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `name(...)`.
    Call(Call),
    /// `base.name` or `base?.name`.
    Property {
        /// What the member is of.
        base: Box<Expression>,
        /// The name.
        name: SmolStr,
        /// The name alone.
        name_range: Range<usize>,
        /// Written with `?`: nothing is there where the base is null.
        safe: bool,
    },
    /// `base[index]` or `base?[index]`.
    Index {
        /// What the element is of.
        base: Box<Expression>,
        /// Which one.
        index: Box<Expression>,
        /// Written with `?`.
        safe: bool,
    },
}

/// The call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name as written; case does not count.
    pub name: SmolStr,
    /// The name alone.
    pub name_range: Range<usize>,
    /// The arguments.
    pub arguments: Vec<Expression>,
}

/// Why an expression cannot be read, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// Why.
    pub kind: ErrorKind,
    /// The token; empty at the end of the text.
    pub range: Range<usize>,
}

/// The reasons why an expression cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nothing, where an expression has to stand.
    Empty,
    /// Something else, where an expression has to start.
    ExpectedExpression,
    /// A double quote, where an expression has to start.
    DoubleQuote,
    /// A string without its closing quote.
    UnterminatedString,
    /// A name that is neither called nor `true`, `false` or `null`.
    BareName,
    /// Neither a comma nor `)` behind an argument.
    ExpectedCommaOrClose,
    /// Letters right behind a string, whose quote was meant to stand in it.
    QuoteWithin,
    /// No `]` behind an index.
    ExpectedCloseBracket,
    /// No name behind `.`.
    ExpectedName,
    /// Something behind the end of the expression.
    Trailing,
    /// `@{` without `}`.
    UnclosedInterpolation,
    /// Nested deeper than [`MAX_DEPTH`]: a limit of this reader and not of the service.
    TooDeep,
}

/// Reads a decoded string.
pub fn parse(text: &str) -> Content {
    parser::content(text)
}

/// Whether a string is to hold an expression, be it a broken one: cheaper than [`parse`].
pub fn holds_expression(text: &str) -> bool {
    match text.as_bytes() {
        [b'@', b'@', ..] | [b'@'] => false,
        [b'@', ..] => true,
        _ => parser::interpolation(text, 0).is_some(),
    }
}

/// Whether the service evaluates a string, or a part of it. A password may well hold an at sign: what does not
/// parse is none, unless it calls a function that there is.
pub fn is_dynamic(text: &str) -> bool {
    let text = text.trim_start();
    if !holds_expression(text) {
        return false;
    }
    let content = parse(text);
    content.form != Form::Literal && (content.error.is_none() || calls_function(text))
}

fn calls_function(text: &str) -> bool {
    let mut starts = text.match_indices('@').map(|(at, _)| text[at + 1..].trim_start_matches('{'));
    starts.any(|rest| {
        let name = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
        rest[name..].trim_start().starts_with('(') && is_function(&rest[..name])
    })
}

impl Content {
    /// Every function call of the expressions with the members that are taken of its result, outer
    /// ones first.
    pub fn chains(&self) -> Vec<Chain<'_>> {
        chain::chains(&self.expressions)
    }
}

impl Expression {
    /// The text of a string literal.
    pub fn literal(&self) -> Option<&SmolStr> {
        match &self.kind {
            ExpressionKind::String(text) => Some(text),
            _ => None,
        }
    }
}

impl ErrorKind {
    /// What is wrong, as a sentence without its subject's text.
    pub fn describe(self) -> &'static str {
        match self {
            ErrorKind::Empty => "Expression is empty",
            ErrorKind::ExpectedExpression => "Expression does not parse: an expression is expected here",
            ErrorKind::DoubleQuote => {
                "Expression does not parse: a string stands in single quotes, not in double ones"
            }
            ErrorKind::QuoteWithin => "Expression does not parse: the quote before this ends the string",
            ErrorKind::UnterminatedString => "Expression does not parse: the string has no closing quote",
            ErrorKind::BareName => {
                "Expression does not parse: the name is no function call and no string in quotes"
            }
            ErrorKind::ExpectedCommaOrClose => "Expression does not parse: `,` or `)` is expected here",
            ErrorKind::ExpectedCloseBracket => "Expression does not parse: `]` is expected here",
            ErrorKind::ExpectedName => {
                "Expression does not parse: the name of a member is expected behind `.`"
            }
            ErrorKind::Trailing => "Expression does not parse: it ends before this",
            ErrorKind::UnclosedInterpolation => "Expression does not parse: `@{` has no `}`",
            ErrorKind::TooDeep => "Expression nests too deep to be read",
        }
    }
}
