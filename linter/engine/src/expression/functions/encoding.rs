//! Base 64, data URIs and JSON.

use std::rc::Rc;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::call::MAX_TEXT_BYTES;
use super::render;
use super::uri::decoded;
use super::{Body, CallFault, CallResult, Function, Invocation};
use crate::source::Source;
use crate::span::SourceId;
use crate::syntax::{self, Node, NodeKind};
use crate::value::{Discloses, Entry, Object, Segment, Text, Type, Unknown, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    known("base64", Some(Type::String), base64),
    known("base64ToJson", None, |call| parsed(call, &base64_text(call, 0)?, &[])),
    known("base64ToString", Some(Type::String), |call| Ok(call.string(base64_text(call, 0)?))),
    known("dataUri", Some(Type::String), data_uri),
    known("dataUriToString", Some(Type::String), data_uri_to_string),
    Function {
        name: "json",
        min: 1,
        max: 1,
        returns: None,
        discloses: Discloses::Whole,
        body: Body::Partial(json),
    },
];

const fn known(
    name: &'static str,
    returns: Option<Type>,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function { name, min: 1, max: 1, returns, discloses: Discloses::Whole, body: Body::Known(body) }
}

fn base64(call: &Invocation<'_>) -> CallResult {
    Ok(call.string(STANDARD.encode(call.known_text(0)?)))
}

fn base64_text(call: &Invocation<'_>, index: usize) -> Result<String, CallFault> {
    from_base64(call, call.known_text(index)?)
}

