//! The operators of front matter, with three values.

use armlint_page::{Condition, Literal, Order};

use super::path;
use crate::span::Span;
use crate::syntax::Number;
use crate::value::{Origin, Text, Truth, Value, ValueKind};

/// Whether all conditions hold for a value.
pub(super) fn all(conditions: &[Condition], value: &Value) -> Truth {
    Truth::all(conditions.iter().map(|condition| holds(condition, value)))
}

fn holds(condition: &Condition, value: &Value) -> Truth {
    match condition {
        Condition::At(path, conditions) => {
            Truth::any(path::select(path, value).iter().map(|value| all(conditions, value)))
        }
        Condition::All(conditions) => all(conditions, value),
        Condition::Any(conditions) => Truth::any(conditions.iter().map(|condition| holds(condition, value))),
        Condition::Not(conditions) => !all(conditions, value),
        Condition::Exists => each(value, |value| match value.kind {
            ValueKind::Unknown(_) => Truth::Unknown,
            _ => Truth::from(!value.is_missing()),
        }),
        Condition::In(literals) => {
            each(value, |value| Truth::any(literals.iter().map(|literal| equals(literal, value))))
        }
        Condition::StartsWith(start) => text(value, |text| text.starts_with(start)),
        Condition::EndsWith(end) => text(value, |text| text.ends_with(end)),
        Condition::Contains(literal) => each(value, |value| contains(literal, value)),
        Condition::Is(order, bound) => each(value, |value| is(*order, *bound, value)),
    }
}

fn each(value: &Value, judge: impl Fn(&Value) -> Truth) -> Truth {
    Truth::unanimous(value.alternatives().iter().map(judge))
}

fn text(value: &Value, judge: impl Fn(&Text) -> Truth) -> Truth {
    each(value, |value| value.text().map_or(Truth::False, |text| judge(&text)))
}

fn equals(literal: &Literal, value: &Value) -> Truth {
    match literal {
        Literal::Text(text) => value.is_text(text),
        // The service takes the words as well.
        Literal::Bool(flag) if value.known_text().is_some() => value.is_text(&flag.to_string()),
        _ => value.same_as(&self::value(literal, value.origin.span)),
    }
}

/// A literal as a value that stands at a place.
pub(super) fn value(literal: &Literal, span: Span) -> Value {
    let kind = match literal {
        Literal::Text(text) => return Value::string(text.as_ref(), span),
        Literal::Bool(flag) => ValueKind::Bool(*flag),
        Literal::Int(number) => ValueKind::Number(Number::Int(*number)),
        Literal::Float(number) => ValueKind::Number(Number::Float(*number)),
    };
    Value::new(kind, Origin::at(span))
}

fn contains(literal: &Literal, value: &Value) -> Truth {
    match (&value.kind, literal) {
        (ValueKind::Array(elements), _) => {
            Truth::any(elements.iter().map(|element| equals(literal, element)))
        }
        (ValueKind::Unknown(_), _) => Truth::Unknown,
        (ValueKind::Text(Text::Known(text)), Literal::Text(part)) => Truth::from(holds_part(text, part)),
        // A hole may hold it, alone or with what stands around it.
        (ValueKind::Text(text), Literal::Text(part)) => {
            match text.literals().any(|text| holds_part(text, part)) {
                true => Truth::True,
                false => Truth::Unknown,
            }
        }
        _ => Truth::False,
    }
}

fn holds_part(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

fn is(order: Order, bound: f64, value: &Value) -> Truth {
    match &value.kind {
        ValueKind::Unknown(_) => Truth::Unknown,
        ValueKind::Number(Number::Int(number)) => Truth::from(order.holds(*number as f64, bound)),
        ValueKind::Number(Number::Float(number)) => Truth::from(order.holds(*number, bound)),
        ValueKind::Text(Text::Known(text)) => {
            text.trim().parse().map_or(Truth::False, |number| Truth::from(order.holds(number, bound)))
        }
        ValueKind::Text(Text::Symbolic(_)) => Truth::Unknown,
        _ => Truth::False,
    }
}
