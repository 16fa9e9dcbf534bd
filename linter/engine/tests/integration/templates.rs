//! Whole templates against the vectors beside the checkout, where they are.
//!
//! `ARMLINT_CONFORMANCE` names another folder; `ARMLINT_CONFORMANCE_LIST=1` prints what differs.

use std::collections::BTreeSet;
use std::sync::Arc;

use armlint_engine::dialect::{Deployment, Dialect, Parsed, World};
use armlint_engine::expand::expand;
use armlint_engine::expression::template::schema_scope;
use armlint_engine::graph::Given;
use armlint_engine::secret::SpanSet;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::json;
use armlint_engine::value::{Reason, Value};
use serde_json::{Value as Json, json};

use crate::vectors::{self, arguments, context, same, selected};

/// The share of assertions that must hold, by file. What is left of `template_bicep_eval` needs the answers
/// of `providers()` that its tests make up, or outputs that its template lacks; of `template_psrule`, GUIDs
/// and run-time values that only its own expander gives; of `template_symbolic_pairs`, a fixed clock and
/// loops whose count is not known.
const REQUIRED: [(&str, f64); 6] = [
    ("template_bicep_eval.jsonl", 0.89),
    ("template_docs.jsonl", 0.99),
    ("template_policy_engine.jsonl", 1.0),
    ("template_psrule.jsonl", 0.9),
    ("template_snapshot.jsonl", 1.0),
    ("template_symbolic_pairs.jsonl", 0.98),
];

fn expanded(vector: &Json, template: &Json) -> Json {
    let source = Source::new(SourceId(0), "template.json", template.to_string());
    let document = json::parse(&source);
    let kind = schema_scope(&document.root);
    let mut context = context(vector, kind);
    // The goldens of `bicep snapshot` take no location from the context, and never a tenant.
    if vector["expect"].get("predictedResources").is_some() {
        let span = Span::new(SourceId(0), 0, 0);
        let unknown = |residue: &str| Value::unknown(Reason::Context, residue, span);
        context.location = unknown("resourceGroup().location");
        context.tenant = unknown("tenant().tenantid");
    }
    let given = Given {
        arguments: arguments(&vector["parameters"]),
        context: Some(context),
        defaults_decide: true,
        ..Default::default()
    };
    let parsed = Parsed { source: Arc::new(source), document: Arc::new(document) };
    let deployment = Deployment {
        dialect: Dialect::Template,
        world: World::Open,
        sources: vec![parsed],
        linked: Vec::new(),
        owner: None,
        reader: None,
        parameter_files: Vec::new(),
    };
    expand(&deployment, &given, &SpanSet::default()).json
}

struct Score {
    held: usize,
    missed: Vec<String>,
}

impl Score {
    fn count(&mut self, held: bool, what: impl FnOnce() -> String) {
        if held {
            self.held += 1;
        } else {
            self.missed.push(what());
        }
    }
}

fn check(vector: &Json) -> Score {
    let mut score = Score { held: 0, missed: Vec::new() };
    let expected = &vector["expect"];
    let found = expanded(vector, &vector["template"]);
    for (name, value) in expected["outputs"].as_object().into_iter().flatten() {
        let got = found["outputs"].get(name).cloned().unwrap_or_else(|| json!("<missing>"));
        score.count(same(&got, value), || format!("output {name}: expected {value}, got {got}"));
    }
    for (name, value) in expected["variables"].as_object().into_iter().flatten() {
        let mut template = vector["template"].clone();
        template["outputs"] =
            json!({ "it": { "type": "object", "value": format!("[variables('{name}')]") } });
        let got = expanded(vector, &template)["outputs"]["it"].clone();
        score.count(same(&got, value), || format!("variable {name}: expected {value}, got {got}"));
    }
    for wanted in expected["outputs_at"].as_array().into_iter().flatten() {
        let output = wanted["output"].as_str().unwrap_or_default();
        let got = selected(&found["outputs"][output], &wanted["path"]);
        let held = got.as_ref().is_some_and(|got| same(got, &wanted["value"]));
        score.count(held, || format!("{wanted}: got {got:?}"));
    }
    let resources: Vec<&Json> = found["resources"].as_array().into_iter().flatten().collect();
    for group in expected["resources_contain"].as_array().into_iter().flatten() {
        let nearest = resources.iter().map(|resource| differences(resource, group)).min_by_key(Vec::len);
        let held = nearest.as_ref().is_some_and(Vec::is_empty);
        score.count(held, || format!("no resource has all: {nearest:?}"));
    }
    if let Some(set) = expected["resource_set"].as_array() {
        let got = found["resources"].as_array().into_iter().flatten();
        let got: Vec<&Json> = got.filter(|resource| resource["existing"] != json!(true)).collect();
        let unmatched = unmatched(set, &got);
        let held = unmatched.is_empty() && set.len() == got.len();
        score.count(held, || format!("resources: {} for {}, without {unmatched:?}", got.len(), set.len()));
    }
    if expected["same_graph"] == json!(true) {
        let other = expanded(vector, &vector["template_b"]);
        let (a, b) = (identities(&found), identities(&other));
        let differing: Vec<_> = a.symmetric_difference(&b).take(4).collect();
        assert!(a == b, "{}: the graphs differ: {differing:?}", vector["source"]);
        score.count(true, String::new);
    }
    for wanted in expected["predictedResources"].as_array().into_iter().flatten() {
        let nearest = resources.iter().map(|resource| snapshot_differences(resource, wanted));
        let nearest = nearest.min_by_key(Vec::len);
        let held = nearest.as_ref().is_some_and(Vec::is_empty);
        score.count(held, || format!("not as predicted: {nearest:?}"));
    }
    if let Some(wanted) = expected["predictedResources"].as_array() {
        score.count(wanted.len() == resources.len(), || format!("{} resources", resources.len()));
    }
    score
}

