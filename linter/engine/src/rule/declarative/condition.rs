//! The operators of front matter, with three values.

mod carried;
mod elements;
mod written;

use armlint_page::{Condition, Literal, Meaning, Order};

use super::path;
use crate::settings::Date;
use crate::span::Span;
use crate::syntax::Number;
use crate::value::{Origin, Reason, Text, Truth, Value, ValueKind, Walk};

/// What conditions are asked in: what is the same for all values of a resource.
pub(super) struct Judge<'j> {
    /// The day that is checked for.
    pub(super) as_of: Date,
    /// The version of the API that the resource is written for.
    pub(super) version: &'j Value,
    /// What is charged for looking at values.
    pub(super) walk: &'j Walk,
}

impl Judge<'_> {
    /// Whether all conditions hold for a value.
    pub(super) fn all(&self, conditions: &[Condition], value: &Value) -> Truth {
        decided(conditions, Truth::True, |condition| self.holds(condition, value), Truth::and)
    }

    fn holds(&self, condition: &Condition, value: &Value) -> Truth {
        let all = |conditions: &[Condition], value: &Value| self.all(conditions, value);
        match condition {
            Condition::At(path, absent_is, conditions) => {
                self.at(&path::select(path, value, self.walk), absent_is, conditions)
            }
            Condition::All(conditions) => all(conditions, value),
            Condition::Any(conditions) => {
                decided(conditions, Truth::False, |condition| self.holds(condition, value), Truth::or)
            }
            Condition::Not(conditions) => !all(conditions, value),
            Condition::Some(conditions) => each(value, |value| {
                elements::some(value, |element| match self.walk.takes(element.origin.span) {
                    true => all(conditions, element),
                    false => Truth::Unknown,
                })
            }),
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
            Condition::Count(order, bound) => each(value, |value| elements::count(*order, *bound, value)),
            Condition::Matches(pattern) => each(value, |value| written::matches(pattern, value)),
            Condition::Day(order, day) => each(value, |value| written::day(*order, *day, self.as_of, value)),
            Condition::Version(order, version) => {
                each(value, |value| written::version(*order, version, value))
            }
            Condition::Internet => text(value, written::internet),
            Condition::Ports(ports) => each(value, |value| written::ports(ports, value)),
            Condition::Carries(kinds) => carried::any(kinds, value),
        }
    }

    /// Whether all conditions hold of one of the values at a path.
    pub(super) fn at(&self, values: &[Value], absent_is: &[Meaning], conditions: &[Condition]) -> Truth {
        let holds = |value: &Value| match value.is_absent() && !absent_is.is_empty() {
            true => self.all(conditions, &self.meaning(absent_is, value.clone())),
            false => self.all(conditions, value),
        };
        decided(values, Truth::False, holds, Truth::or)
    }

    /// What the service takes for a value that is not written, at the place where it is missing.
    pub(super) fn meaning(&self, meanings: &[Meaning], absent: Value) -> Value {
        let fits = |meaning: &Meaning| match (&meaning.before, self.version.known_text()) {
            (None, _) => Truth::True,
            (Some(before), Some(version)) => Truth::from(version < before.as_ref()),
            (Some(_), None) => Truth::Unknown,
        };
        // A version that is not known decides nothing.
        let first =
            meanings.iter().map(|meaning| (meaning, fits(meaning))).find(|(_, fits)| !fits.is_false());
        match first {
            Some((meaning, Truth::True)) => value(&meaning.value, absent.origin.span),
            Some(_) => Value::unknown(Reason::Computed, self.version.term(), absent.origin.span),
            None => absent,
        }
    }
}

// The answers together, until one of them decides; `none` is the answer of nothing.
pub(super) fn decided<T>(
    asked: &[T],
    none: Truth,
    ask: impl Fn(&T) -> Truth,
    together: impl Fn(Truth, Truth) -> Truth,
) -> Truth {
    let mut answer = none;
    for one in asked {
        answer = together(answer, ask(one));
        if answer == !none {
            break;
        }
    }
    answer
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
