//! The evaluated graph as JSON: its shape, what is given to parameters, and what is never shown.

use armlint_engine::expand::{Expansion, expand};
use armlint_engine::expression::template::Argument;
use armlint_engine::graph::Given;
use armlint_engine::secret::SpanSet;
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{Node, json};
use serde_json::{Value as Json, json};

use crate::lone;

fn parsed(id: u32, json: &Json) -> (Source, armlint_engine::syntax::Document) {
    let source = Source::new(SourceId(id), "file.json", json.to_string());
    let document = json::parse(&source);
    (source, document)
}

fn expanded(template: &Json, arguments: &Json) -> Expansion {
    let (source, document) = parsed(0, template);
    let given: Node = parsed(1, arguments).1.root;
    let arguments = given.members().iter().map(|member| {
        let argument = Argument { entry: member.value.clone(), anchor: member.key_span, scope: None };
        (member.key.text.clone(), argument)
    });
    let given = Given { arguments: arguments.collect(), defaults_decide: true, ..Given::default() };
    let deployment = lone::template(source, document);
    expand(&deployment, &given, &SpanSet::default())
}

#[test]
fn resources_stand_beside_each_other_in_the_order_of_their_ids() {
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-08-01/tenantDeploymentTemplate.json#",
        "resources": [
            { "type": "B.C/d", "apiVersion": "2020-01-01", "name": "z", "tags": { "t": "[concat('a', 'b')]" },
              "copy": { "name": "l", "count": 1 }, "resources": [ { "type": "e", "name": "child", "apiVersion": "1" } ] },
            { "type": "B.C/d", "apiVersion": "2020-01-01", "name": "gone", "condition": "[false()]" },
            { "type": "A.B/c", "apiVersion": "2020-01-01", "name": "a", "condition": "[contains(newGuid(), 'a')]" },
        ],
    });
    let expansion = expanded(&template, &json!({}));
    let resource = |id: &str, ty: &str, name: &str, version: &str, scope: &str| {
        json!({ "id": id, "type": ty, "name": name, "apiVersion": version, "scope": scope,
                "condition": true, "existing": false })
    };
    let mut first = resource("/providers/A.B/c/a", "A.B/c", "a", "2020-01-01", "/");
    first["condition"] = expansion.json["resources"][0]["condition"].clone();
    assert!(first["condition"]["$unknown"].as_str().unwrap().starts_with("contains(newGuid"));
    let mut second = resource("/providers/B.C/d/z", "B.C/d", "z", "2020-01-01", "/");
    second["tags"] = json!({ "t": "ab" });
    let third = resource("/providers/B.C/d/z/e/child", "B.C/d/e", "z/child", "1", "/providers/B.C/d/z");
    assert_eq!(expansion.json, json!({ "resources": [first, second, third], "outputs": {} }));
    assert_eq!(expansion.problems, []);
}

#[test]
fn what_is_given_to_parameters() {
    let template = json!({
        "parameters": {
            "plain": { "type": "string", "defaultValue": "default" },
            "null": { "type": "string", "defaultValue": "default" },
            "nullable": { "type": "string", "nullable": true },
            "left": { "type": "string", "nullable": true },
            "vault": { "type": "securestring" },
            "input": { "type": "string" },
            "computed": { "type": "string" },
            "missing": { "type": "int" },
            "literal": { "type": "string" },
        },
        "outputs": (["plain", "null", "nullable", "left", "vault", "input", "computed", "missing", "literal"])
            .map(|name| (name.to_string(), json!({ "type": "string", "value": format!("[parameters('{name}')]") })))
            .into_iter().collect::<serde_json::Map<_, _>>(),
        "resources": [],
    });
    let given = json!({
        "PLAIN": { "value": "given" },
        "null": { "value": null },
        "nullable": { "value": null },
        "vault": { "reference": { "keyVault": { "id": "/x" }, "secretName": "s" } },
        "input": { "expression": "[externalInputs('k')]" },
        "computed": { "expression": "[format('{0}-{1}', 'a', 1)]" },
        "literal": { "value": "[concat('no', 'expression')]" },
    });
    let expansion = expanded(&template, &given);
    let unknown = |residue: &str| json!({ "$unknown": residue });
    assert_eq!(
        expansion.json["outputs"],
        json!({
            "plain": "given",
            "null": "default",
            "nullable": null,
            "left": null,
            "vault": unknown("parameters('vault')"),
            "input": unknown("externalinputs('k')"),
            "computed": "a-1",
            "missing": unknown("parameters('missing')"),
            "literal": "[concat('no', 'expression')]",
        })
    );
    assert_eq!(expansion.problems, []);
}

#[test]
fn secrets_are_not_shown() {
    let template = json!({
        "parameters": { "p": { "type": "securestring", "defaultValue": "hunter2" }, "q": { "type": "bool" } },
        "resources": [ {
            "type": "A.B/c", "apiVersion": "1", "name": "x", "properties": {
                "a": "[parameters('p')]",
                "b": "[concat('Password=', parameters('p'))]",
                "c": "[createObject('user', 'sa', 'password', parameters('p'))]",
                "d": "[concat('hunter2', newGuid(), parameters('p'))]",
                "e": "[if(parameters('q'), parameters('p'), 'none')]",
            },
        } ],
        "outputs": { "o": { "type": "securestring", "value": "hunter2" } },
    });
    let expansion = expanded(&template, &json!({}));
    assert!(!expansion.json.to_string().contains("hunter2"), "{}", expansion.json);
    let secret = json!({ "$secret": true });
    assert_eq!(
        expansion.json["resources"][0]["properties"]["c"],
        json!({ "user": "sa", "password": secret })
    );
    assert_eq!(expansion.json["outputs"]["o"], secret);
}
