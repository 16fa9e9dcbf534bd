use std::fs;

use serde_json::{Value, json};

use super::client::*;
use super::texts::*;
use crate::folder::folder;

const RULE: &str = "template/unused-parameter";

#[test]
fn it_holds_as_on_the_command_line_and_is_read_again() {
    let folder = folder(&[("main.json", UNUSED), ("armlint.yaml", "ignore: [template/unused-parameter]\n")]);
    let mut client = Client::over(&folder);
    let (path, configuration) = (folder.path().join("main.json"), folder.path().join("armlint.yaml"));
    client.open(&path, UNUSED);
    assert!(client.version(&path, 1).is_empty());
    // On disk.
    fs::write(&configuration, "overrides: [{ paths: [main.json], severity: critical }]\n").unwrap();
    client.watched(&[(&configuration, 2)]);
    assert_eq!(of(&client.diagnostics(&path), RULE)["severity"], 1);
    // In a buffer: not before it is saved.
    let text = "min-severity: high\n";
    client.open_uri(&uri(&configuration), "yaml", text);
    client.version(&configuration, 1);
    fs::write(&configuration, text).unwrap();
    client.save(&configuration);
    assert!(client.diagnostics(&path).is_empty());
    fs::remove_file(&configuration).unwrap();
    client.watched(&[(&configuration, 3)]);
    assert_eq!(of(&client.diagnostics(&path), RULE)["severity"], 3);
}

#[test]
fn a_faulty_one_is_told_and_the_last_good_one_holds() {
    let folder = folder(&[("main.json", UNUSED), ("armlint.yaml", "ignore: [template/unused-parameter]\n")]);
    let mut client = Client::over(&folder);
    let (path, configuration) = (folder.path().join("main.json"), folder.path().join("armlint.yaml"));
    client.open(&path, UNUSED);
    assert!(client.version(&path, 1).is_empty());
    fs::write(&configuration, "# 𝄞\nignore: [template/unused-parameter, 𝄞𝄞, nonsense]\n").unwrap();
    client.watched(&[(&configuration, 2)]);
    let fault = client.diagnostics(&configuration);
    assert_eq!(fault.len(), 1, "{fault:#?}");
    assert!(fault[0]["message"].as_str().unwrap().contains("𝄞𝄞"), "{fault:#?}");
    let range = &fault[0]["range"];
    assert_eq!(range["start"], json!({ "line": 1, "character": 36 }), "{range}");
    assert_eq!(range["end"], json!({ "line": 1, "character": 40 }), "{range}");
    client.change(&path, 2, UNUSED);
    assert!(client.version(&path, 2).is_empty());
    fs::write(&configuration, "ignore: []\n").unwrap();
    client.watched(&[(&configuration, 2)]);
    assert_eq!(rules(&client.diagnostics(&path)), [RULE]);
    assert!(
        client.seen.iter().rev().any(|message| {
            message["params"]["uri"] == uri(&configuration) && message["params"]["diagnostics"] == json!([])
        }) || client.diagnostics(&configuration).is_empty()
    );
}

