//! The template language: `[...]` expressions, their evaluation and their functions.

mod context;
pub mod declaration;
mod definition;
mod evaluate;
pub(crate) mod evaluator;
pub mod functions;
pub mod keys;
mod lambda;
mod lazy;
mod lexer;
pub mod link;
pub mod literals;
pub mod locate;
mod made;
mod making;
pub(crate) mod mention;
pub mod names;
mod nested;
mod outputs;
mod parameter;
pub mod parser;
mod place;
pub mod placeholder;
pub mod resource_id;
mod runtime;
pub mod scope;
pub mod shared;
pub mod signature;
pub mod template;
pub(crate) mod token;
mod tree;

use crate::span::Span;

/// Something wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationProblem {
    /// The token.
    pub span: Span,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What sort of error it is.
    pub kind: EvaluationProblemKind,
}

/// The sorts of errors in expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvaluationProblemKind {
    /// It does not parse.
    Syntax,
    /// No function has this name.
    UnknownFunction,
    /// Too few or too many arguments.
    ArgumentCount,
    /// An argument or an operand that the function does not take, a missing property, an index that is
    /// out of range, an overflow.
    Evaluation,
    /// No parameter, variable or symbolic resource has this name.
    Undefined,
    /// A limit of the linter, not of the service.
    Limit,
}
