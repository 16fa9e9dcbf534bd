//! Expressions of a language that has them outside of strings: trees with places of their own.

use smol_str::SmolStr;

use super::Number;
use crate::span::Span;

/// An expression as the template language has it, and where it is written. Parts may stand for something that has no
/// token of its own, and then have the place of what they were made from.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpressionNode {
    /// What it is.
    pub kind: ExpressionNodeKind,
    /// From its first to its last character.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionNodeKind {
    /// A text.
    String(SmolStr),
    /// A number.
    Number(Number),
    /// A call of a function.
    Call(Box<CallNode>),
    /// `base.name`, and the place of the name.
    Property(Box<ExpressionNode>, SmolStr, Span),
    /// `base[index]`.
    Index(Box<(ExpressionNode, ExpressionNode)>),
    /// Something that could not be read, or is not here: unknown, and told elsewhere.
    Invalid,
}

/// A call of a function of the template language.
#[derive(Clone, Debug, PartialEq)]
pub struct CallNode {
    /// The namespace of a user-defined function.
    pub namespace: Option<SmolStr>,
    /// The function.
    pub name: SmolStr,
    /// Its token, or that of the operator that stands for it.
    pub name_span: Span,
    /// The arguments.
    pub arguments: Vec<ExpressionNode>,
}
