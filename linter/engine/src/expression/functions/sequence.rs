//! Questions to strings, arrays and objects alike: `contains`, `empty`, `length`.

use super::render;
use super::{Body, CallResult, Function, Invocation};
use crate::value::{Discloses, Segment, Text, Truth, Type, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    question("contains", 2, Type::Bool, contains).telling(Discloses::Nothing),
    question("empty", 1, Type::Bool, empty).telling(Discloses::Nothing),
    question("length", 1, Type::Number, length).telling(Discloses::Nothing),
];

const fn question(
    name: &'static str,
    count: usize,
    returns: Type,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function {
        name,
        min: count,
        max: count,
        returns: Some(returns),
        discloses: Discloses::Whole,
        body: Body::Partial(body),
    }
}

const CONTAINER: &str = "a string, an array or an object";

fn contains(call: &Invocation<'_>) -> CallResult {
    let (container, item) = (call.argument(0), call.argument(1));
    let truth = match &container.kind {
        ValueKind::Array(elements) => Truth::any(elements.iter().map(|element| call.same(element, item))),
        ValueKind::Object(object) => {
            let (keys, open) = object.keys();
            match call.text(1)? {
                Text::Known(key) if keys.iter().any(|other| other.eq_ignore_ascii_case(&key)) => Truth::True,
                Text::Symbolic(_) if !keys.is_empty() => Truth::Unknown,
                _ if open => Truth::Unknown,
                _ => Truth::False,
            }
        }
        ValueKind::Text(text) => {
            let scalar = matches!(item.ty(), None | Some(Type::String | Type::Number | Type::Bool));
            let Some(needle) = render::scalar(item).filter(|_| scalar && !item.is_absent()) else {
                return Err(call.needs(1, "a string or an integer"));
            };
            contains_text(text, &needle)
        }
        _ if container.is_unknown() && !matches!(container.ty(), Some(Type::Number | Type::Bool)) => {
            Truth::Unknown
        }
        _ => return Err(call.needs(0, CONTAINER)),
    };
    Ok(call.truth(truth))
}

fn contains_text(text: &Text, needle: &Text) -> Truth {
    match (text, needle) {
        (_, Text::Known(needle)) if needle.is_empty() => Truth::True,
        (Text::Known(text), Text::Known(needle)) => Truth::from(text.contains(needle.as_str())),
        (Text::Symbolic(segments), Text::Known(needle)) => {
            let found = |segment: &Segment| matches!(segment, Segment::Literal(text) if text.contains(needle.as_str()));
            if segments.iter().any(found) { Truth::True } else { Truth::Unknown }
        }
        _ if text == needle => Truth::True,
        _ => Truth::Unknown,
    }
}

fn empty(call: &Invocation<'_>) -> CallResult {
    let value = call.argument(0);
    let truth = match &value.kind {
        ValueKind::Absent | ValueKind::Null => Truth::True,
        ValueKind::Array(elements) => Truth::from(elements.is_empty()),
        ValueKind::Object(object) => match object.keys() {
            (keys, _) if !keys.is_empty() => Truth::False,
            (_, true) => Truth::Unknown,
            (_, false) => Truth::True,
        },
        ValueKind::Text(Text::Known(text)) => Truth::from(text.is_empty()),
        ValueKind::Text(Text::Symbolic(segments)) => {
            let literal = segments.iter().any(|segment| matches!(segment, Segment::Literal(_)));
            if literal { Truth::False } else { Truth::Unknown }
        }
        _ if is_container(value) => Truth::Unknown,
        _ => return Err(call.needs(0, CONTAINER)),
    };
    Ok(call.truth(truth))
}

fn length(call: &Invocation<'_>) -> CallResult {
    let value = call.argument(0);
    let length = match &value.kind {
        ValueKind::Array(elements) => Some(elements.len()),
        ValueKind::Object(object) => match object.keys() {
            (keys, false) => Some(keys.len()),
            (_, true) => None,
        },
        ValueKind::Text(text) => text.known().map(|text| text.encode_utf16().count()),
        _ if is_container(value) => None,
        _ => return Err(call.needs(0, CONTAINER)),
    };
    let length = length.and_then(|length| i64::try_from(length).ok());
    Ok(length.map_or_else(|| call.unknown(), |length| call.number(length)))
}

// An unknown value that may be a string, an array or an object.
fn is_container(value: &Value) -> bool {
    value.is_unknown() && !matches!(value.ty(), Some(Type::Number | Type::Bool))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{check, run, value};

    #[test]
    fn known() {
        check(&[
            ("contains", json!(["OneTwo", "e"]), json!(true)),
            ("contains", json!(["Hello", "hell"]), json!(false)),
            ("contains", json!(["a1", 1]), json!(true)),
            ("contains", json!([[1, 2], 3]), json!(false)),
            ("contains", json!([["a"], "A"]), json!(false)),
            ("contains", json!([{"Abc": null}, "aBC"]), json!(true)),
            ("contains", json!([{"Abc": 1}, "x"]), json!(false)),
            ("contains", json!([{"Abc": 1}, 1]), json!("!")),
            ("contains", json!([null, "a"]), json!("!")),
            ("empty", json!([null]), json!(true)),
            ("empty", json!([{}]), json!(true)),
            ("empty", json!([[{}]]), json!(false)),
            ("empty", json!([1]), json!("!")),
            ("length", json!(["a😀"]), json!(3)),
            ("length", json!([{"a": 1, "b": 2}]), json!(2)),
            ("length", json!([null]), json!("!")),
        ]);
    }

    #[test]
    fn partly_known() {
        let p = json!({"?": "p"});
        check(&[
            ("contains", json!([["a", p], "a"]), json!(true)),
            ("contains", json!([["a", p], 1]), json!(false)),
            ("contains", json!([["a", p], "b"]), json!({"$unknown": "contains(createArray('a', p), 'b')"})),
            ("contains", json!([{"?object": "o"}, "b"]), json!({"$unknown": "contains(o, 'b')"})),
            ("length", json!([["a", p]]), json!(2)),
            ("length", json!([p]), json!({"$unknown": "length(p)"})),
            ("empty", json!([p]), json!({"$unknown": "empty(p)"})),
            ("empty", json!([{"?bool": "b"}]), json!("!")),
        ]);
        let text = run("concat", &[value(&json!("x")), value(&p)]).unwrap();
        assert_eq!(run("empty", std::slice::from_ref(&text)).unwrap().to_json(), json!(false));
        assert_eq!(run("contains", &[text, value(&json!("x"))]).unwrap().to_json(), json!(true));
    }
}