// .NET skips white space in base 64.
fn from_base64(call: &Invocation<'_>, text: &str) -> Result<String, CallFault> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
    let bytes = STANDARD.decode(compact).map_err(|_| call.fault(0, "this is no base 64"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn data_uri(call: &Invocation<'_>) -> CallResult {
    let value = call.argument(0);
    let text = render::scalar(value).or_else(|| render::json(value, '"'));
    let Some(Text::Known(text)) = text else { return Ok(call.unknown()) };
    Ok(call.string(format!("data:text/plain;charset=utf-8;base64,{}", STANDARD.encode(text))))
}

fn data_uri_to_string(call: &Invocation<'_>) -> CallResult {
    let text = call.known_text(0)?;
    let parts = text.strip_prefix("data:").and_then(|rest| rest.split_once(','));
    let (kind, payload) = parts.ok_or_else(|| call.fault(0, "dataUriToString() needs a data URI"))?;
    if kind.ends_with("base64") {
        return Ok(call.string(from_base64(call, payload)?));
    }
    Ok(call.string(decoded(payload)))
}

/// The first of the characters that stand for holes while JSON is read: a private-use plane.
const MARKS: u32 = 0x10_0000;

/// How many holes a JSON text may have.
const MAX_HOLES: usize = 0xfffd;

fn json(call: &Invocation<'_>) -> CallResult {
    let text = call.text(0)?;
    if let Text::Known(text) = &text {
        return parsed(call, text, &[]);
    }
    if call.is_unknown(0) {
        return Ok(call.unknown());
    }
    // A hole is taken to hold neither quotes nor backslashes; where one stands outside a string, the
    // text does not parse, and nothing is known.
    let mut marked = String::new();
    let mut holes = Vec::new();
    for segment in text.segments() {
        match segment {
            Segment::Literal(literal) if literal.chars().any(|c| u32::from(c) >= MARKS) => {
                return Ok(call.unknown());
            }
            Segment::Literal(literal) => marked.push_str(&literal),
            Segment::Hole(hole) => {
                marked
                    .extend(u32::try_from(holes.len()).ok().and_then(|index| char::from_u32(MARKS + index)));
                holes.push(hole);
            }
        }
    }
    if holes.len() > MAX_HOLES {
        return Ok(call.limit());
    }
    Ok(parsed(call, &marked, &holes).unwrap_or_else(|_| call.unknown()))
}

fn parsed(call: &Invocation<'_>, text: &str, holes: &[Rc<Unknown>]) -> CallResult {
    if text.trim().is_empty() {
        return Ok(call.shallow(ValueKind::Null));
    }
    if text.len() > MAX_TEXT_BYTES {
        return Ok(call.limit());
    }
    let source = Source::new(SourceId(0), Arc::from(""), text.to_owned());
    let document = syntax::json::parse(&source);
    let broken = document.problems.iter().any(|problem| problem.kind.is_error());
    match value(call, &document.root, holes).filter(|_| !broken) {
        Some(value) => Ok(call.arguments.iter().fold(value, Value::tainted_by)),
        None => Err(call.fault(0, format!("{}() cannot read this as JSON", call.function.name))),
    }
}

// `None` where a node could not be read, or a hole is not within a string value.
fn value(call: &Invocation<'_>, node: &Node, holes: &[Rc<Unknown>]) -> Option<Value> {
    let kind = match &node.kind {
        NodeKind::Null => ValueKind::Null,
        NodeKind::Bool(value) => ValueKind::Bool(*value),
        NodeKind::Number(number) => ValueKind::Number(*number),
        NodeKind::Expression(_) => return None,
        NodeKind::String(scalar) => return Some(text_value(call, &scalar.text, holes)),
        NodeKind::Array(nodes) => {
            let elements: Option<Vec<Value>> = nodes.iter().map(|node| value(call, node, holes)).collect();
            ValueKind::Array(elements?.into())
        }
        NodeKind::Object(members) => {
            let entries: Option<Vec<Entry>> = members
                .iter()
                .map(|member| {
                    let marked = member.key.text.chars().any(|c| !holes.is_empty() && u32::from(c) >= MARKS);
                    let value = value(call, &member.value, holes)?;
                    (!marked).then(|| Entry { key: member.key.text.clone(), value, key_span: None })
                })
                .collect();
            ValueKind::Object(Object::with_exact_keys(entries?))
        }
        NodeKind::Invalid => return None,
    };
    Some(call.container(kind))
}

fn text_value(call: &Invocation<'_>, text: &str, holes: &[Rc<Unknown>]) -> Value {
    let hole = |c: char| {
        let index = u32::from(c).checked_sub(MARKS).and_then(|index| usize::try_from(index).ok())?;
        holes.get(index)
    };
    if holes.is_empty() || !text.chars().any(|c| hole(c).is_some()) {
        return call.container(ValueKind::Text(Text::Known(text.into())));
    }
    let parts = text.chars().map(|c| match hole(c) {
        Some(hole) => Text::hole(hole.clone()),
        None => Text::Known(c.to_string().into()),
    });
    call.text_result(Text::concat(parts))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{check, run, value};

    #[test]
    fn base64_and_data_uris() {
        check(&[
            ("base64", json!(["one, two, é"]), json!("b25lLCB0d28sIMOp")),
            ("base64", json!([1]), json!("!")),
            ("base64ToString", json!(["b25lLCB0d28sIMOp"]), json!("one, two, é")),
            ("base64ToString", json!(["***"]), json!("!")),
            ("dataUri", json!([" Fizz "]), json!("data:text/plain;charset=utf-8;base64,IEZpenog")),
            ("dataUriToString", json!(["data:;base64,SGVsbG8="]), json!("Hello")),
            ("dataUriToString", json!(["data:,a%20b"]), json!("a b")),
            ("dataUriToString", json!(["x"]), json!("!")),
        ]);
    }

    #[test]
    fn json_texts() {
        check(&[
            ("json", json!(["{'a': [1, 1.5, true, null, \"x\"]}"]), json!({"a": [1, 1.5, true, null, "x"]})),
            ("json", json!([" "]), json!(null)),
            ("json", json!(["null"]), json!(null)),
            ("json", json!(["\"x\""]), json!("x")),
            ("json", json!(["{"]), json!("!")),
            ("json", json!(["{} x"]), json!("!")),
            ("json", json!([1]), json!("!")),
            ("base64ToJson", json!(["eydvbmUnOiAnYSd9"]), json!({"one": "a"})),
            ("json", json!([{"?": "p"}]), json!({"$unknown": "json(p)"})),
        ]);
    }

    #[test]
    fn json_with_holes() {
        let hole = value(&json!({"?": "p"}));
        let text = [value(&json!("{\"id\": \"/x/")), hole.clone(), value(&json!("\", \"n\": 1}"))];
        let object = run("json", &[run("concat", &text).unwrap()]).unwrap();
        assert_eq!(object.get("id").term().shown().to_string(), "concat('/x/', p)");
        assert_eq!(object.get("n").to_json(), json!(1));
        let bare = [value(&json!("{\"id\": ")), hole, value(&json!("}"))];
        assert!(run("json", &[run("concat", &bare).unwrap()]).unwrap().is_unknown());
    }
}
