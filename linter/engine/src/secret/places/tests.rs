use super::*;
use crate::source::Source;
use crate::span::SourceId;
use crate::syntax::{json, yaml};

fn found(text: &str, evaluated: bool) -> Vec<String> {
    const TYPED: &[TypedPlace] = &[TypedPlace { ty: "vendor.vault/", ending: "/secrets", path: &["value"] }];
    let knowledge = Knowledge {
        runtime: |text| text.starts_with("@f(").then(Vec::new),
        is_evaluated: |ty| ty.starts_with("Vendor.Flow/"),
        typed: TYPED,
    };
    let source = Source::new(SourceId(0), "a.json", text.to_string());
    let document = json::parse(&source);
    let mut spans = places(&document.root, evaluated, &knowledge).spans;
    spans.sort();
    spans.into_iter().map(|span| source.slice(span).trim_matches('"').to_string()).collect()
}

#[test]
fn by_key_and_by_sibling() {
    let far = "x".repeat(5000);
    for (text, secrets) in [
        (r#"{"password": "a", "user": "u"}"#.to_string(), vec!["a"]),
        (r#"{"apiKey2": "a", "token": 12, "pwd": true, "secret": null}"#.into(), vec!["a", "12"]),
        (format!(r#"{{"name": "DB_PASSWORD", "note": "{far}", "value": "a"}}"#), vec!["a"]),
        (r#"{"value": "a", "name": "api-token"}"#.into(), vec!["a"]),
        (r#"{"p": {"type": "securestring", "defaultValue": "a"}}"#.into(), vec!["a"]),
        (r#"{"p": {"type": "SecureString", "value": "a"}}"#.into(), vec!["a"]),
        (r#"{"adminPassword": {"value": "a", "note": "n"}}"#.into(), vec!["a"]),
        (r#"{"adminPassword": {"type": "string", "allowedValues": ["a", "b"]}}"#.into(), vec!["a", "b"]),
        (r#"{"p": {"type": "secureObject", "defaultValue": {"x": "a", "y": ["b"]}}}"#.into(), vec!["a", "b"]),
        (r#"{"protectedSettings": {"commandToExecute": "a", "x": {"y": "b"}}}"#.into(), vec!["a", "b"]),
        (r#"{"environmentVariables": [{"name": "x", "secureValue": "a"}]}"#.into(), vec!["a"]),
        (r#"{"secrets": [{"name": "x", "value": "a"}]}"#.into(), vec!["a"]),
        (r#"{"properties": {"displayName": "x", "value": "a", "secret": true}}"#.into(), vec!["a"]),
        (r#"{"osProfile": {"customData": "a"}}"#.into(), vec!["a"]),
        (r#"{"primaryKey": "q8Zx2-PlanT3d_Key9"}"#.into(), vec!["q8Zx2-PlanT3d_Key9"]),
        (r#"{"type": "Vendor.Vault/vaults/secrets", "properties": {"value": "a"}}"#.into(), vec!["a"]),
    ] {
        assert_eq!(found(&text, false), secrets, "{text}");
    }
}

#[test]
fn what_is_no_secret() {
    for text in [
        r#"{"tokenUri": "a", "keyName": "a", "secretName": "a", "passwordPolicy": "a", "publicKey": "a"}"#,
        r#"{"keyVaultSecretUrl": "a", "primaryKey": "CustomerId", "partitionKey": "/id"}"#,
        r#"{"password": {"type": "AzureKeyVaultSecret", "secretName": "a"}}"#,
        r#"{"name": "x", "value": "y"}"#,
        r#"{"password": "****", "secret": false}"#,
        r#"{"key": "[variables('Name1')]", "connectionString": "Server=a;User=b"}"#,
    ] {
        assert_eq!(found(text, false), [""; 0], "{text}");
    }
}

#[test]
fn texts_of_the_run_time() {
    let text = r#"{"password": "@f(1)", "token": "@P(ssw0rd1"}"#;
    assert_eq!(found(text, true), ["@P(ssw0rd1"]);
    assert_eq!(found(text, false), ["@f(1)", "@P(ssw0rd1"]);
    let text =
        r#"[{"type": "Vendor.Flow/x", "password": "@f(1)"}, {"type": "Vendor.Web/x", "password": "@f(2)"}]"#;
    assert_eq!(found(text, false), ["@f(2)"]);
}

#[test]
fn what_a_secret_is_taken_from() {
    let text = r#"{
        "parameters": { "p": { "type": "string", "defaultValue": "a" }, "q": { "type": "string", "defaultValue": "n" } },
        "variables": { "v": "[variables('w')]", "w": "b", "x": "n" },
        "resources": [
            { "adminPassword": "[parameters('p')]", "token": "[ Variables( 'V' ) ]", "name": "[variables('x')]" },
            { "type": "Microsoft.Resources/deployments", "properties": {
                "parameters": { "s": { "value": "c" }, "t": { "value": "n" } },
                "template": { "parameters": { "S": { "type": "securestring" }, "t": { "type": "string" } } } } }
        ]
    }"#;
    let expected = ["a", "[variables('w')]", "b", "[parameters('p')]", "[ Variables( 'V' ) ]", "c"];
    assert_eq!(found(text, false), expected);
    let document = json::parse(&Source::new(SourceId(0), "a.json", text.to_string()));
    assert_eq!(places(&document.root, false, &Knowledge::default()).parameters, ["p"]);
}

#[test]
fn what_is_given_to_a_linked_template() {
    let text = r#"{ "type": "Microsoft.Resources/deployments", "properties": {
        "templateLink": { "uri": "[concat(variables('base'), 'nested/Inner.json')]" },
        "parameters": { "S": { "value": "a" }, "t": { "value": "n" } } } }"#;
    let source = |text: &str| Source::new(SourceId(0), "a.json", text.to_string());
    let links = places(&json::parse(&source(text)).root, false, &Knowledge::default()).links;
    let inner = r#"{ "parameters": { "s": { "type": "secureString" }, "t": { "type": "string" } } }"#;
    let inner = json::parse(&source(inner));
    let [link] = links.as_slice() else { panic!("{links:?}") };
    assert_eq!(link.to, "[concat(variables('base'), 'nested/Inner.json')]");
    let given = link.secrets(&inner.root).into_iter().map(|span| source(text).slice(span).to_string());
    assert_eq!(given.collect::<Vec<_>>(), ["\"a\""]);
}

#[test]
fn manifests() {
    let text = "kind: Secret\nstringData:\n  any: a\ndata:\n  other: b\n---\nenv:\n- name: DB_PASSWORD\n  value: c\n";
    let source = Source::new(SourceId(0), "a.yaml", text.to_string());
    let documents = yaml::parse(&source);
    let spans =
        documents.iter().flat_map(|document| places(&document.root, false, &Knowledge::default()).spans);
    assert_eq!(spans.map(|span| source.slice(span)).collect::<Vec<_>>(), ["a", "b", "c"]);
}
