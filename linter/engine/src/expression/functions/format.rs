//! `format`: .NET composite formatting, part by part, so that each part keeps its origin.

use std::rc::Rc;

use super::call::MAX_TEXT_BYTES;
use super::number_format::{self, Formatted};
use super::render;
use super::{Body, CallFault, CallResult, Function, Invocation};
use crate::value::{Discloses, Number, Piece, Reason, Segment, Term, Text, Type, Unknown, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[Function {
    name: "format",
    min: 1,
    max: usize::MAX,
    returns: Some(Type::String),
    discloses: Discloses::Whole,
    body: Body::Partial(format),
}];

/// A part of a format string.
#[derive(Debug, PartialEq)]
enum Part {
    Literal(String),
    Item { index: usize, width: i32, spec: String },
}

fn format(call: &Invocation<'_>) -> CallResult {
    let template = call.argument(0);
    let text = call.text(0)?;
    let mut pieces = Vec::new();
    let mut size = 0;
    for segment in text.segments() {
        let literal = match segment {
            Segment::Hole(hole) => {
                pieces.extend(render::piece(template, Text::hole(hole)));
                continue;
            }
            Segment::Literal(literal) => literal,
        };
        let parts = match parse(&literal) {
            Ok(parts) => parts,
            Err(_) if text.known().is_none() => return Ok(call.unknown()),
            Err(message) => return Err(call.fault(0, message)),
        };
        for part in parts {
            let part = match part {
                Part::Literal(literal) => render::piece(template, Text::Known(literal.into())),
                Part::Item { index, width, spec } => item(call, index, width, &spec)?,
            };
            size += part.iter().filter_map(|piece| piece.text.known()).map(|text| text.len()).sum::<usize>();
            pieces.extend(part);
        }
        if size > MAX_TEXT_BYTES {
            return Ok(call.limit());
        }
    }
    Ok(call.assembled(pieces))
}

fn item(call: &Invocation<'_>, index: usize, width: i32, spec: &str) -> Result<Vec<Piece>, CallFault> {
    let Some(value) = call.arguments.get(index + 1) else {
        let count = call.arguments.len() - 1;
        return Err(
            call.fault(0, format!("the format string uses {{{index}}}, but there are {count} values"))
        );
    };
    let formatted = match &value.kind {
        ValueKind::Number(number) if !spec.is_empty() => match number_format::apply(*number, spec) {
            Formatted::Text(text) => Some(Text::Known(text.into())),
            Formatted::Unsupported => None,
            Formatted::Invalid => {
                return Err(call.fault(0, format!("'{spec}' is no format for {}", shown(*number))));
            }
        },
        // A format has no effect on anything but a number.
        ValueKind::Unknown(unknown)
            if !spec.is_empty() && !matches!(unknown.ty, Some(Type::String | Type::Bool)) =>
        {
            None
        }
        _ if width == 0 => return Ok(render::pieces(value)),
        _ => render::scalar(value).or_else(|| render::json(value, '\'')),
    };
    let text = match formatted {
        Some(Text::Known(text)) => Text::Known(padded(&text, width).into()),
        Some(text) if width == 0 => text,
        _ => item_hole(value, width, spec),
    };
    Ok(render::piece(value, text))
}

fn shown(number: Number) -> String {
    format!("the number {}", render::number(number))
}

// What `format('{0,5:D3}', value)` leaves.
fn item_hole(value: &Value, width: i32, spec: &str) -> Text {
    let width = if width == 0 { String::new() } else { format!(",{width}") };
    let spec = if spec.is_empty() { String::new() } else { format!(":{spec}") };
    let template = Value::string(format!("{{0{width}{spec}}}"), value.origin.span);
    let term = Term::of_call("format", &[template, value.clone()]);
    let secure = render::hole(value).secure;
    let ty = Some(Type::String);
    Text::hole(Rc::new(Unknown { secure, ty, ..Unknown::new(Reason::Computed, term) }))
}

fn padded(text: &str, width: i32) -> String {
    let size = text.encode_utf16().count();
    let missing = (width.unsigned_abs() as usize).saturating_sub(size);
    let padding = " ".repeat(missing);
    if width > 0 { padding + text } else { text.to_owned() + &padding }
}

/// The largest index and width that .NET takes.
const MAX_NUMBER: usize = 1_000_000;

// `{index[,width][:spec]}`, with `{{` and `}}` for braces.
fn parse(template: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..at + 1];
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = behind;
            continue;
        }
        if brace == "}" {
            return Err("the format string has a '}' without a '{'; write '}}' for the character".into());
        }
        let Some(end) = rest.find('}') else {
            return Err("the format string has a '{' without a '}'; write '{{' for the character".into());
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        let inner = &rest[..end];
        parts.push(parse_item(inner).ok_or_else(|| format!("'{{{inner}}}' is no format item"))?);
        rest = &rest[end + 1..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

fn parse_item(item: &str) -> Option<Part> {
    let (head, spec) = item.split_once(':').unwrap_or((item, ""));
    let (index, width) = head.split_once(',').unwrap_or((head, "0"));
    let index = index.trim_end_matches(' ');
    if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let index = index.parse().ok().filter(|index| *index < MAX_NUMBER)?;
    let width = width.trim_matches(' ');
    let digits = width.strip_prefix('-').unwrap_or(width);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<usize>().ok().filter(|width| *width < MAX_NUMBER)?;
    Some(Part::Item { index, width: width.parse().ok()?, spec: spec.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{check, run, value};

    #[test]
    fn known() {
        check(&[
            ("format", json!(["{0}{0}{1}", "a", 1]), json!("aa1")),
            ("format", json!(["{{{0}}}", "a"]), json!("{a}")),
            ("format", json!(["{0:D3}", 7]), json!("007")),
            ("format", json!(["{0:D3}", "7"]), json!("7")),
            ("format", json!(["{0,5}|{0,-5}|", "ab"]), json!("   ab|ab   |")),
            ("format", json!(["{0,5:X}|", 255]), json!("   FF|")),
            ("format", json!(["{0} {1}", true, null]), json!("True ")),
            ("format", json!(["{0}", {"a": "b", "!c": 2}]), json!("{'a':'b','!c':2}")),
            ("format", json!(["{0}", [true, 2893, "it's"]]), json!("[true,2893,'it\\'s']")),
            ("format", json!(["{0}"]), json!("!")),
            ("format", json!(["{", 1]), json!("!")),
            ("format", json!(["a}", 1]), json!("!")),
            ("format", json!(["{a}", 1]), json!("!")),
            ("format", json!(["{0:Q}", 1]), json!("!")),
            ("format", json!([1, "1"]), json!("!")),
            ("format", json!(["{0,2000000000}", "a"]), json!("!")),
        ]);
    }

    #[test]
    fn one_normal_form_with_concat() {
        let (a, b) = (value(&json!({"?": "a"})), value(&json!({"?": "b"})));
        let slash = value(&json!("/"));
        let template = value(&json!("{0}/{1}"));
        let formatted = run("format", &[template, a.clone(), b.clone()]).unwrap();
        let concatenated = run("concat", &[a, slash, b]).unwrap();
        assert!(formatted.same_as(&concatenated).is_true());
        assert_eq!(formatted.pieces().len(), 3);
    }

    #[test]
    fn holes() {
        let unknown = |residue: &str| json!({ "$unknown": residue });
        check(&[
            ("format", json!(["{0}", {"?": "p"}]), unknown("p")),
            ("format", json!(["{0:D2}", {"?int": "n"}]), unknown("format('{0:D2}', n)")),
            ("format", json!(["{0:D2}", {"?": "p"}]), unknown("p")),
            ("format", json!(["x{0,4}", {"?": "p"}]), unknown("concat('x', format('{0,4}', p))")),
            ("format", json!(["x{0}", {"?int": "n"}]), unknown("concat('x', n)")),
            ("format", json!([{"?": "f"}, 1]), unknown("f")),
        ]);
    }
}
