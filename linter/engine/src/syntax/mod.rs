//! The one tree for JSON and YAML.
//!
//! A tree is always made, however broken the text is: what cannot be read is an `Invalid` node in its
//! place and a problem beside the tree. Order, duplicate keys and comments are kept.

mod duplicates;
mod expression;
pub mod json;
mod list;
pub mod path;
#[cfg(test)]
mod testing;
pub mod yaml;

use std::sync::Arc;

use smol_str::SmolStr;

pub use self::expression::{CallNode, ExpressionNode, ExpressionNodeKind};
pub use self::list::List;

use crate::span::Span;

/// How deep arrays and objects may nest before the rest of a branch is `Invalid`.
pub const MAX_DEPTH: usize = 192;

/// A parsed text.
#[derive(Debug)]
pub struct Document {
    /// The root value; `Invalid` where the text holds none.
    pub root: Node,
    /// Comments in their order.
    pub comments: Vec<Comment>,
    /// What is wrong or unusual, in its order.
    pub problems: Vec<Problem>,
    /// The files that the text names as its parts; none of a text of JSON or YAML, whose links are expressions.
    pub references: Vec<FileReference>,
    /// The text is of a language that is lowered, so that the tree says in the words of templates what it says in its own.
    pub is_lowered: bool,
}

/// A file that a text names as a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileReference {
    /// Its path, as that of the text itself.
    pub path: Arc<str>,
    /// What it is for.
    pub kind: ReferenceKind,
}

/// What a file that a text names is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// It is deployed.
    Deployed,
    /// Something of it is taken into the text.
    Taken,
    /// It is the template that the text gives values to.
    Template,
    /// It is deployed, and is no file: its path is what a registry knows it by.
    Remote,
}

/// A comment with its delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From the first delimiter to the end of the comment.
    pub span: Span,
}

/// A value of the tree and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The whole token or bracketed group, quotes and brackets included.
    pub span: Span,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, decoded.
    String(Box<Scalar>),
    /// An array.
    Array(List<Node>),
    /// An object; order and duplicates kept.
    Object(List<Member>),
    /// An expression that is no text of a string.
    Expression(Arc<ExpressionNode>),
    /// Something that could not be read.
    Invalid,
}

/// A number as the template engine keeps it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A 64-bit integer.
    Int(i64),
    /// Anything else.
    Float(f64),
}

/// One `key: value` of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The decoded key.
    pub key: Scalar,
    /// The key's token, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// A decoded string and the way back to the bytes that it was written with.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The decoded text.
    pub text: SmolStr,
    /// `(offset in the decoded text, offset in the source)` at the start and behind every place where
    /// the two do not advance alike (an escape, a folded line). Ascending.
    positions: Positions,
}

#[derive(Debug, Clone, PartialEq)]
enum Positions {
    Start(u32),
    Table(Arc<Vec<(u32, u32)>>),
    /// What the text stands for is computed.
    Expression(Arc<ExpressionNode>),
}

impl Scalar {
    /// A string whose decoded text stands unchanged in the source from byte `start` on.
    pub fn verbatim(text: impl Into<SmolStr>, start: u32) -> Scalar {
        Scalar { text: text.into(), positions: Positions::Start(start) }
    }

    /// A string with a table of `(decoded offset, source offset)`; the table must not be empty.
    pub fn mapped(text: impl Into<SmolStr>, table: Vec<(u32, u32)>) -> Scalar {
        let positions = match table.as_slice() {
            [] => Positions::Start(0),
            [(0, start)] => Positions::Start(*start),
            _ => Positions::Table(Arc::new(table)),
        };
        Scalar { text: text.into(), positions }
    }

    /// A string that an expression makes; the text is what is written.
    pub fn computed(text: impl Into<SmolStr>, expression: ExpressionNode) -> Scalar {
        Scalar { text: text.into(), positions: Positions::Expression(Arc::new(expression)) }
    }

