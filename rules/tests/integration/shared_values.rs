//! Templates whose variables name each other twice: what takes a power of their length to write out is looked at
//! once by every rule. Each would take minutes, or forever.

use std::sync::Arc;
use std::time::{Duration, Instant};

use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use serde_json::{Map, Value as Json, json};

/// Each takes less than a tenth of it on an idle machine, in a debug build.
const BOUND: Duration = Duration::from_secs(5);

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn check(name: &str, template: &Json) -> Report {
    let input = Input {
        path: Arc::from("template.json"),
        content: Ok(template.to_string().into_bytes()),
        context: false,
        named: true,
    };
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![input]);
    let start = Instant::now();
    let report = session.check(&Settings::new(Date { year: 2026, month: 11, day: 1 }, Cloud::Public));
    let taken = start.elapsed();
    eprintln!("{name}: {taken:?}");
    assert!(taken < BOUND, "{name} took {taken:?}");
    assert!(report.findings.iter().all(|finding| finding.rule != "template/internal-error"), "{name}");
    report
}

/// `depth` variables, each of which is made by `level` of `width` times the next one.
fn variables(depth: usize, width: usize, level: fn(usize, Vec<String>) -> Json) -> Map<String, Json> {
    let next = |at: usize| vec![format!("variables('v{}')", at + 1); width];
    let own = (0..depth).map(|at| (format!("v{at}"), level(at, next(at))));
    own.chain([(format!("v{depth}"), json!("z"))]).collect()
}

fn array(_: usize, next: Vec<String>) -> Json {
    next.into_iter().map(|next| format!("[{next}]")).collect()
}

fn object(_: usize, next: Vec<String>) -> Json {
    next.into_iter().enumerate().map(|(at, next)| (format!("k{at}"), json!(format!("[{next}]")))).collect()
}

fn mixed(at: usize, next: Vec<String>) -> Json {
    if at.is_multiple_of(2) { array(at, next) } else { object(at, next) }
}

fn created(_: usize, next: Vec<String>) -> Json {
    json!(format!("[createArray({})]", next.join(", ")))
}

fn created_object(_: usize, next: Vec<String>) -> Json {
    let pairs: Vec<String> =
        next.into_iter().enumerate().map(|(at, next)| format!("'k{at}', {next}")).collect();
    json!(format!("[createObject({})]", pairs.join(", ")))
}

fn shapes() -> Vec<(&'static str, Map<String, Json>)> {
    vec![
        ("arrays, 30 deep", variables(30, 2, array)),
        ("arrays, 50 deep and 8 wide", variables(50, 8, array)),
        ("objects, 30 deep", variables(30, 2, object)),
        ("objects, 50 deep and 8 wide", variables(50, 8, object)),
        ("arrays in objects, 40 deep", variables(40, 2, mixed)),
        ("createArray, 30 deep", variables(30, 2, created)),
        ("createArray, 50 deep and 8 wide", variables(50, 8, created)),
        ("createObject, 30 deep", variables(30, 2, created_object)),
    ]
}

fn template(variables: &Map<String, Json>, resources: Json, outputs: Json) -> Json {
    json!({
        "$schema": SCHEMA, "contentVersion": "1.0.0.0",
        "parameters": {
            "default": { "type": "bool", "defaultValue": true },
            "unknown": { "type": "bool" },
            "secret": { "type": "securestring" },
        },
        "variables": variables, "resources": resources, "outputs": outputs,
    })
}

fn resource(ty: &str, properties: Json) -> Json {
    json!([{ "type": ty, "apiVersion": "2018-06-01", "name": "f/x", "tags": { "t": "[variables('v0')]" },
             "properties": properties }])
}

#[test]
fn in_outputs() {
    for (name, variables) in shapes() {
        for expression in [
            "variables('v0')",
            "union(variables('v0'), variables('v0'))",
            "if(parameters('default'), variables('v0'), variables('v1'))",
            "if(parameters('unknown'), variables('v0'), variables('v1'))",
            "string(variables('v0'))",
            "equals(variables('v0'), variables('v1'))",
            "contains(createArray(variables('v0'), variables('v1')), variables('v2'))",
            "createObject('a', variables('v0'), 'b', parameters('secret'))",
        ] {
            let output = json!({ "o": { "type": "array", "value": format!("[{expression}]") } });
            check(&format!("{name}: {expression}"), &template(&variables, json!([]), output));
        }
    }
}

