//! Fingerprints outlive every edit that does not touch what the finding is about.

use std::collections::BTreeSet;

use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;
use serde_json::{Map, Value, json};

fn fingerprints(path: &str, text: &str) -> Vec<String> {
    let mut session = Session::new(armlint_rules::catalogue());
    let content = Ok(text.as_bytes().to_vec());
    session.set_all(vec![Input { path: path.into(), content, context: false, named: true }]);
    let report = session.check(&Settings::new(facts_date(), Cloud::Public));
    // Reported once for all services of a factory, at the first of them.
    let single = |rule: &str| rule != "adf/prefer-managed-identity";
    let mut found: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| single(finding.rule))
        .map(|finding| format!("{} {}", finding.rule, finding.fingerprint))
        .collect();
    found.sort();
    found
}

fn template() -> Value {
    let service = |name: &str, password: &str| {
        json!({
            "type": "Microsoft.DataFactory/factories/linkedServices",
            "apiVersion": "2018-06-01",
            "name": format!("[concat(parameters('factory'), '/{name}')]"),
            "properties": {
                "annotations": ["one", "two"],
                "type": "AzureSqlDatabase",
                "typeProperties": {
                    "connectionString": format!("Server=tcp:db.database.windows.net;Database=a;User ID=b;Password={password};")
                }
            }
        })
    };
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "factory": { "type": "string" },
            "spare": { "type": "string" },
            "other": { "type": "string" }
        },
        "variables": { "unused": "x", "another": 1 },
        "resources": [
            service("first", "planted-Secret-1"),
            service("second", "planted-Secret-2"),
            { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "contosolake",
              "location": "westeurope", "sku": { "name": "Standard_LRS" }, "kind": "StorageV2",
              "properties": { "publicNetworkAccess": "Disabled" } },
            { "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01",
              "name": "[parameters('factory')]", "location": "westeurope",
              "identity": { "type": "SystemAssigned" }, "properties": { "publicNetworkAccess": "Enabled" } }
        ]
    })
}

/// Numbers that look random and are the same on every machine (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

fn shuffled(value: Value, random: &mut Random) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            random.shuffle(&mut members);
            let members = members.into_iter().map(|(key, value)| (key, shuffled(value, random)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(elements) => {
            Value::Array(elements.into_iter().map(|element| shuffled(element, random)).collect())
        }
        other => other,
    }
}

/// One edit that touches no finding.
fn edit(template: &mut Value, random: &mut Random) {
    match random.below(6) {
        0 => random.shuffle(template["resources"].as_array_mut().unwrap()),
        1 => *template = shuffled(template.take(), random),
        2 => {
            let at = random.below(4);
            let zone = json!({ "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01",
                "name": format!("contoso{}.com", random.below(1_000_000)), "location": "global" });
            template["resources"].as_array_mut().unwrap().insert(at, zone);
        }
        3 => template["resources"]
            .as_array_mut()
            .unwrap()
            .retain(|resource| !resource["type"].as_str().unwrap().ends_with("privateDnsZones")),
        4 => template["contentVersion"] = json!(format!("1.0.0.{}", random.below(100))),
        _ => {
            let name = format!("output{}", random.below(1_000_000));
            template["outputs"][&name] = json!({ "type": "string", "value": "x" });
        }
    }
}

fn written(template: &Value, random: &mut Random) -> String {
    match random.below(3) {
        0 => template.to_string(),
        1 => format!("{template:#}").replace('\n', "\r\n"),
        _ => format!("// edited\n{}", format!("{template:#}").replace("  ", "\t").replace(": ", " :  ")),
    }
}

#[test]
fn edits_beside_a_finding_keep_its_fingerprint() {
    let original = template();
    let before = fingerprints("main.json", &format!("{original:#}"));
    assert!(before.len() >= 5, "{before:?}");
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len(), "{before:?}");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..60 {
        let mut edited = original.clone();
        for _ in 0..=random.below(6) {
            edit(&mut edited, &mut random);
        }
        let path =
            format!("{}/template{}.json", ["infra", "a/b", "deploy"][random.below(3)], random.below(9));
        let text = written(&edited, &mut random);
        let after = fingerprints(&path, &text);
        assert_eq!(after, before, "round {round}: {path}\n{text}");
    }
}

#[test]
fn renaming_another_resource_or_parameter_keeps_it() {
    let text = format!("{:#}", template());
    let before = fingerprints("main.json", &text);
    let changed = |from: &str, to: &str| {
        let after = fingerprints("main.json", &text.replace(from, to));
        before.iter().filter(|fingerprint| !after.contains(fingerprint)).count()
    };
    assert_eq!(changed("planted-Secret-1", "planted-Secret-3"), 0);
    assert_eq!(changed("\"spare\"", "\"reserve\""), 1);
    assert_eq!(changed("contosolake", "contosowater"), 0);
    assert_eq!(changed("/first'", "/third'"), 1);
}

#[test]
fn a_git_folder_is_like_a_template() {
    let text = r#"{ "name": "Sql", "properties": { "type": "AzureSqlDatabase", "typeProperties": {
        "connectionString": "Server=tcp:db.database.windows.net;Database=a;User ID=b;Password=planted-Secret-1;" } } }"#;
    let before = fingerprints("linkedService/Sql.json", text);
    assert!(!before.is_empty());
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(fingerprints("factory/linkedService/Sql.json", &format!("{value:#}")), before);
}
