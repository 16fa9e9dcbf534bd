//! Whether a value holds a secret, or what a function returns.

use armlint_page::Carried;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::decided;
use crate::secret::{Reading, shapes};
use crate::value::{Text, Truth, Value, ValueKind};

/// Whether a text holds one of these. One alternative that does is enough: it may be the one.
pub(super) fn any(kinds: &[Carried], value: &Value) -> Truth {
    decided(kinds, Truth::False, |kind| holds(kind, value), Truth::or)
}

// Of a list or an object its elements and members are to be asked, so that a finding stands at one of them.
fn holds(kind: &Carried, value: &Value) -> Truth {
    match kind {
        _ if matches!(value.kind, ValueKind::Array(_) | ValueKind::Object(_)) => Truth::False,
        Carried::Secure => known_or(value.secure, value),
        Carried::Call(name) => {
            let is_meant = |function: &str| match name.strip_suffix('*') {
                Some(start) => {
                    function.get(..start.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(start))
                }
                None => function.eq_ignore_ascii_case(name),
            };
            known_or(value.term().discloses_call(is_meant), value)
        }
        Carried::Shape => shaped(value, &|text| !shapes(text, Reading::Value).is_empty()),
        Carried::EncodedShape => shaped(value, &|text| {
            let decoded =
                BASE64_STANDARD.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            decoded.is_some_and(|text| !shapes(&text, Reading::Raw).is_empty())
        }),
    }
}

// What is not known may hold anything.
fn known_or(found: bool, value: &Value) -> Truth {
    if found {
        Truth::True
    } else if value.is_known() {
        Truth::False
    } else {
        Truth::Unknown
    }
}

fn shaped(value: &Value, is_secret: &dyn Fn(&str) -> bool) -> Truth {
    match &value.kind {
        ValueKind::OneOf(values) => {
            decided(values, Truth::False, |value| shaped(value, is_secret), Truth::or)
        }
        ValueKind::Text(Text::Known(text)) => Truth::from(is_secret(text)),
        ValueKind::Text(text) => match text.literals().any(is_secret) {
            true => Truth::True,
            false => Truth::Unknown,
        },
        ValueKind::Unknown(_) => Truth::Unknown,
        _ => Truth::False,
    }
}
