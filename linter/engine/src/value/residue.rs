//! Residues: the normalised expression that stands for a value, the identity of what is not known.
//!
//! A residue is written once, from left to right, with a bound on its length and on the values looked at:
//! a value that holds another one twice, which holds a third one twice, must not cost a power of two.

use smol_str::{SmolStr, format_smolstr};

use super::{MAX_DEPTH, Value, ValueKind};
use crate::syntax::Number;

/// A residue longer than this many bytes is cut and closed with a hash of the whole.
const MAX_BYTES: usize = 2048;

/// How many values one residue looks at; those behind do not count for the identity.
const MAX_VISITS: usize = 20_000;

struct Writer {
    kept: String,
    hash: u64,
    cut: bool,
    visits: usize,
    depth: usize,
}

impl Writer {
    fn new() -> Writer {
        Writer { kept: String::new(), hash: 0xcbf2_9ce4_8422_2325, cut: false, visits: MAX_VISITS, depth: 0 }
    }

    fn push(&mut self, text: &str) {
        // FNV-1a.
        self.hash = text
            .bytes()
            .fold(self.hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        if self.cut {
            return;
        }
        let room = MAX_BYTES - self.kept.len();
        let end = text.floor_char_boundary(room);
        self.kept.push_str(&text[..end]);
        self.cut = end < text.len();
    }

    fn finish(self) -> SmolStr {
        if self.cut { format_smolstr!("{}...#{:016x}", self.kept, self.hash) } else { self.kept.into() }
    }

    fn call(&mut self, function: &str, arguments: &[Value]) {
        self.push(function);
        self.push("(");
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.value(argument);
        }
        self.push(")");
    }

    fn value(&mut self, value: &Value) {
        if self.visits == 0 || self.depth == MAX_DEPTH {
            return;
        }
        self.visits -= 1;
        self.depth += 1;
        self.inside(value);
        self.depth -= 1;
    }

    fn inside(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Absent | ValueKind::Null => self.push("null()"),
            ValueKind::Bool(value) => self.push(if *value { "true()" } else { "false()" }),
            ValueKind::Number(Number::Int(value)) => self.push(&format_smolstr!("{value}")),
            ValueKind::Number(Number::Float(value)) => self.push(&format_smolstr!("{value}")),
            ValueKind::Text(text) => self.push(&text.residue()),
            ValueKind::Array(elements) => self.call("createArray", elements),
            ValueKind::OneOf(values) => self.call("oneOf", values),
            ValueKind::Unknown(unknown) => self.push(&unknown.residue),
            ValueKind::Object(object) => {
                self.push("createObject(");
                let mut separator = "";
                for entry in object.entries() {
                    self.push(&format_smolstr!("{separator}'{}', ", entry.key));
                    self.value(&entry.value);
                    separator = ", ";
                }
                if let Some(rest) = object.rest() {
                    self.push(&format_smolstr!("{separator}...{rest}"));
                }
                self.push(")");
            }
        }
    }
}

/// The residue of a value.
pub(super) fn of(value: &Value) -> SmolStr {
    match &value.kind {
        ValueKind::Unknown(unknown) => unknown.residue.clone(),
        _ => {
            let mut writer = Writer::new();
            writer.value(value);
            writer.finish()
        }
    }
}

/// A residue made elsewhere, within the bound.
pub(super) fn shortened(residue: SmolStr) -> SmolStr {
    if residue.len() <= MAX_BYTES {
        return residue;
    }
    let mut writer = Writer::new();
    writer.push(&residue);
    writer.finish()
}

/// The residue of a call of `function` with these arguments.
pub fn call_residue(function: &str, arguments: &[Value]) -> SmolStr {
    let mut writer = Writer::new();
    writer.call(function, arguments);
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{SourceId, Span};
    use crate::value::{Origin, Truth};

    const SPAN: Span = Span { source: SourceId(0), start: 0, end: 0 };

    fn array(elements: Vec<Value>) -> Value {
        Value::new(ValueKind::Array(elements.into()), Origin::at(SPAN))
    }

    #[test]
    fn long_residues_tell_their_ends_apart() {
        let long = |end: &str| {
            array(
                (0..500)
                    .map(|_| Value::string("some text", SPAN))
                    .chain([Value::string(end, SPAN)])
                    .collect(),
            )
        };
        assert!(long("a").residue().len() < 2 * MAX_BYTES);
        assert_ne!(long("a").residue(), long("b").residue());
        assert_eq!(long("a").residue(), long("a").residue());
    }

    #[test]
    fn shared_parts_do_not_cost_a_power_of_two() {
        let mut value = array(vec![Value::string("x", SPAN)]);
        let mut other = array(vec![Value::string("x", SPAN)]);
        for _ in 0..90 {
            value = array(vec![value.clone(), value]);
            other = array(vec![other.clone(), other]);
        }
        assert!(value.residue().starts_with("createArray(createArray("));
        assert!(value.is_known());
        assert_eq!(value.same_as(&other), Truth::True);
        assert!(value.to_json().is_array());
    }
}