#[test]
fn in_resources() {
    let activity = |value: Json| {
        json!({ "activities": [{ "name": "a", "type": "WebActivity", "typeProperties":
                { "url": "https://x.example.com", "method": "POST", "headers": value, "body": value } }] })
    };
    let value = json!("[variables('v0')]");
    let service = json!({ "type": "RestService", "annotations": value,
                          "typeProperties": { "url": "https://x.example.com", "x": value } });
    for (name, variables) in shapes() {
        for (ty, properties) in [
            ("Microsoft.DataFactory/factories/linkedservices", service.clone()),
            ("Microsoft.DataFactory/factories/pipelines", activity(value.clone())),
            ("Microsoft.DataFactory/factories/datasets", service.clone()),
            ("Microsoft.DataFactory/factories/integrationRuntimes", service.clone()),
            ("Microsoft.Compute/virtualMachines/extensions", json!({ "settings": value, "x": [value] })),
            ("Microsoft.Storage/storageAccounts", json!({ "x": value })),
        ] {
            check(&format!("{name}: {ty}"), &template(&variables, resource(ty, properties), json!({})));
        }
    }
}

#[test]
fn in_lists_of_activities() {
    let level = |at: usize, next: Vec<String>| {
        let each = next.into_iter().enumerate().map(|(place, next)| {
            json!({ "name": format!("a{at}x{place}"), "type": "ForEach",
                    "typeProperties": { "items": "@pipeline().parameters.p", "activities": format!("[{next}]") } })
        });
        each.collect()
    };
    for width in [2, 8] {
        let variables = variables(15, width, level);
        let pipeline = json!({ "activities": "[variables('v0')]" });
        let pipeline = resource("Microsoft.DataFactory/factories/pipelines", pipeline);
        check(&format!("activities, {width} wide"), &template(&variables, pipeline, json!({})));
    }
}

#[test]
fn in_nested_templates_and_references() {
    for (name, variables) in shapes() {
        for scope in ["inner", "outer"] {
            let used = if scope == "inner" { "[parameters('p')]" } else { "[variables('v0')]" };
            let nested = json!({
                "mode": "Incremental", "expressionEvaluationOptions": { "scope": scope },
                "parameters": { "p": { "value": "[variables('v0')]" } },
                "template": {
                    "$schema": SCHEMA, "contentVersion": "1.0.0.0", "parameters": { "p": { "type": "array" } },
                    "resources": [], "outputs": { "o": { "type": "array", "value": used } },
                },
            });
            let nested = resource("Microsoft.Resources/deployments", nested);
            check(&format!("{name}: {scope}"), &template(&variables, nested, json!({})));
        }
        let stored = resource("Microsoft.Storage/storageAccounts", json!({ "x": "[variables('v0')]" }));
        let outputs = json!({ "o": { "type": "array", "value": "[reference('f/x').x]" } });
        check(&format!("{name}: reference"), &template(&variables, stored, outputs));
    }
}

#[test]
fn split_and_text() {
    let none = Map::new();
    for (count, size) in [(1, 900_000), (1, 400_000), (1, 99_000), (50, 900_000), (50, 99_000)] {
        let value = |at: usize| json!(format!("[split(padLeft('', {}, ','), ',')]", size - at));
        let outputs: Map<String, Json> =
            (0..count).map(|at| (format!("o{at}"), json!({ "type": "array", "value": value(at) }))).collect();
        check(&format!("{count} times {size}"), &template(&none, json!([]), outputs.into()));
    }
    let outputs: Map<String, Json> = (0..200)
        .map(|at| {
            let value = format!("[padLeft('a', {}, 'b')]", 1_000_000 - at);
            (format!("o{at}"), json!({ "type": "string", "value": value }))
        })
        .collect();
    let report = check("much text", &template(&none, json!([]), outputs.into()));
    assert!(matches!(report.files[0].outcome, Outcome::Partial(_)), "{:?}", report.files[0].outcome);
}

#[test]
fn copies_in_copies() {
    let copy = |name: &str, input: Json| json!({ "copy": [{ "name": name, "count": 1000, "input": input }] });
    for input in [json!("[copyIndex('b')]"), json!({ "x": 1 })] {
        let properties = copy("a", copy("b", input));
        let report = check(
            "copies",
            &template(&Map::new(), resource("Microsoft.Storage/storageAccounts", properties), json!({})),
        );
        assert!(matches!(report.files[0].outcome, Outcome::Partial(_)), "{:?}", report.files[0].outcome);
    }
}
