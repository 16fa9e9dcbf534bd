//! What is asked of a value.

use crate::{List, Path, Str};

/// A question with three answers: yes, no, and not known.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Of one of the values at a path all of these hold.
    At(Path, List<Condition>),
    /// All of these hold.
    All(List<Condition>),
    /// One of these holds.
    Any(List<Condition>),
    /// Not all of these hold.
    Not(List<Condition>),
    /// Something other than `null` is written.
    Exists,
    /// Equal to one of these; text without regard to case.
    In(List<Literal>),
    /// A text that starts with this, without regard to case.
    StartsWith(Str),
    /// A text that ends with this, without regard to case.
    EndsWith(Str),
    /// A text with this in it, or a list with this as an element; text without regard to case.
    Contains(Literal),
    /// A number, perhaps written as text, on one side of another.
    Is(Order, f64),
}

/// The side of a number that another is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Below it.
    LessThan,
    /// Not above it.
    AtMost,
    /// Not below it.
    AtLeast,
    /// Above it.
    GreaterThan,
}

/// A literal in front matter.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "a text, a number or a boolean is expected here")]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Text.
    Text(Str),
}

impl Order {
    /// Whether `number` is on this side of `bound`.
    pub fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Order::LessThan => number < bound,
            Order::AtMost => number <= bound,
            Order::AtLeast => number >= bound,
            Order::GreaterThan => number > bound,
        }
    }
}
