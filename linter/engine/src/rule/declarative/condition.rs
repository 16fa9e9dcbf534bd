//! The operators of YAML rules.

use super::path::Path;
use crate::syntax::Number;
use crate::value::{Origin, Text, Truth, Value, ValueKind};

/// What is asked of a value.
#[derive(Debug)]
pub(super) enum Condition {
    /// The condition holds for one of the values at a path.
    At(Path, Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Something other than `null` is written.
    Exists,
    /// Equal to one of these; text without regard to case.
    In(Vec<Literal>),
    StartsWith(String),
    EndsWith(String),
}

/// A literal of a YAML rule.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
pub(super) enum Literal {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

impl Condition {
    /// Whether the condition holds for a value.
    pub(super) fn holds(&self, value: &Value) -> Truth {
        match self {
            Condition::At(path, condition) => {
                Truth::any(path.select(value).iter().map(|value| condition.holds(value)))
            }
            Condition::All(conditions) => {
                Truth::all(conditions.iter().map(|condition| condition.holds(value)))
            }
            Condition::Any(conditions) => {
                Truth::any(conditions.iter().map(|condition| condition.holds(value)))
            }
            Condition::Not(condition) => !condition.holds(value),
            Condition::Exists => each(value, |value| match value.kind {
                ValueKind::Unknown(_) => Truth::Unknown,
                _ => Truth::from(!value.is_missing()),
            }),
            Condition::In(literals) => {
                each(value, |value| Truth::any(literals.iter().map(|literal| literal.equals(value))))
            }
            Condition::StartsWith(start) => text(value, |text| text.starts_with(start)),
            Condition::EndsWith(end) => text(value, |text| text.ends_with(end)),
        }
    }
}

fn each(value: &Value, judge: impl Fn(&Value) -> Truth) -> Truth {
    Truth::unanimous(value.alternatives().iter().map(judge))
}

fn text(value: &Value, judge: impl Fn(&Text) -> Truth) -> Truth {
    each(value, |value| value.text().map_or(Truth::False, |text| judge(&text)))
}

impl Literal {
    fn equals(&self, value: &Value) -> Truth {
        let kind = match self {
            Literal::Text(text) => return value.is_text(text),
            // The service takes the words as well.
            Literal::Bool(flag) if value.known_text().is_some() => return value.is_text(&flag.to_string()),
            Literal::Bool(flag) => ValueKind::Bool(*flag),
            Literal::Int(number) => ValueKind::Number(Number::Int(*number)),
            Literal::Float(number) => ValueKind::Number(Number::Float(*number)),
        };
        value.same_as(&Value::new(kind, Origin::at(value.origin.span)))
    }
}
