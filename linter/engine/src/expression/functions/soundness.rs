//! What is said of a call with unknown arguments must hold for every value that they may take: each
//! function is called with a hole in its arguments, and again with values in the hole's place.

use std::rc::Rc;

use serde_json::{Value as Json, json};

use super::testing::{SPAN, run, value};
use super::{CallResult, Function, TABLES};
use crate::value::{Reason, Text, Truth, Type, Unknown, Value, ValueKind};

/// Stands for the hole in the arguments.
const HOLE: char = '\u{2603}';

fn arguments() -> Vec<Json> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(2),
        json!(-1),
        json!(1e300),
        json!(i64::MAX),
        json!(""),
        json!("a"),
        json!("A/b"),
        json!("/"),
        json!("{0}-{1:D2}{{"),
        json!("{'a': '☃'}"),
        json!("☃"),
        json!("a☃"),
        json!("  ☃/b "),
        json!("https://☃.vault.azure.net/"),
        json!("☃-☃é"),
        json!("a ☃"),
        json!(" ☃ b"),
        json!([]),
        json!(["a", "☃"]),
        json!([["a"], ["☃", 1]]),
        json!([{"a": 1}, {"b☃": 2}, null]),
        json!({}),
        json!({"a": "☃", "B": {"c": [1]}}),
        json!({"a": {"x": "☃"}, "b": {"C": 2}}),
        json!("10.0.0.0/16"),
    ]
}

fn filled(json: &Json, with: &str) -> Json {
    match json {
        Json::String(text) => Json::String(text.replace(HOLE, with)),
        Json::Array(elements) => elements.iter().map(|element| filled(element, with)).collect(),
        Json::Object(members) => {
            members.iter().map(|(key, member)| (key.clone(), filled(member, with))).collect()
        }
        other => other.clone(),
    }
}

fn holed(json: &Json) -> Value {
    let hole =
        || Text::hole(Rc::new(Unknown { ty: Some(Type::String), ..Unknown::new(Reason::Parameter, "p") }));
    let kind = match json {
        Json::String(text) if text.contains(HOLE) => {
            let parts =
                text.chars().map(|c| if c == HOLE { hole() } else { Text::Known(c.to_string().into()) });
            match Text::concat(parts) {
                text if text.shown().to_string() == "p" => {
                    Unknown { ty: Some(Type::String), ..Unknown::new(Reason::Parameter, "p") }.into()
                }
                text => ValueKind::Text(text),
            }
        }
        Json::Array(elements) => ValueKind::Array(elements.iter().map(holed).collect()),
        Json::Object(members) => {
            let pairs: Vec<Value> =
                members.iter().flat_map(|(key, member)| [holed(&json!(key)), holed(member)]).collect();
            return run("createObject", &pairs).unwrap();
        }
        other => return value(other),
    };
    Value::new(kind, crate::value::Origin::at(SPAN))
}

fn calls(function: &Function) -> Vec<Vec<Json>> {
    let pool = arguments();
    let mut calls: Vec<Vec<Json>> = vec![Vec::new()];
    let mut all = Vec::new();
    for count in 0..=function.max.min(3) {
        if count >= function.min {
            all.extend(calls.iter().cloned());
        }
        // Every fourth argument is enough for the third place.
        let step = if count == 2 { 4 } else { 1 };
        let longer = |call: &Vec<Json>| {
            pool.iter()
                .step_by(step)
                .map(|argument| [call.as_slice(), std::slice::from_ref(argument)].concat())
                .collect::<Vec<_>>()
        };
        calls = calls.iter().flat_map(longer).collect();
    }
    all
}

/// Where what is said of the partly unknown call is wrong of the known one.
fn contradiction(function: &Function, call: &[Json], partial: &CallResult, with: &str) -> Option<String> {
    let known: Vec<Value> = call.iter().map(|argument| value(&filled(argument, with))).collect();
    // An error of the known call says nothing: the unknown one stands for those without.
    let full = run(function.name, &known).ok()?;
    let (said, wrong) = match partial {
        Ok(partial) => {
            let same = partial.same_as(&full);
            let wrong = same == Truth::False || (same == Truth::Unknown && partial.is_known());
            (partial.to_json().to_string(), wrong)
        }
        Err(fault) => (fault.message.clone(), true),
    };
    wrong.then(|| format!("{}{call:?} with {with:?}: {said}, but {}", function.name, full.to_json()))
}

#[test]
fn what_is_said_of_the_unknown_holds() {
    let mut wrong = Vec::new();
    for function in TABLES.iter().copied().flatten() {
        let before = wrong.len();
        for call in calls(function) {
            let unknown: Vec<Value> = call.iter().map(holed).collect();
            let partial = run(function.name, &unknown);
            if let Ok(value) = &partial
                && let Some(text) = value.text()
            {
                let pieces = Text::concat(value.pieces().into_iter().map(|piece| piece.text));
                assert_eq!(pieces, text, "{}{call:?}", function.name);
            }
            // Two assumptions: equal elements that are not known to be equal stay apart, and a hole holds no
            // separator.
            let assumes = ["distinct", "intersection", "split", "union"].contains(&function.name);
            let values = if assumes { &["q7", ""][..] } else { &["q7", "", "a"] };
            wrong.extend(values.iter().filter_map(|with| contradiction(function, &call, &partial, with)));
        }
        wrong.truncate(before + 4);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
