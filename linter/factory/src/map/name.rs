//! Names for people: what is known of a text, with its holes in braces.

use armlint_engine::value::{Reason, Segment, Text, Value};

/// The text, with the expression of each hole in braces, see [`Text::braced`]. What Data Factory computes stands
/// in its own braces.
pub fn shown(text: &Text) -> String {
    let part = |segment: Segment| match segment {
        Segment::Literal(text) => text.to_string(),
        Segment::Hole(hole) if hole.reason == Reason::RunTime => match hole.term.literals().first() {
            Some(written) if written.starts_with('@') => written.to_string(),
            _ => Text::hole(hole).braced(),
        },
        Segment::Hole(hole) => Text::hole(hole).braced(),
    };
    text.segments().into_iter().map(part).collect()
}

/// The text of a value; empty where it is none.
pub fn of_value(value: &Value) -> String {
    value.text().map(|text| shown(&text)).unwrap_or_default()
}
