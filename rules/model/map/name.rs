//! Names for people: what is known of a text, with its holes in braces.

use armlint_engine::value::{Segment, Text, Value};

/// The text, with the expression of each hole in braces; `{...}` where the expression holds a part of a
/// secret.
pub fn shown(text: &Text) -> String {
    let mut shown = String::new();
    for segment in text.segments() {
        match segment {
            Segment::Literal(text) => shown.push_str(&text),
            Segment::Hole(hole) => {
                let leaks = hole.secure && hole.term.holds_literal();
                match leaks {
                    true => shown.push_str("{...}"),
                    false => shown.push_str(&format!("{{{}}}", hole.term.shown())),
                }
            }
        }
    }
    shown
}

/// The text of a value; empty where it is none.
pub fn of_value(value: &Value) -> String {
    value.text().map(|text| shown(&text)).unwrap_or_default()
}
