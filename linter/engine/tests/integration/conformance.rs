//! The expression language against the vectors beside the checkout, where they are.
//!
//! `ARMLINT_CONFORMANCE` names another folder; `ARMLINT_CONFORMANCE_LIST=1` prints what differs.

use std::rc::Rc;

use crate::vectors::{self, arguments, context, parsed, same, selected};
use armlint_engine::expand::unknown;
use armlint_engine::expression::template::{Evaluator, Template, TemplateScopeKind};
use serde_json::{Value as Json, json};

/// The share of each file's vectors that must hold.
const REQUIRED: f64 = 0.8;

/// What an expression came to.
enum Outcome {
    Value(Json),
    Unknown(String),
    Error(String),
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Outcome::Value(value) => write!(f, "the value {value}"),
            Outcome::Unknown(residue) => write!(f, "unknown: {residue}"),
            Outcome::Error(message) => write!(f, "an error: {message}"),
        }
    }
}

fn declared(vector: &Json) -> Json {
    if vector["template_parameters"].is_object() {
        return vector["template_parameters"].clone();
    }
    let names = vector["parameters"].as_object().into_iter().flat_map(|parameters| parameters.iter());
    names.map(|(name, given)| (name.clone(), json!({ "type": type_of(&given["value"]) }))).collect()
}

fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Bool(_) => "bool",
        Json::Number(_) => "int",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
        _ => "string",
    }
}

fn evaluated(vector: &Json) -> Outcome {
    let expression = &vector["expr"];
    let template = parsed(
        0,
        &json!({ "parameters": declared(vector), "resources": [], "outputs": { "x": { "value": expression } } }),
    );
    let mut evaluator = Evaluator::default();
    evaluator.defaults_decide = true;
    let evaluator = Rc::new(evaluator);
    let root = Template::root(
        evaluator.clone(),
        template.clone(),
        context(vector, TemplateScopeKind::ResourceGroup),
        arguments(&vector["parameters"]),
    );
    let output = template.value("outputs").and_then(|outputs| outputs.value("x")?.get("value"));
    let Some(output) = output else { return Outcome::Error("the vector was not read".into()) };
    let value = root.scope().evaluate_node(&output.value, output.key_span);
    // Rendering evaluates what is left to evaluate.
    let rendered = value.to_json();
    let problems = evaluator.problems();
    let outcome = match problems.first() {
        Some(problem) => Outcome::Error(problem.message.clone()),
        None if value.is_known() => Outcome::Value(rendered),
        None if value.is_unknown() => Outcome::Unknown(unknown(&value).unwrap_or_default()),
        None => Outcome::Value(rendered),
    };
    evaluator.release();
    outcome
}

fn holds(vector: &Json, outcome: &Outcome) -> bool {
    let expected = &vector["expect"];
    match outcome {
        Outcome::Error(_) => expected["error"] == json!(true),
        Outcome::Unknown(_) => expected["unknown"] == json!(true),
        Outcome::Value(value) => expected.get("value").is_some_and(|expected_value| {
            selected(value, &expected["path"]).is_some_and(|value| same(&value, expected_value))
        }),
    }
}

#[test]
fn expressions() {
    let list = vectors::listed();
    let mut poor = Vec::new();
    for (name, vectors) in vectors::files("expr_") {
        let (mut passed, mut count) = (0_usize, 0_usize);
        for vector in vectors {
            let outcome = evaluated(&vector);
            count += 1;
            if holds(&vector, &outcome) {
                passed += 1;
            } else if list {
                println!(
                    "{} {}\n    expected {}\n    got {outcome}",
                    vector["trust"], vector["expr"], vector["expect"]
                );
            }
        }
        println!("{name}: {passed} of {count}");
        if (passed as f64) < REQUIRED * count as f64 {
            poor.push(name);
        }
    }
    assert!(poor.is_empty(), "under {REQUIRED}: {}", poor.join(", "));
}
