//! What is asked of texts that are days, versions, addresses and ports.

use armlint_page::{Day, Order, Pattern, Ports, Version, port_ranges};
use jiff::ToSpan;
use jiff::civil;

use crate::settings::Date;
use crate::value::{Text, Truth, Value, ValueKind};

/// Whether a pattern finds something. A secret is not asked: the answer would tell of it.
pub(super) fn matches(pattern: &Pattern, value: &Value) -> Truth {
    match &value.kind {
        _ if value.secure => Truth::Unknown,
        ValueKind::Text(Text::Known(text)) => Truth::from(pattern.finds(text)),
        ValueKind::Unknown(_) | ValueKind::OneOf(_) | ValueKind::Text(_) => Truth::Unknown,
        _ => Truth::False,
    }
}

/// Whether a text starts with a day on one side of another.
pub(super) fn day(order: Order, bound: Day, as_of: Date, value: &Value) -> Truth {
    let day = |day: Day| match day {
        Day::On(year, month, day) => civil::Date::new(year, month, day).ok(),
        Day::After(years, months, days) => {
            let month = i8::try_from(as_of.month).ok()?;
            let today =
                civil::Date::new(i16::try_from(as_of.year).ok()?, month, i8::try_from(as_of.day).ok()?);
            today.ok()?.checked_add(years.years().months(months).days(days)).ok()
        }
    };
    parsed(value, |text| Some(order.holds(day(Day::leading(text)?)?, day(bound)?)))
}

/// Whether a text is a version on one side of another.
pub(super) fn version(order: Order, bound: &Version, value: &Value) -> Truth {
    parsed(value, |text| Some(order.holds(&Version::parse(text)?, bound)))
}

/// Whether a text says ports for which something holds.
pub(super) fn ports(ports: &Ports, value: &Value) -> Truth {
    parsed(value, |text| Some(ports.is_true_of(&port_ranges(text)?)))
}

/// Whether a text means every address.
pub(super) fn internet(text: &Text) -> Truth {
    let words = ["*", "internet", "any", "0.0.0.0/0", "::/0", "0.0.0.0-255.255.255.255"];
    Truth::any(words.map(|word| text.equals_ignore_case(&Text::Known(word.into()))))
}

// Of a text, or a number as a text; what is no such text does not hold.
fn parsed(value: &Value, holds: impl Fn(&str) -> Option<bool>) -> Truth {
    match &value.kind {
        ValueKind::Text(Text::Known(text)) => Truth::from(holds(text).unwrap_or(false)),
        ValueKind::Number(_) => Truth::from(holds(&value.to_json().to_string()).unwrap_or(false)),
        ValueKind::Unknown(_) | ValueKind::OneOf(_) | ValueKind::Text(_) => Truth::Unknown,
        _ => Truth::False,
    }
}
