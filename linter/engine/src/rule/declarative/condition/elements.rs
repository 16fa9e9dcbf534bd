//! What is asked of the elements of a list, or the members of an object.

use armlint_page::Order;

use super::decided;
use crate::value::{Truth, Value, ValueKind};

/// Whether something holds of one of the elements; not of one of nothing.
pub(super) fn some(value: &Value, holds: impl Fn(&Value) -> Truth) -> Truth {
    match &value.kind {
        ValueKind::Array(elements) => {
            decided(elements, Truth::False, |element| holds(&element.clone().tainted_by(value)), Truth::or)
        }
        ValueKind::Object(object) => {
            let entries = object.entries();
            let found = decided(&entries, Truth::False, |entry| holds(&entry.value), Truth::or);
            if object.is_open() { found.or(Truth::Unknown) } else { found }
        }
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => Truth::Unknown,
        _ => Truth::False,
    }
}

/// Whether there are so many; none of what is not written.
pub(super) fn count(order: Order, bound: f64, value: &Value) -> Truth {
    let counted = |count: usize| Truth::from(order.holds(count as f64, bound));
    match &value.kind {
        ValueKind::Array(elements) => counted(elements.len()),
        ValueKind::Object(object) => match object.keys() {
            (keys, false) => counted(keys.len()),
            // There may be more, and no fewer.
            (keys, true) => match order {
                Order::AtLeast | Order::GreaterThan => counted(keys.len()).or(Truth::Unknown),
                Order::AtMost | Order::LessThan => counted(keys.len()).and(Truth::Unknown),
            },
        },
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => Truth::Unknown,
        ValueKind::Absent | ValueKind::Null => counted(0),
        _ => Truth::False,
    }
}