fn differences(resource: &Json, group: &Json) -> Vec<String> {
    let wanted = group.as_array().into_iter().flatten().filter(|wanted| wanted.get("value").is_some());
    wanted
        .filter_map(|wanted| {
            let got = selected(resource, &wanted["path"]);
            let held = got.as_ref().is_some_and(|got| same(got, &wanted["value"]));
            (!held).then(|| format!("{wanted}: got {got:?}"))
        })
        .collect()
}

// A string in brackets is what is left of an expression.
fn snapshot_differences(resource: &Json, wanted: &Json) -> Vec<String> {
    let mut differing = Vec::new();
    for (key, value) in wanted.as_object().into_iter().flatten() {
        let got = &resource[key];
        if !same_snapshot(got, value) {
            differing.push(format!("{key}: expected {value}, got {got}"));
        }
    }
    differing
}

fn same_snapshot(got: &Json, wanted: &Json) -> bool {
    match (got, wanted) {
        (Json::Object(got), Json::String(wanted)) if wanted.starts_with('[') => {
            let residue = got.get("$unknown").and_then(Json::as_str).unwrap_or_default();
            wanted.trim_matches(['[', ']']).eq_ignore_ascii_case(residue)
        }
        (Json::Object(got), Json::Object(wanted)) => {
            got.len() == wanted.len()
                && wanted.iter().all(|(key, value)| got.get(key).is_some_and(|got| same_snapshot(got, value)))
        }
        (Json::Array(got), Json::Array(wanted)) => {
            got.len() == wanted.len()
                && got.iter().zip(wanted).all(|(got, wanted)| same_snapshot(got, wanted))
        }
        _ => same(got, wanted),
    }
}

/// The resources of the reference that none of ours is.
fn unmatched<'a>(set: &'a [Json], got: &[&Json]) -> Vec<&'a Json> {
    let mut left = got.to_vec();
    let mut unmatched = Vec::new();
    for wanted in set {
        let fits =
            |found: &&Json| ["id", "type", "name", "apiVersion"].iter().all(|key| alike(key, found, wanted));
        match left.iter().position(fits) {
            Some(at) => drop(left.swap_remove(at)),
            None => unmatched.push(wanted),
        }
    }
    unmatched
}

// The reference writes its residues in another way, and knows no id where anything in it is not known.
fn alike(key: &str, found: &Json, wanted: &Json) -> bool {
    let unknown = |value: &Json| value.get("$unknown").is_some();
    match (&found[key], &wanted[key]) {
        (found, _) if key == "id" && unknown(found) => true,
        (found, wanted) => found == wanted || (unknown(found) && unknown(wanted)),
    }
}

fn identities(expansion: &Json) -> BTreeSet<String> {
    let resources = expansion["resources"].as_array().into_iter().flatten();
    let identity = |resource: &Json| {
        ["id", "type", "name", "apiVersion"].map(|key| resource[key].to_string()).join(" | ")
    };
    resources.filter(|resource| resource["existing"] != json!(true)).map(identity).collect()
}

#[test]
fn templates() {
    let mut poor = Vec::new();
    for (name, vectors) in vectors::files("template_") {
        let (mut held, mut missed) = (0, 0);
        for vector in vectors.iter().filter(|vector| vector["template"].is_object()) {
            let score = check(vector);
            held += score.held;
            missed += score.missed.len();
            if vectors::listed() {
                for miss in score.missed {
                    println!("{}\n    {}", vector["source"], miss.chars().take(700).collect::<String>());
                }
            }
        }
        println!("{name}: {held} of {}", held + missed);
        let required = REQUIRED.iter().find(|(file, _)| *file == name).map_or(0.9, |(_, share)| *share);
        if (held as f64) < required * (held + missed) as f64 {
            poor.push(name);
        }
    }
    assert!(poor.is_empty(), "too few assertions hold: {}", poor.join(", "));
}
