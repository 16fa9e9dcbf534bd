//! Functions that make objects or list them.

use super::merge;
use super::{Body, CallFault, CallResult, Function, Invocation, parts};
use crate::value::{Discloses, Entry, Object, SecretParts, Text, Type, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    Function {
        name: "createObject",
        min: 0,
        max: usize::MAX,
        returns: Some(Type::Object),
        discloses: Discloses::Parts(parts::elements),
        body: Body::Container(create_object),
    },
    object_function("intersection", 2, usize::MAX, None, merge::intersection)
        .telling(Discloses::Parts(parts::all)),
    object_function("items", 1, 1, Some(Type::Array), items).telling(Discloses::Parts(parts::items)),
    object_function("objectKeys", 1, 1, Some(Type::Array), object_keys).telling(Discloses::Nothing),
    object_function("shallowMerge", 1, 1, Some(Type::Object), merge::shallow_merge)
        .telling(Discloses::Parts(parts::any)),
    object_function("union", 1, usize::MAX, None, merge::union).telling(Discloses::Parts(parts::all)),
];

const fn object_function(
    name: &'static str,
    min: usize,
    max: usize,
    returns: Option<Type>,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function { name, min, max, returns, discloses: Discloses::Whole, body: Body::Partial(body) }
}

fn create_object(call: &Invocation<'_>) -> CallResult {
    if !call.arguments.len().is_multiple_of(2) {
        let message = "createObject() needs a value for each key: the number of arguments is odd";
        return Err(CallFault { argument: None, message: message.into() });
    }
    let mut entries = Vec::with_capacity(call.arguments.len() / 2);
    let mut open = false;
    let mut unnamed = call.container(ValueKind::Null);
    for (index, pair) in call.arguments.chunks_exact(2).enumerate() {
        let [key, value] = pair else { continue };
        match call.text(2 * index)? {
            Text::Known(key_text) => {
                entries.push(entry(key_text.as_str(), value.clone().tainted_by(key), Some(key.origin.span)));
            }
            // The member is there, but nobody can ask for it by name; its taints are those of the object.
            Text::Symbolic(_) => {
                open = true;
                unnamed = unnamed.tainted_by(key).tainted_by(value);
            }
        }
    }
    let object = Object::with_exact_keys(entries);
    let object =
        if open { object.opened(SecretParts::of(&unnamed).unknown(call.unknown().term())) } else { object };
    Ok(call.container(object.into()).tainted_by(&unnamed))
}

fn entry(key: &str, value: Value, key_span: Option<crate::span::Span>) -> Entry {
    Entry { key: key.into(), value, key_span }
}

// The object, `None` where it is not known which members it has.
fn object<'a>(call: &'a Invocation<'_>) -> Result<Option<&'a Object>, CallFault> {
    let value = call.argument(0);
    if value.is_unknown() && matches!(value.ty(), None | Some(Type::Object)) {
        return Ok(None);
    }
    value.object().map(Some).ok_or_else(|| call.needs(0, "an object"))
}

fn items(call: &Invocation<'_>) -> CallResult {
    let Some(object) = object(call)?.filter(|object| !object.is_open()) else { return Ok(call.unknown()) };
    let mut entries = object.entries();
    entries.sort_by_cached_key(|entry| entry.key.to_lowercase());
    let items = entries.into_iter().map(|member| {
        let span = member.key_span.unwrap_or(call.span);
        let key = entry("key", Value::string(member.key, span).tainted_by(call.argument(0)), None);
        let value = entry("value", member.value.tainted_by(call.argument(0)), None);
        call.container(Object::built([key, value]).into())
    });
    Ok(call.array(items.collect()))
}

fn object_keys(call: &Invocation<'_>) -> CallResult {
    let Some((mut keys, false)) = object(call)?.map(Object::keys) else { return Ok(call.unknown()) };
    keys.sort_by_cached_key(|key| key.to_lowercase());
    let keys = keys.into_iter().map(|key| Value::string(key, call.span).tainted_by(call.argument(0)));
    Ok(call.array(keys.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{SPAN, check, run, value};
    use super::*;

    #[test]
    fn objects() {
        check(&[
            ("createObject", json!([]), json!({})),
            ("createObject", json!(["a", 1, "B", [2]]), json!({"a": 1, "B": [2]})),
            ("createObject", json!(["a", 1, "A", 2]), json!({"a": 1, "A": 2})),
            ("createObject", json!(["a"]), json!("!")),
            ("createObject", json!([1, 2]), json!("!")),
            ("items", json!([{"b": 1, "A": 2}]), json!([{"key": "A", "value": 2}, {"key": "b", "value": 1}])),
            ("items", json!([null]), json!("!")),
            ("objectKeys", json!([{"ghi": 1, "123": 2, "DEF": 3}]), json!(["123", "DEF", "ghi"])),
            ("objectKeys", json!([1]), json!("!")),
            ("objectKeys", json!([{"?object": "o"}]), json!({"$unknown": "objectKeys(o)"})),
        ]);
    }

    #[test]
    fn a_key_with_holes_opens_the_object() {
        let key = value(&json!({"?": "p"}));
        let secret = Value { secure: true, ..value(&json!("s")) };
        let arguments = [value(&json!("a")), value(&json!(1)), key, secret];
        let object = run("createObject", &arguments).unwrap();
        assert_eq!(object.get("a").to_json(), json!(1));
        assert!(object.get("x").is_unknown() && object.get("x").secure);
        assert!(run("length", std::slice::from_ref(&object)).unwrap().is_unknown());
        assert_eq!(run("empty", std::slice::from_ref(&object)).unwrap().to_json(), json!(false));
        assert!(run("contains", &[object, Value::string("x", SPAN)]).unwrap().is_unknown());
    }
}
