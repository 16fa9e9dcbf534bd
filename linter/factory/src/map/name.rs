//! Names for people: what is known of a text, with its holes in braces.

use armlint_engine::value::{Text, Value};

/// The text, with the expression of each hole in braces, see [`Text::braced`].
pub fn shown(text: &Text) -> String {
    text.braced()
}

/// The text of a value; empty where it is none.
pub fn of_value(value: &Value) -> String {
    value.text().map(|text| shown(&text)).unwrap_or_default()
}