#[test]
fn a_faulty_one_at_the_beginning_leaves_the_defaults() {
    let folder = folder(&[("main.json", UNUSED), ("armlint.yaml", "nonsense: 1\n")]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    assert_eq!(rules(&client.version(&path, 1)), [RULE]);
}

#[test]
fn settings_of_the_client_win() {
    let folder = folder(&[
        ("main.json", UNUSED),
        ("armlint.yaml", "min-severity: low\n"),
        ("ci/other.yaml", "ignore: [template/unused-parameter]\n"),
    ]);
    let options = json!({ "minSeverity": "high", "nonsense": 3 });
    let (mut client, _) = Client::with(Some(folder.path()), capabilities(), options);
    client.until(|message| message["params"]["message"] == "there is no setting `nonsense`");
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    assert!(client.version(&path, 1).is_empty());
    let change = |settings: Value| json!({ "settings": { "armlint": settings } });
    client.notify("workspace/didChangeConfiguration", change(json!({ "minSeverity": "low" })));
    assert_eq!(rules(&client.diagnostics(&path)), [RULE]);
    client.notify("workspace/didChangeConfiguration", change(json!({ "config": "ci/other.yaml" })));
    assert!(client.diagnostics(&path).is_empty());
}

#[test]
fn settings_are_asked_for_where_the_client_gives_them() {
    let folder = folder(&[("main.json", UNUSED)]);
    let mut capable = capabilities();
    capable["workspace"]["configuration"] = json!(true);
    capable["workspace"]["didChangeConfiguration"] = json!({ "dynamicRegistration": true });
    let (mut client, _) = Client::with(Some(folder.path()), capable, Value::Null);
    let registered = client.until(|message| message["method"] == "client/registerCapability");
    let methods: Vec<&str> = registered["params"]["registrations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|registration| registration["method"].as_str().unwrap())
        .collect();
    assert_eq!(methods, ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]);
    client.send(json!({ "id": registered["id"], "result": null }));
    let asked = client.until(|message| message["method"] == "workspace/configuration");
    assert_eq!(asked["params"]["items"], json!([{ "section": "armlint" }]));
    client.send(json!({ "id": asked["id"], "result": [{ "minSeverity": "high" }] }));
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    assert!(client.version(&path, 1).is_empty());
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    let asked = client.until(|message| message["method"] == "workspace/configuration");
    client.send(json!({ "id": asked["id"], "result": [{}] }));
    assert_eq!(rules(&client.diagnostics(&path)), [RULE]);
}

#[test]
fn a_client_that_watches_nothing_is_served_when_it_saves() {
    let folder = folder(&GIT_FOLDER);
    let (mut client, _) = Client::with(Some(folder.path()), json!({}), Value::Null);
    let pipeline = folder.path().join("adf/pipeline/Load.json");
    client.open(&pipeline, PIPELINE);
    assert!(!rules(&client.diagnostics(&pipeline)).contains(&"adf/dangling-reference"));
    fs::remove_file(folder.path().join("adf/dataset/Orders.json")).unwrap();
    client.save(&pipeline);
    assert!(rules(&client.diagnostics(&pipeline)).contains(&"adf/dangling-reference"));
}

#[test]
fn a_page_of_a_pack_is_read_again_and_its_faults_are_told() {
    let page = |severity: &str| {
        format!(
            "---\ntitle: Zone is here\ncategory: network\nseverity: {severity}\n\
             resource-types: [Microsoft.Network/privateDnsZones]\nselect: $.name\ncondition: {{exists: true}}\n\
             message: Zone `{{name}}` is here\n---\n## Why\nOur zones are elsewhere.\n## How to fix\nx\n## Examples\nx\n"
        )
    };
    let folder = folder(&[
        ("main.json", UNUSED),
        ("armlint.yaml", "rule-packs: [{path: policies, namespace: own}]\nselect: [own/]\n"),
        ("policies/zone.md", &page("low")),
    ]);
    let mut client = Client::over(&folder);
    let (path, rule) = (folder.path().join("main.json"), folder.path().join("policies/zone.md"));
    client.open(&path, UNUSED);
    assert_eq!(of(&client.version(&path, 1), "own/zone")["severity"], 3);
    let place = json!({ "textDocument": { "uri": uri(&path) }, "position": { "line": 5, "character": 89 } });
    let hover = client.request("textDocument/hover", place)["result"].clone();
    assert!(hover.to_string().contains("Our zones are elsewhere."), "{hover}");
    fs::write(&rule, page("high")).unwrap();
    client.watched(&[(&rule, 2)]);
    assert_eq!(of(&client.diagnostics(&path), "own/zone")["severity"], 1);
    fs::write(&rule, page("hihg")).unwrap();
    client.watched(&[(&rule, 2)]);
    let fault = client.diagnostics(&rule);
    assert!(fault[0]["message"].as_str().unwrap().contains("`hihg` is no value of this key"), "{fault:#?}");
    assert_eq!(fault[0]["range"]["start"], json!({ "line": 3, "character": 10 }));
    fs::write(&rule, page("high")).unwrap();
    client.watched(&[(&rule, 2)]);
    assert_eq!(rules(&client.diagnostics(&path)), ["own/zone"]);
}
