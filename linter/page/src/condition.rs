//! What is asked of a value.

use crate::{Day, List, Meaning, Path, Pattern, Ports, Str, Version};

/// A question with three answers: yes, no, and not known.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Of one of the values at a path all of these hold; one that is not written means what stands in the middle.
    At(Path, List<Meaning>, List<Condition>),
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
    /// A text that an expression finds something in.
    Matches(Pattern),
    /// A text that starts with a day, on one side of another.
    Day(Order, Day),
    /// A number of numbers with points between them, on one side of another.
    Version(Order, Version),
    /// So many elements or members.
    Count(Order, f64),
    /// Of one of its elements all of these hold.
    Some(List<Condition>),
    /// A range of addresses that is the whole internet.
    Internet,
    /// A range of ports.
    Ports(Ports),
    /// It holds one of these.
    Carries(List<Carried>),
}

/// What a value may hold that nobody should read in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// A value of a secure type.
    Secure,
    /// A text that looks like a secret.
    Shape,
    /// The same, in text that is written in Base64.
    EncodedShape,
    /// What a function returns whose name is, or with `*` at its end starts with, this.
    Call(Str),
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
    /// Whether `number`, or whatever else has an order, is on this side of `bound`.
    pub fn holds<T: PartialOrd>(self, number: T, bound: T) -> bool {
        match self {
            Order::LessThan => number < bound,
            Order::AtMost => number <= bound,
            Order::AtLeast => number >= bound,
            Order::GreaterThan => number > bound,
        }
    }
}
