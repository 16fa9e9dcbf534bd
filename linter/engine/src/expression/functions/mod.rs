//! The table of functions, and what a function is given.

use crate::span::Span;
use crate::value::{Type, Value};

/// A function of the language.
pub struct Function {
    /// The name in its usual spelling; looked up without regard to case.
    pub name: &'static str,
    /// The smallest number of arguments.
    pub min: usize,
    /// The largest number of arguments; `usize::MAX` where there is none.
    pub max: usize,
    /// The type of the result, where it is always the same.
    pub returns: Option<Type>,
    /// What runs.
    pub body: Body,
}

/// How a function takes its arguments.
pub enum Body {
    /// All arguments are known down to their last member; where one is not, the result is unknown
    /// (computed from it) without a call.
    Known(fn(&Call<'_>) -> Outcome),
    /// The arguments may be unknown, have holes or be open; none is `OneOf`, which is distributed before
    /// the call.
    Partial(fn(&Call<'_>) -> Outcome),
}

/// A call with evaluated arguments.
pub struct Call<'a> {
    /// The function.
    pub function: &'static Function,
    /// The whole call.
    pub span: Span,
    /// The arguments; the count has been checked.
    pub arguments: &'a [Value],
}

/// The result of a call, or what is wrong with it.
pub type Outcome = Result<Value, Fault>;

/// Why a call cannot be evaluated: the argument (0-based) that is to blame, or the call as a whole, and a
/// sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The argument to point at.
    pub argument: Option<usize>,
    /// What is wrong.
    pub message: String,
}

/// The function with this name, without regard to case.
pub fn find(_name: &str) -> Option<&'static Function> {
    None
}
