//! Whole templates, evaluated: what comes of nested templates, ids and references.

use std::sync::Arc;

use armlint_engine::dialect::{Deployment, Dialect, Parsed, World};
use armlint_engine::expand::{Expansion, expand};
use armlint_engine::graph::Given;
use armlint_engine::secret::SpanSet;
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::json;
use serde_json::json;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn source_of(body: &str) -> Source {
    let text = format!(r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {body} }}"#);
    Source::new(SourceId(0), "template.json", text)
}

fn expanded(source: Source) -> Expansion {
    let document = json::parse(&source);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    let deployment = Deployment {
        dialect: Dialect::Template,
        world: World::Open,
        sources: vec![Parsed { source: Arc::new(source), document: Arc::new(document) }],
        owner: None,
        reader: None,
        parameter_files: Vec::new(),
        linked: Vec::new(),
    };
    expand(&deployment, &Given { defaults_decide: true, ..Given::default() }, &SpanSet::default())
}

fn names(expansion: &Expansion) -> Vec<&str> {
    let resources = expansion.json["resources"].as_array().expect("an array of resources");
    resources.iter().filter_map(|resource| resource["name"].as_str()).collect()
}

/// A deployment whose template an expression makes, with a variable that holds `inner`.
fn loaded(options: &str, inner: &str) -> String {
    format!(
        r#""variables": {{ "loaded": {{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0",
            "parameters": {{ "who": {{ "type": "string" }} }}, {inner} }} }},
        "resources": [ {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
            "properties": {{ "mode": "Incremental", {options}
                "parameters": {{ "who": {{ "value": "ann" }} }},
                "template": "[variables('loaded')]" }} }} ],
        "outputs": {{ "o": {{ "type": "string", "value": "[reference('d').outputs.hello.value]" }} }}"#
    )
}

const STORE: &str = r#"
    "resources": [ { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
        "name": "[[concat('st', parameters('who'))]", "tags": { "[[parameters('who')]": "[[[x]" } } ],
    "outputs": { "hello": { "type": "string", "value": "[[concat('\u00e9 ', parameters('who'))]" } }"#;

#[test]
fn a_template_from_a_variable_is_nested() {
    for options in ["", r#""expressionEvaluationOptions": { "scope": "inner" },"#] {
        let expansion = expanded(source_of(&loaded(options, STORE)));
        assert_eq!(expansion.problems, []);
        assert_eq!(names(&expansion), ["d", "stann"]);
        assert_eq!(expansion.json["resources"][1]["tags"], json!({ "ann": "[x]" }));
        assert_eq!(expansion.json["outputs"], json!({ "o": "é ann" }));
    }
}

#[test]
fn problems_of_a_template_from_a_variable_stand_in_the_variable() {
    let inner =
        STORE.replace("concat('\\u00e9 ', parameters('who'))", "concat('\\u00e9 ', parameters('nobody'))");
    let source = source_of(&loaded("", &inner));
    let text = source.text.to_string();
    let expansion = expanded(source);
    let places: Vec<&str> = expansion
        .problems
        .iter()
        .map(|problem| &text[problem.span.start as usize..problem.span.end as usize])
        .collect();
    assert_eq!(places, ["'nobody'"]);
}

#[test]
fn a_template_that_is_not_written_as_it_is_stays_closed() {
    for template in ["[createObject('resources', createArray())]", "[parameters('t')]", "[variables('v')]"] {
        let body = format!(
            r#""parameters": {{ "t": {{ "type": "object" }} }},
            "variables": {{ "v": {{ "resources": [ {{ "type": "A.B/c", "name": "[concat('a', 'b')]" }} ] }} }},
            "resources": [ {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01",
                "name": "d", "properties": {{ "mode": "Incremental", "template": "{template}" }} }} ]"#
        );
        let expansion = expanded(source_of(&body));
        assert_eq!(names(&expansion), ["d"], "{template}");
        assert_eq!(expansion.problems, [], "{template}");
    }
}

#[test]
fn a_template_that_holds_itself_ends() {
    let inner = r#""resources": [ { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01",
        "name": "again", "properties": { "mode": "Incremental",
            "expressionEvaluationOptions": { "scope": "inner" },
            "parameters": { "t": { "value": "[[parameters('t')]" } }, "template": "[[parameters('t')]" } } ]"#;
    let body = format!(
        r#""variables": {{ "t": {{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0",
            "parameters": {{ "t": {{ "type": "object" }} }}, {inner} }} }},
        "resources": [ {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
            "properties": {{ "mode": "Incremental", "parameters": {{ "t": {{ "value": "[variables('t')]" }} }},
                "template": "[variables('t')]" }} }} ]"#
    );
    assert!(names(&expanded(source_of(&body))).len() < 40);
}

#[test]
fn a_name_argument_fills_one_place_of_an_id() {
    let value = |call: &str| {
        let body = format!(r#""outputs": {{ "o": {{ "type": "string", "value": "[{call}]" }} }}"#);
        expanded(source_of(&body)).json["outputs"]["o"].clone()
    };
    // Never what is meant, but what the service makes of it.
    assert_eq!(value("tenantResourceId('A.B/c/d', 'x/', 'y')"), json!("/providers/A.B/c/x//d/y"));
    assert_eq!(value("tenantResourceId('A.B/c/d', 'x', 'y')"), json!("/providers/A.B/c/x/d/y"));
}

#[test]
fn what_is_null_is_for_the_service_to_choose() {
    let body = r#"
        "resources": [ { "type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2023-04-01", "name": "ip",
            "identity": null, "properties": { "ipAddress": null, "ipTags": [ null ], "sku": "a" } } ],
        "outputs": {
            "text": { "type": "string", "value": "[reference('ip').ipAddress]" },
            "part": { "type": "string", "value": "[reference('ip').ipAddress.part]" },
            "index": { "type": "string", "value": "[reference('ip').ipTags[0]]" },
            "full": { "type": "string", "value": "[reference('ip', '2023-04-01', 'full').identity.principalId]" },
            "known": { "type": "string", "value": "[reference('ip').sku]" } }"#;
    let expansion = expanded(source_of(body));
    assert_eq!(expansion.problems, []);
    for output in ["text", "part", "index", "full"] {
        assert!(expansion.json["outputs"][output]["$unknown"].is_string(), "{output}: {}", expansion.json);
    }
    assert_eq!(expansion.json["outputs"]["known"], json!("a"));
}
