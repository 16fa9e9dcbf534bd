//! What is masked is a secret, wherever it stands, and nothing else is: neither what armlint says itself, nor the
//! names and values of other deployments.

use std::fmt::Write;

use crate::everything::{everything, said};
use crate::folder::folder;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

// A resource of which every line stands beside a finding: a key that stands twice.
fn resource(at: usize, ty: &str, lines: &[&str]) -> String {
    let mut properties = String::new();
    for (line, text) in lines.iter().enumerate() {
        let _ = writeln!(properties, "      \"x{line}\": {{ \"A\": \"x\", \"A\": \"y\" }},\n      {text},");
    }
    format!(
        "    {{ \"type\": \"{ty}\", \"apiVersion\": \"2020-01-01\", \"name\": \"n{at}\", \"properties\": {{\n\
         {properties}      \"last\": 1, \"last\": 2 }} }}"
    )
}

fn template(resources: &[String], head: &str) -> String {
    format!(
        "{{\n  \"$schema\": \"{SCHEMA}\",\n  \"contentVersion\": \"1.0.0.0\",\n{head}  \"resources\": [\n{}\n  ]\n}}\n",
        resources.join(",\n")
    )
}

// No command says a planted secret; the findings beside them are there.
fn assert_hidden(files: &[(&str, &str)]) {
    let folder = folder(files);
    let texts = everything(folder.path());
    for (command, text) in &texts {
        if let Some(at) = text.to_lowercase().find("lant") {
            let end = text.len().min(at + 60);
            panic!("{command}: {}", String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(90)..end]));
        }
    }
    assert!(texts.iter().any(|(_, text)| text.contains("template/duplicate-key")), "{}", texts[0].1);
}

/// Places that a name, a neighbour or the schema makes those of a secret.
const PLACES: &[&str] = &[
    r#""token": "Plant01""#,
    r#""apiToken": "Plant-a02""#,
    r#""subscriptionKey": "Plant-a03""#,
    r#""clientKey": "Plant-a04""#,
    r#""credential": "Plant-a05""#,
    r#""apiKey2": "Plant-a06""#,
    r#""adminPassword01": "Plant-a07""#,
    r#""passwordText": "Plant-a08""#,
    r#""storageKey": "Plant-a09""#,
    r#""client_secret": "Plant-\u0061 10""#,
    r#""adminPassword": "[concat('Plant-', 'a11')]""#,
    r#""adminPassword": "@P(lant-a12""#,
    r#""sqlPwd": "@{Plant-a13""#,
    r#""password": "@@Plant-a14(""#,
    r#""appSettings": [{ "name": "DB_PASSWORD", "note": "NOTE", "value": "Plant-a15" }]"#,
    r#""environmentVariables": [{ "name": "any", "secureValue": "Plant-a16" }]"#,
    r#""protectedSettings": { "commandToExecute": "Plant-a17 now", "list": ["Plant-a18"] }"#,
    r#""configuration": { "secrets": [{ "name": "any", "value": "Plant-a19" }] }"#,
    r#""osProfile": { "customData": "Plant-a20" }"#,
    r#""value": "Plant-a21", "secret": true"#,
    r#""any": { "type": "SecureString", "value": "Plant-a22-Password" }"#,
    r#""headers": { "Authorization": "Basic UGxhbnQ6YTIz Plant-a23" }"#,
    r#""certificatePassword": "[variables('pw')]""#,
];

