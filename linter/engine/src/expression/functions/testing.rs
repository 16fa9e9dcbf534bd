//! Calls on values made by hand, for the tests of the functions.

use super::{Body, CallFault, CallResult, Invocation, find};
use crate::span::{SourceId, Span};
use crate::value::{Entry, Number, Object, Origin, Reason, Term, Type, Unknown, Value, ValueKind};

pub(super) const SPAN: Span = Span { source: SourceId(0), start: 0, end: 1 };

/// A value written as JSON; `{"?": "expression"}` is an unknown string, `{"?bool": ..}` an unknown boolean,
/// `{"?object": ..}`, `{"?array": ..}`, `{"?int": ..}` likewise, `{"??": ..}` one of unknown type.
pub(super) fn value(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    let kind = match json {
        Json::Null => ValueKind::Null,
        Json::Bool(value) => ValueKind::Bool(*value),
        Json::Number(number) => ValueKind::Number(match number.as_i64() {
            Some(int) => Number::Int(int),
            None => Number::Float(number.as_f64().unwrap()),
        }),
        Json::String(text) => return Value::string(text.as_str(), SPAN),
        Json::Array(elements) => ValueKind::Array(elements.iter().map(value).collect()),
        Json::Object(members) => {
            if let Some((key, expression)) = members.iter().next()
                && key.starts_with('?')
            {
                let ty = match key.as_str() {
                    "?" => Some(Type::String),
                    "?bool" => Some(Type::Bool),
                    "?int" => Some(Type::Number),
                    "?array" => Some(Type::Array),
                    "?object" => Some(Type::Object),
                    _ => None,
                };
                let expression = expression.as_str().unwrap();
                let parameter =
                    expression.strip_prefix("parameters('").and_then(|rest| rest.strip_suffix("')"));
                let term =
                    parameter.map_or_else(|| Term::symbol(expression), |name| Term::parameter(None, name));
                Unknown::new(Reason::Parameter, term).typed(ty).into()
            } else {
                ValueKind::Object(Object::built(members.iter().map(|(key, json)| Entry {
                    key: key.as_str().into(),
                    value: value(json),
                    key_span: None,
                })))
            }
        }
    };
    Value::new(kind, Origin::at(SPAN))
}

/// The result of a call as an evaluator makes it.
pub(super) fn run(name: &str, arguments: &[Value]) -> CallResult {
    let function = find(name).unwrap_or_else(|| panic!("no function {name}"));
    if arguments.len() < function.min || arguments.len() > function.max {
        return Err(CallFault { argument: None, message: "the count".into() });
    }
    let call = Invocation::new(function, SPAN, arguments);
    match function.body {
        Body::Known(body) if arguments.iter().all(Value::is_known) => body(&call),
        Body::Known(_) => Ok(call.unknown()),
        Body::Partial(body) | Body::Container(body) => body(&call),
    }
}

/// The result of `name(arguments)` as JSON; `"!"` where it is a fault.
pub(super) fn json(name: &str, arguments: serde_json::Value) -> serde_json::Value {
    let arguments: Vec<Value> = arguments.as_array().unwrap().iter().map(value).collect();
    match run(name, &arguments) {
        Ok(value) => value.to_json(),
        Err(_) => serde_json::json!("!"),
    }
}

/// Checks rows of `name, arguments, result`.
#[track_caller]
pub(super) fn check(rows: &[(&str, serde_json::Value, serde_json::Value)]) {
    for (name, arguments, expected) in rows {
        assert_eq!(&json(name, arguments.clone()), expected, "{name}{arguments}");
    }
}
