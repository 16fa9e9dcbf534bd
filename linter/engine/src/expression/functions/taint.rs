//! A text that depends on a secret is secret, and the container of a secret is not: each function is called
//! with two different secrets, and the texts in which the results differ must be marked.

use serde_json::{Value as Json, json};

use super::testing::{run, value};
use super::{Function, TABLES};
use crate::value::{Discloses, Reason, SecretParts, Unknown, Value, ValueKind};

/// Stands for the secret in the arguments.
const SECRET: char = '\u{2603}';

fn pool() -> Vec<Json> {
    vec![
        json!("☃"),
        json!("a☃/b"),
        json!("☃ ☃"),
        json!("/"),
        json!("{0}"),
        json!("{'a': '☃', 'b': ['☃']}"),
        json!("https://☃.example/x"),
        json!(1),
        json!(0),
        json!(["a", "☃"]),
        json!([["☃"], ["b"]]),
        json!([{"a": "☃"}, {"b": 2}]),
        json!({"a": "☃", "b": {"c": "☃", "d": "e"}}),
        json!({"b": {"c": 1}}),
    ]
}

// The argument with a secret in its place; the texts that hold it are marked.
fn marked(json: &Json, secret: &str) -> Value {
    match json {
        Json::String(text) => {
            let plain = value(&json!(text.replace(SECRET, secret)));
            Value { secure: text.contains(SECRET), ..plain }
        }
        Json::Array(elements) => {
            let elements: Vec<Value> = elements.iter().map(|element| marked(element, secret)).collect();
            Value { kind: ValueKind::Array(elements.into()), ..value(&json!([])) }
        }
        Json::Object(members) => {
            let pairs: Vec<Value> = members
                .iter()
                .flat_map(|(key, member)| [value(&json!(key)), marked(member, secret)])
                .collect();
            run("createObject", &pairs).unwrap()
        }
        other => value(other),
    }
}

// The texts in a value that are not marked, by themselves or by what is around them.
fn open_texts(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    if value.secure {
        return;
    }
    match &value.kind {
        ValueKind::Text(text) => found.push((path.to_string(), text.shown().to_string())),
        ValueKind::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                open_texts(element, &format!("{path}[{at}]"), found);
            }
        }
        ValueKind::Object(object) => {
            for entry in object.entries() {
                open_texts(&value.get(&entry.key), &format!("{path}.{}", entry.key), found);
            }
        }
        _ => {}
    }
}

fn calls(function: &Function) -> Vec<Vec<Json>> {
    let mut calls: Vec<Vec<Json>> = vec![Vec::new()];
    let mut all = Vec::new();
    for count in 0..=function.max.min(3) {
        if count >= function.min {
            all.extend(calls.iter().cloned());
        }
        let longer = |call: &Vec<Json>| {
            let longer = |argument: Json| [call.as_slice(), &[argument]].concat();
            pool().into_iter().map(longer).collect::<Vec<_>>()
        };
        calls = calls.iter().flat_map(longer).collect();
    }
    all
}

#[test]
fn what_depends_on_a_secret_is_secret() {
    let mut wrong = Vec::new();
    let tells = |function: &&Function| !matches!(function.discloses, Discloses::Nothing);
    for function in TABLES.iter().copied().flatten().filter(tells) {
        let before = wrong.len();
        for call in calls(function) {
            let texts = |secret: &str| {
                let arguments: Vec<Value> = call.iter().map(|argument| marked(argument, secret)).collect();
                let mut found = Vec::new();
                if let Ok(result) = run(function.name, &arguments) {
                    open_texts(&result, "", &mut found);
                }
                found
            };
            let (a, b) = (texts("hunter2"), texts("zyx-9"));
            // Where the shape differs, texts at one place are not of one origin.
            if a.len() == b.len()
                && let Some((a, b)) = a.iter().zip(&b).find(|(a, b)| a.0 == b.0 && a.1 != b.1)
            {
                wrong.push(format!("{}{call:?}: {a:?} and {b:?}", function.name));
            }
        }
        wrong.truncate(before + 4);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_tells_nothing_of_a_secret_is_none() {
    for function in TABLES.iter().copied().flatten() {
        if matches!(function.discloses, Discloses::Nothing) {
            for call in calls(function) {
                let arguments: Vec<Value> = call.iter().map(|argument| marked(argument, "hunter2")).collect();
                let Ok(result) = run(function.name, &arguments) else { continue };
                assert!(SecretParts::of(&result).is_empty(), "{}{call:?}", function.name);
            }
        }
    }
}

// Of an unknown argument with secret members, the same parts of the result are secrets as of a known one.
#[test]
fn members_and_elements_stay_what_they_are() {
    let secret = |json: Json| {
        let parts = SecretParts::of(&marked(&json, "hunter2"));
        let unknown = Unknown { secrets: Some(parts.into()), ..Unknown::new(Reason::Parameter, "p") };
        (marked(&json, "hunter2"), Value::new(unknown.into(), value(&json!(0)).origin))
    };
    let elements = || json!([{"a": "☃", "b": "x"}, {"a": "☃", "b": "y"}]);
    let object = || json!({"a": "☃", "b": "x"});
    let nothing = |json: Json| vec![json];
    let cases: Vec<(&str, Json, Vec<Json>)> = vec![
        ("first", elements(), vec![]),
        ("last", elements(), vec![]),
        ("indexFromEnd", elements(), nothing(json!(1))),
        ("skip", elements(), nothing(json!(1))),
        ("take", elements(), nothing(json!(1))),
        ("distinct", elements(), vec![]),
        ("union", elements(), nothing(json!([]))),
        ("union", object(), nothing(json!({}))),
        ("shallowMerge", json!([object()]), vec![]),
        ("concat", elements(), nothing(json!([1]))),
        ("items", json!({"m": object()}), vec![]),
        ("flatten", json!([elements()]), vec![]),
        ("array", object(), vec![]),
    ];
    for (function, json, others) in cases {
        let (known, unknown) = secret(json);
        let others: Vec<Value> = others.iter().map(value).collect();
        let of = |first: Value| {
            let arguments: Vec<Value> = std::iter::once(first).chain(others.iter().cloned()).collect();
            run(function, &arguments).unwrap()
        };
        let (known, unknown) = (of(known), of(unknown));
        let at = |value: &Value, path: &[&str]| {
            let mut parts = SecretParts::of(value);
            for key in path {
                parts = if key.is_empty() {
                    parts.of_any()
                } else {
                    parts.member(key).map_or_else(SecretParts::default, |parts| (**parts).clone())
                };
            }
            parts.whole
        };
        let paths: [&[&str]; 8] = [
            &[],
            &["a"],
            &["b"],
            &["", "a"],
            &["", "b"],
            &["", "key"],
            &["", "value", "a"],
            &["", "value", "b"],
        ];
        for path in paths {
            // An index that nobody knows may be any.
            assert_eq!(at(&known, path), at(&unknown, path), "{function} at {path:?}");
        }
    }
}