#[test]
fn a_secret_is_known_by_its_place() {
    let places: Vec<String> = PLACES.iter().map(|place| place.replace("NOTE", &"x".repeat(2000))).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let mut resources: Vec<String> =
        places.iter().enumerate().map(|(at, place)| resource(at, "Vendor.Any/things", &[place])).collect();
    resources.push(resource(90, "Microsoft.KeyVault/vaults/secrets", &[r#""value": "Plant-b01""#]));
    resources.push(resource(91, "Microsoft.Web/sites/functions/keys", &[r#""value": "Plant-b02""#]));
    let nested = r#""parameters": { "s": { "value": "Plant-b03" } }, "mode": "Incremental",
      "template": { "$schema": "SCHEMA", "contentVersion": "1.0.0.0", "resources": [],
      "parameters": { "s": { "type": "securestring" } } }"#;
    resources.push(resource(92, "Microsoft.Resources/deployments", &[&nested.replace("SCHEMA", SCHEMA)]));
    let head = "  \"variables\": { \"pw\": \"Hunter03-PlantPassword\" },\n";
    let text = template(&resources, head);
    assert_hidden(&[("main.json", &text)]);
}

/// What looks like a secret wherever it stands.
const SHAPES: &[&str] = &[
    "Server=x;Password=Plant-c01;Encrypt=True",
    "Server=x;Password=' Plant-c02';Encrypt=True",
    "Authorization: Bearer Plant-c03",
    "eyJhbGciOiJIUzI1NiJ9.eyJQbGFudCI6MX0.Plant_c04",
    "git clone with ghp_Plant0000c05",
    "-----BEGIN PRIVATE KEY-----Plant-c06-----END PRIVATE KEY-----",
    "https://f.azurewebsites.net/api/f?code=Plant-c07",
    "https://hooks.slack.com/services/T01/B01/Plantc08",
    "InstrumentationKey=Plant-c09;IngestionEndpoint=https://x/",
    "jdbc:oracle:thin:scott/Plant-c10@db:1521:x",
    "https://Plant-c11@host/x.git",
    "amqps://u:ab/Plant-c12@host:5671",
    "run -u sa -p Plant-c13",
    "tool --password Plant-c14 --force",
    "curl -u me:Plant-c15 https://host/",
    "ConvertTo-SecureString 'Plant-c16' -AsPlainText -Force",
    "<a><Password>Plant-c17</Password></a>",
];

#[test]
fn a_secret_is_known_by_its_shape_in_values_and_comments() {
    let values: Vec<String> = SHAPES.iter().map(|shape| format!("\"note\": \"{shape}\"")).collect();
    let values = values.iter().enumerate();
    let mut resources: Vec<String> =
        values.map(|(at, value)| resource(at, "Vendor.Any/things", &[value])).collect();
    let comments = SHAPES.iter().map(|shape| shape.replace("Plant-c", "Plant-d"));
    resources.extend(comments.enumerate().map(|(at, comment)| {
        resource(at + 50, "Vendor.Any/things", &[&format!("\"b\": 1 // {comment}\n")])
            .replace("\n,", "\n      ,")
    }));
    assert_hidden(&[("main.json", &template(&resources, ""))]);
}

#[test]
fn a_secret_is_known_by_its_shape_where_nothing_parses() {
    let mut files = Vec::new();
    for (at, shape) in SHAPES.iter().enumerate() {
        let text = format!(
            "{{\n  \"$schema\": \"{SCHEMA}\",\n  \"resources\": [ {{ \"last\": 1, \"last\": 2,\n  ] {shape}\n  }} \n\
             \"password\": \"Plant-e{at}\", oops\n  \"token\": Plant-f{at} ]\n"
        );
        files.push((format!("broken{at}.json"), text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_hidden(&files);
}

#[test]
fn a_secret_of_a_yaml_text_is_known() {
    let text = format!(
        "$schema: {SCHEMA}\ncontentVersion: 1.0.0.0\nresources:\n- type: Vendor.Any/things\n  apiVersion: '2020-01-01'\n  \
         name: n\n  properties:\n    last: 1\n    last: 2\n    apiKey1: Plant-g01 # Password=Plant-g02;\n    script: |-\n      \
         set -e\n      tool --password Plant-g03\n    pwd: >-\n      Plant-g04\n    last: 3\n"
    );
    assert_hidden(&[("main.yaml", &text)]);
}

#[test]
fn in_a_factory_the_grammar_tells_passwords_from_expressions() {
    let pipeline = r#"{
  "name": "p", "properties": { "activities": [
    { "name": "s", "type": "SetVariable", "last": 1, "last": 2,
      "typeProperties": { "variableName": "v", "value": "@concat('Server=x;Password=','Plant-h01',';')" } },
    { "name": "w", "type": "WebActivity", "last": 1, "last": 2,
      "typeProperties": { "url": "https://x/", "method": "POST", "body": "@format('Server=x;Password={0};','Plant-h02')" } },
    { "name": "u", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1,
      "token": "@P(lant-h03", "last": 1, "last": 2,
      "apiKey": "@{Plant-h04", "clientKey": "@concat('Pla', 'nt-h05')",
      "password": "@activity('Get it').output.value", "n": 1, "n": 2 } } ] } }"#;
    let files = [
        ("factory/pipeline/p.json", pipeline),
        ("factory/factory/f.json", r#"{ "name": "f", "properties": {} }"#),
    ];
    assert_hidden(&files);
    let folder = folder(&files);
    let shown = said(folder.path(), &["check", ".", "--min-confidence=low"]);
    assert!(shown.contains("activity('Get it').output.value"), "{shown}");
}

#[test]
fn what_armlint_says_and_what_is_declared_stays() {
    let first = format!(
        r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "parameters": {{
        "mode": {{ "type": "securestring", "defaultValue": "reference" }},
        "kind": {{ "type": "securestring", "defaultValue": "storageAccountName" }} }}, "resources": [] }}"#
    );
    let second = format!(
        r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0",
        "parameters": {{ "storageAccountName": {{ "type": "string" }}, "referenceName": {{ "type": "string" }} }},
        "resources": [ {{ "type": "Vendor.Any/things", "apiVersion": "2020-01-01", "name": "[variables('reference')]",
          "properties": {{ "x": "[variables('storageAccountName')]" }} }} ],
        "outputs": {{ "o": {{ "type": "string",
          "value": "[concat('x', listKeys ( 'storageAccountName','2017-10-01').keys[0].value)]" }} }} }}"#
    );
    let folder = folder(&[("a/a.json", &first), ("b/b.json", &second)]);
    for format in ["json", "concise", "sarif", "pretty"] {
        let shown = said(folder.path(), &["check", ".", "--format", format, "--min-confidence=low"]);
        for part in ["There is no variable `reference`", "There is no variable `storageAccountName`"] {
            assert!(shown.contains(part), "{format}: {part}\n{shown}");
        }
        let others = shown.replace("\"reference\"", "").replace("\"storageAccountName\"", "");
        assert!(!others.contains("***Name") && !others.contains("***eter"), "{format}\n{shown}");
    }
    let shown = said(folder.path(), &["check", "b", "--format", "json"]);
    assert!(shown.contains("by a reference to the resource"), "{shown}");
    // The same in one deployment.
    let both = second.replace(
        r#""referenceName": { "type": "string" }"#,
        r#""referenceName": { "type": "string" }, "mode": { "type": "securestring", "defaultValue": "reference" },
        "kind": { "type": "securestring", "defaultValue": "storageAccountName" }"#,
    );
    let folder = crate::folder::folder(&[("a.json", &both)]);
    let shown = said(folder.path(), &["check", "a.json", "--format", "json", "--min-confidence=low"]);
    assert!(shown.contains("by a reference to the resource"), "{shown}");
    assert!(shown.contains("storageAccountName") && !shown.contains("***Name"), "{shown}");
}

#[test]
fn allowed_values_of_what_is_called_a_secret_are_not_named() {
    let text = template(
        &[],
        "  \"parameters\": { \"adminPassword\": { \"type\": \"string\", \"allowedValues\": [\"Plant-i01\", \"b\"],\n    \
         \"defaultValue\": \"Plant-i02\", \"last\": 1, \"last\": 2 } },\n",
    );
    assert_hidden(&[("main.json", &text)]);
}
