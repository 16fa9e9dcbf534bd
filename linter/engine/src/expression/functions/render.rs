//! Values as text: what `concat` makes of a scalar, and compact JSON in either quotes.

use std::fmt::Write;
use std::rc::Rc;

use super::call::{MAX_DEPTH, MAX_TEXT_BYTES, MAX_VISITS};
use crate::value::{Number, Piece, Reason, Text, Type, Unknown, Value, ValueKind};

/// The text of a scalar; `None` of an array and an object. An unknown value is a hole.
pub(super) fn scalar(value: &Value) -> Option<Text> {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => Some(Text::Known("".into())),
        ValueKind::Bool(true) => Some(Text::Known("True".into())),
        ValueKind::Bool(false) => Some(Text::Known("False".into())),
        ValueKind::Number(value) => Some(Text::Known(number(*value).into())),
        ValueKind::Text(text) => Some(text.clone()),
        ValueKind::Array(_) | ValueKind::Object(_) => None,
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => {
            (!matches!(value.ty(), Some(Type::Array | Type::Object))).then(|| Text::hole(hole(value)))
        }
    }
}

/// The parts of what a value is rendered to; an array or object as JSON in single quotes.
pub(super) fn pieces(value: &Value) -> Vec<Piece> {
    if value.pieces.is_some() {
        return value.pieces();
    }
    let text = scalar(value).or_else(|| json(value, '\''));
    piece(value, text.unwrap_or_else(|| Text::hole(hole(value))))
}

/// A text that comes from `value` as one part; none where it is empty.
pub(super) fn piece(value: &Value, text: Text) -> Vec<Piece> {
    if text.known().is_some_and(|text| text.is_empty()) {
        return Vec::new();
    }
    let secure = value.secure || text.holes().any(|hole| hole.secure);
    vec![Piece { text, origin: value.origin.clone(), secure, assumed: value.assumed }]
}

/// The unknown that stands for a value in a text.
pub(super) fn hole(value: &Value) -> Rc<Unknown> {
    match &value.kind {
        ValueKind::Unknown(unknown) if unknown.secure || !value.secure => unknown.clone(),
        ValueKind::Unknown(unknown) => Rc::new(Unknown { secure: true, ..(**unknown).clone() }),
        _ => Rc::new(Unknown {
            secure: value.secure,
            ty: value.ty(),
            ..Unknown::new(Reason::Computed, value.term())
        }),
    }
}

/// A number as .NET prints it in the invariant culture.
pub(super) fn number(number: Number) -> String {
    match number {
        Number::Int(value) => value.to_string(),
        Number::Float(value) => float(value),
    }
}

fn float(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-5..1e15).contains(&size) || !value.is_finite() {
        return value.to_string();
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}E+{exponent:0>2}"),
        Some((mantissa, exponent)) => format!("{mantissa}E-{:0>2}", exponent.trim_start_matches('-')),
        None => text,
    }
}

/// A value as compact JSON with strings in `quote`; holes stay holes. `None` where the order or number of
/// members is not known, or the text gets too long.
pub(super) fn json(value: &Value, quote: char) -> Option<Text> {
    let mut writer =
        TextWriter { quote, parts: Vec::new(), literal: String::new(), size: 0, visits: MAX_VISITS };
    writer.value(value, 0)?;
    writer.flush();
    Some(Text::concat(writer.parts))
}

struct TextWriter {
    quote: char,
    parts: Vec<Text>,
    literal: String,
    size: usize,
    visits: usize,
}

impl TextWriter {
    fn flush(&mut self) {
        let literal = std::mem::take(&mut self.literal);
        self.size += literal.len();
        self.parts.push(Text::Known(literal.into()));
    }

    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        self.visits = self.visits.checked_sub(1)?;
        if depth == MAX_DEPTH || self.size + self.literal.len() > MAX_TEXT_BYTES {
            return None;
        }
        match &value.kind {
            ValueKind::Absent | ValueKind::Null => self.literal.push_str("null"),
            ValueKind::Bool(value) => self.literal.push_str(if *value { "true" } else { "false" }),
            ValueKind::Number(Number::Float(value)) if value.fract() == 0.0 && value.abs() < 1e15 => {
                let _ = write!(self.literal, "{value:.1}");
            }
            ValueKind::Number(value) => self.literal.push_str(&number(*value)),
            ValueKind::Text(text) => self.text(text),
            ValueKind::Array(elements) => {
                self.literal.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        self.literal.push(',');
                    }
                    self.value(element, depth + 1)?;
                }
                self.literal.push(']');
            }
            ValueKind::Object(object) => {
                if object.is_open() {
                    return None;
                }
                self.literal.push('{');
                for (index, entry) in object.entries().iter().enumerate() {
                    if index > 0 {
                        self.literal.push(',');
                    }
                    self.quoted(&entry.key);
                    self.literal.push(':');
                    self.value(&entry.value, depth + 1)?;
                }
                self.literal.push('}');
            }
            ValueKind::OneOf(_) | ValueKind::Unknown(_) => self.unknown(value)?,
        }
        Some(())
    }

    fn unknown(&mut self, value: &Value) -> Option<()> {
        match value.ty() {
            Some(Type::String) => self.text(&Text::hole(hole(value))),
            Some(Type::Number) => {
                self.flush();
                self.parts.push(Text::hole(hole(value)));
            }
            // Neither the quotes nor the brackets of anything else are known.
            _ => return None,
        }
        Some(())
    }

    fn text(&mut self, text: &Text) {
        let quote = self.quote;
        self.literal.push(quote);
        match text {
            Text::Known(text) => self.escaped(text),
            Text::Symbolic(_) => {
                self.flush();
                for part in text.segments() {
                    match part {
                        crate::value::Segment::Literal(text) => {
                            self.escaped(&text);
                            self.flush();
                        }
                        crate::value::Segment::Hole(hole) => self.parts.push(Text::hole(hole)),
                    }
                }
            }
        }
        self.literal.push(quote);
    }

    fn quoted(&mut self, text: &str) {
        self.literal.push(self.quote);
        self.escaped(text);
        self.literal.push(self.quote);
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\\' => self.literal.push_str("\\\\"),
                '\n' => self.literal.push_str("\\n"),
                '\r' => self.literal.push_str("\\r"),
                '\t' => self.literal.push_str("\\t"),
                '\u{8}' => self.literal.push_str("\\b"),
                '\u{c}' => self.literal.push_str("\\f"),
                c if c == self.quote => {
                    self.literal.push('\\');
                    self.literal.push(c);
                }
                '\u{0}'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(self.literal, "\\u{:04x}", c as u32);
                }
                c => self.literal.push(c),
            }
        }
    }
}
