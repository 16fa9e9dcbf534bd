//! Every row of the table of settings: its rule looks at its type, finds each wrong value in any case, and nothing where
//! the value is not known.

use std::sync::Arc;

use armlint_azure::facts::{settings_of, types_of};
use armlint_engine::finding::Finding;
use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Settings};
use serde_json::{Map, Value as Json, json};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn rules() -> Vec<&'static str> {
    let catalogue = armlint_rules::catalogue();
    catalogue.rules().iter().map(|rule| rule.id).filter(|rule| !types_of(rule).is_empty()).collect()
}

#[test]
fn pages_have_the_types_of_the_table() {
    let rules = rules();
    assert!(rules.len() > 15, "{rules:?}");
    let catalogue = armlint_rules::catalogue();
    for id in rules {
        let mut types = catalogue.rule(id).map_or(&[][..], |rule| rule.check.resource_types()).to_vec();
        let mut expected = types_of(id);
        types.sort_unstable();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(types, expected, "{id}");
    }
    // A row of a rule that is none would be dead.
    let table = include_str!("../../../linter/azure/facts/settings.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    for row in rows.filter_map(|line| line.split('\t').nth(1)) {
        assert!(catalogue.rule(row).is_some(), "{row}");
    }
}

// A resource with a value at the path of a row, and what its conditions ask for.
fn resource(ty: &str, path: &str, value: Json, when: &str) -> Json {
    let depth = ty.split('/').count() - 1;
    let mut names: Vec<String> = (1..=depth).map(|at| format!("n{at}")).collect();
    let path = match path.strip_prefix("{name:").and_then(|rest| rest.split_once("}.")) {
        Some((name, rest)) => {
            names[depth - 1] = name.into();
            rest
        }
        None => path,
    };
    let mut body = json!({ "type": ty, "apiVersion": "2017-01-01", "name": names.join("/") });
    for condition in when.split(';').filter(|condition| !condition.is_empty() && !condition.starts_with('!'))
    {
        let (path, values) = condition.split_once('=').expect("a condition");
        let value = values.split('|').next().filter(|value| *value != "?").unwrap_or("x");
        put(&mut body, &steps(path), if value == "true" { json!(true) } else { json!(value) });
    }
    put(&mut body, &steps(path), value);
    body
}

fn steps(path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let end = match rest.as_bytes()[0] {
            b'[' => rest.find(']').map_or(rest.len(), |at| at + 1),
            b'{' => rest.find('}').map_or(rest.len(), |at| at + 1),
            _ => rest.find(['.', '[', '{']).unwrap_or(rest.len()),
        };
        found.push(rest[..end].trim_start_matches("[\"").trim_end_matches("\"]").to_string());
        rest = rest[end..].strip_prefix('.').unwrap_or(&rest[end..]);
    }
    found
}

fn put(at: &mut Json, steps: &[String], value: Json) {
    let Some((step, rest)) = steps.split_first() else {
        *at = value;
        return;
    };
    if step == "[*]" {
        if !at.is_array() {
            *at = json!([null]);
        }
        put(&mut at[0], rest, value);
        return;
    }
    if !at.is_object() {
        *at = Json::Object(Map::new());
    }
    match step.strip_prefix('{').and_then(|only| only.trim_end_matches('}').split_once(':')) {
        Some((key, expected)) => {
            at[key] = json!(expected);
            put(at, rest, value);
        }
        None => put(&mut at[step.as_str()], rest, value),
    }
}

fn found(resources: Vec<Json>, rule: &str) -> Vec<Finding> {
    let template = json!({ "$schema": SCHEMA, "contentVersion": "1.0.0.0",
        "parameters": { "value": { "type": "string" } }, "resources": resources });
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![Input {
        path: Arc::from("t.json"),
        content: Ok(template.to_string().into_bytes()),
        context: false,
        named: true,
    }]);
    let day = armlint_rules::facts_date();
    let report = session.check(&Settings::new(day, Cloud::Public));
    report.findings.into_iter().filter(|finding| finding.rule == rule).collect()
}

#[test]
fn every_wrong_value_is_found_and_no_unknown_one() {
    let mut faults = Vec::new();
    for rule in rules() {
        for ty in types_of(rule) {
            for setting in settings_of(rule, ty) {
                let one = |value: Json| found(vec![resource(ty, setting.path, value, setting.when)], rule);
                for bad in setting.bad.split('|') {
                    let text = bad.strip_suffix('*').filter(|start| !start.is_empty()).unwrap_or(bad);
                    let mut values = vec![json!(text), json!(text.to_uppercase())];
                    if text == "true" || text == "false" {
                        values.push(json!(text == "true"));
                    }
                    for value in values {
                        let findings = one(value.clone());
                        if !findings.iter().any(|finding| finding.severity <= setting.severity) {
                            faults.push(format!("{rule} {ty} {} {value}: {}", setting.path, findings.len()));
                        }
                    }
                }
                let unknown = one(json!("[parameters('value')]"));
                let told = unknown.iter().any(|finding| finding.message.contains("parameters"));
                if told {
                    faults.push(format!("{rule} {ty} {}: an unknown value is found", setting.path));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