    /// The expression that makes it.
    pub fn expression(&self) -> Option<&ExpressionNode> {
        match &self.positions {
            Positions::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    /// Whether it may stand for another text: it begins as an expression does, or is one.
    pub fn may_be_computed(&self) -> bool {
        self.text.starts_with('[') || self.expression().is_some()
    }

    /// The string without its first `bytes` bytes, which must end a character.
    pub fn behind(&self, bytes: usize) -> Scalar {
        let text = self.text.get(bytes..).unwrap_or_default();
        let start = self.source_offset(bytes) as u32;
        let Positions::Table(table) = &self.positions else { return Scalar::verbatim(text, start) };
        let later = table.iter().filter(|(decoded, _)| *decoded as usize > bytes);
        let later = later.map(|(decoded, source)| (decoded - bytes as u32, *source));
        Scalar::mapped(text, std::iter::once((0, start)).chain(later).collect())
    }

    /// The source offset of the byte at `offset` of the decoded text.
    pub fn source_offset(&self, offset: usize) -> usize {
        match &self.positions {
            Positions::Start(start) => *start as usize + offset,
            Positions::Expression(expression) => expression.span.start as usize + offset,
            Positions::Table(table) => {
                let index = table.partition_point(|(decoded, _)| *decoded as usize <= offset).max(1);
                let (decoded, source) = table[index - 1];
                source as usize + (offset - decoded as usize)
            }
        }
    }

    /// The span, within the token `within`, of the bytes `start..end` of the decoded text.
    pub fn span(&self, within: Span, start: usize, end: usize) -> Span {
        let first = self.source_offset(start).min(within.end as usize);
        // The end is measured from the last byte inside, since an escape may stand right behind it.
        let last = if end > start { self.source_offset(end - 1) + 1 } else { first };
        let last = match &self.positions {
            Positions::Start(_) | Positions::Expression(_) => last,
            Positions::Table(table) => match table.binary_search_by_key(&end, |(d, _)| *d as usize) {
                Ok(index) if end > start => table[index].1 as usize,
                _ => last,
            },
        };
        Span::new(within.source, first, last.max(first).min(within.end as usize))
    }
}

/// Something wrong or unusual in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// Where: never empty inside a text that is not empty.
    pub span: Span,
}

/// The kinds of problems; [`ProblemKind::is_error`] tells the broken from the unusual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Expected something else here; the text says what.
    Unexpected(String),
    /// A string without its closing quote.
    UnterminatedString,
    /// A block comment without its end.
    UnterminatedComment,
    /// An array or object without its closing bracket; the span is the opening one.
    Unclosed,
    /// An unknown escape sequence in a string.
    InvalidEscape,
    /// No comma between two members or elements.
    MissingComma,
    /// Text behind the end of the root value.
    TrailingText,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// More nodes than the reader's limit after aliases are expanded (YAML).
    TooManyNodes,
    /// What is wrong in a text of a language that is lowered, in its words.
    Language(String),
    /// A tab where YAML wants spaces, or another error of the YAML reader; the text says which.
    Yaml(String),
    /// A comma before a closing bracket.
    TrailingComma,
    /// A string or key in single quotes (JSON).
    SingleQuotes,
    /// A key without quotes (JSON).
    UnquotedKey,
    /// A number as Newtonsoft.Json takes it but JSON does not: hexadecimal, `NaN`, leading zeros or `+`.
    UnusualNumber,
    /// A line break inside a string (JSON): the service takes it.
    MultilineString,
    /// A control character inside a string.
    ControlCharacter,
    /// The key stands in the object already; the span of the first one.
    DuplicateKey(Span),
    /// The key stands in the object already in other case; the span of the first one.
    DuplicateKeyCase(Span),
}

impl ProblemKind {
    /// Whether part of the text may be missing from the tree or misread.
    pub fn is_error(&self) -> bool {
        use ProblemKind::*;
        matches!(
            self,
            Unexpected(_)
                | UnterminatedString
                | UnterminatedComment
                | Unclosed
                | InvalidEscape
                | MissingComma
                | TrailingText
                | TooDeep
                | TooManyNodes
                | Yaml(_)
                | Language(_)
        )
    }
}

impl Node {
    /// The member `key` of an object, compared without regard to ASCII case; the last one where the key
    /// is repeated, as the service keeps it.
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|member| member.key.text.eq_ignore_ascii_case(key))
    }

    /// The value of the member `key`, see [`Node::get`].
    pub fn value(&self, key: &str) -> Option<&Node> {
        self.get(key).map(|member| &member.value)
    }

    /// The members of an object; none for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            NodeKind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none for anything else.
    pub fn elements(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The decoded text of a string.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.kind, NodeKind::Object(_))
    }
}
