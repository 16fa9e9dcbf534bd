//! The expression language against the vectors beside the checkout, where they are.
//!
//! `ARMLINT_CONFORMANCE` names another folder; `ARMLINT_CONFORMANCE_LIST=1` prints what differs.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use armlint_engine::expression::template::{
    Argument, DeploymentContext, Evaluator, Template, TemplateScopeKind,
};
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Node, json};
use armlint_engine::value::Value;
use serde_json::{Value as Json, json};

/// The share of each file's vectors that must hold.
const REQUIRED: f64 = 0.8;

fn vectors() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let folder = std::env::var_os("ARMLINT_CONFORMANCE").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("SKIPPED: no conformance vectors at {}", folder.display());
        return None;
    }
    Some(folder)
}

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

fn parsed(id: u32, json: &Json) -> Node {
    json::parse(&Source::new(SourceId(id), "vector.json", json.to_string())).root
}

fn context(vector: &Json) -> DeploymentContext {
    let given = &vector["context"];
    let span = Span::new(SourceId(0), 0, 0);
    let text = |key: &str, fallback: &str| Value::string(given[key].as_str().unwrap_or(fallback), span);
    let nobody = "00000000-0000-0000-0000-000000000000";
    DeploymentContext {
        kind: match given["scope"].as_str() {
            Some("subscription") => TemplateScopeKind::Subscription,
            Some("managementGroup") => TemplateScopeKind::ManagementGroup,
            Some("tenant") => TemplateScopeKind::Tenant,
            _ => TemplateScopeKind::ResourceGroup,
        },
        subscription: text("subscriptionId", nobody),
        resource_group: text("resourceGroup", "rg"),
        location: text("location", "eastus"),
        tenant: text("tenantId", nobody),
        management_group: text("managementGroup", "mg"),
        deployment: text("deploymentName", "main"),
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
    let given = parsed(1, &vector["parameters"]);
    let arguments = given.members().iter().map(|member| {
        let argument = Argument { entry: member.value.clone(), anchor: member.key_span, scope: None };
        (member.key.text.clone(), argument)
    });
    let mut evaluator = Evaluator::default();
    evaluator.defaults_decide = true;
    let evaluator = Rc::new(evaluator);
    let root = Template::root(evaluator.clone(), template.clone(), context(vector), arguments.collect());
    let output = template.value("outputs").and_then(|outputs| outputs.value("x")?.get("value"));
    let Some(output) = output else { return Outcome::Error("the vector was not read".into()) };
    let value = root.scope().evaluate_node(&output.value, output.key_span);
    // Rendering evaluates what is left to evaluate.
    let rendered = value.to_json();
    let problems = evaluator.problems();
    let outcome = match problems.first() {
        Some(problem) => Outcome::Error(problem.message.clone()),
        None if value.is_known() => Outcome::Value(rendered),
        None if value.is_unknown() => Outcome::Unknown(value.residue().to_string()),
        None => Outcome::Value(rendered),
    };
    evaluator.release();
    outcome
}

fn selected(value: &Json, path: &Json) -> Option<Json> {
    path.as_array().into_iter().flatten().try_fold(value.clone(), |value, step| match step {
        Json::String(length) if length == "#length" => Some(json!(match &value {
            Json::Array(elements) => elements.len(),
            Json::Object(members) => members.len(),
            text => text.as_str()?.encode_utf16().count(),
        })),
        Json::String(text) if text == "#json" => Some(Json::String(value.to_string())),
        Json::String(key) => Some(member(&value, key).cloned().unwrap_or(Json::Null)),
        Json::Object(question) => Some(Json::Bool(member(&value, question["has"].as_str()?).is_some())),
        index => value.get(usize::try_from(index.as_u64()?).ok()?).cloned(),
    })
}

fn member<'a>(value: &'a Json, key: &str) -> Option<&'a Json> {
    value.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

/// Equal, where 3 and 3.0 are the same number.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
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
    let Some(folder) = vectors() else { return };
    let list = std::env::var_os("ARMLINT_CONFORMANCE_LIST").is_some();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder was there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
            name.starts_with("expr_") && name.ends_with(".jsonl")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no expr_*.jsonl in {}", folder.display());
    let mut poor = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a readable file of vectors");
        let (mut passed, mut count) = (0_usize, 0_usize);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let vector: Json = serde_json::from_str(line).expect("a vector is JSON");
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
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        println!("{name}: {passed} of {count}");
        if (passed as f64) < REQUIRED * count as f64 {
            poor.push(name);
        }
    }
    assert!(poor.is_empty(), "under {REQUIRED}: {}", poor.join(", "));
}
