use std::fs;

use serde_json::{Value, json};

use super::client::*;
use super::texts::*;
use crate::folder::folder;

fn titled<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().unwrap().contains(title));
    found.unwrap_or_else(|| panic!("no {title} in {actions:#?}"))
}

#[test]
fn fixes_are_quick_fixes_and_unsafe_ones_say_so() {
    let folder = folder(&[("main.json", FIXABLE)]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, FIXABLE);
    let found = client.version(&path, 1);
    let range = &of(&found, "adf/secret-parameter-not-secure")["range"];
    let actions = client.actions(&path, range, json!(["quickfix"]));
    let fix = titled(&actions, "securestring");
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(fix["diagnostics"][0], *of(&found, "adf/secret-parameter-not-secure"));
    let (of_uri, version, edits) = only_edit(&fix["edit"]);
    assert_eq!((of_uri, version), (uri(&path), json!(1)));
    let text = edited(FIXABLE, &edits);
    client.change(&path, 2, &text);
    assert!(!rules(&client.version(&path, 2)).contains(&"adf/secret-parameter-not-secure"));

    let range = &of(&found, "suppression/missing-reason")["range"];
    let actions = client.actions(&path, range, Value::Null);
    let fix = titled(&actions, "(unsafe");
    assert!(fix.get("isPreferred").is_none());
    // What is said of suppressions is not suppressed.
    assert!(!actions.iter().any(|action| action["title"].as_str().unwrap().contains("missing-reason")));
    assert!(client.actions(&path, range, json!(["refactor"])).is_empty());
}

#[test]
fn fix_all_applies_safe_fixes_only() {
    let folder = folder(&[("main.json", FIXABLE)]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, FIXABLE);
    let nowhere = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let actions = client.actions(&path, &nowhere, json!(["source.fixAll"]));
    assert_eq!(actions.len(), 1, "{actions:#?}");
    assert_eq!(actions[0]["kind"], "source.fixAll.armlint");
    let text = edited(FIXABLE, &only_edit(&actions[0]["edit"]).2);
    // What `check --fix` writes.
    checked(&folder, &["--fix"]);
    assert_eq!(text, fs::read_to_string(&path).unwrap());
    assert!(text.contains("securestring") && text.contains("armlint: ignore"));
    client.change(&path, 2, &text);
    client.version(&path, 2);
    assert!(client.actions(&path, &nowhere, json!(["source.fixAll"])).is_empty());
}

#[test]
fn fix_all_sends_nothing_that_stays() {
    let text = FIXABLE
        .replace("      // armlint: ignore[adf/api-version]\n", "")
        .replace("[concat('Server=", "[concat('Server=planted-Secret-1;Server=")
        .replace('\n', " ");
    let folder = folder(&[("main.json", &text)]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, &text);
    let nowhere = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let actions = client.actions(&path, &nowhere, json!(["source.fixAll"]));
    let edits = only_edit(&actions[0]["edit"]).2;
    assert!(!edits.to_string().contains("planted-Secret"), "{edits:#}");
    assert!(edited(&text, &edits).contains("securestring"));
}

#[test]
fn edits_are_made_when_they_are_asked_for() {
    let folder = folder(&[("main.json", FIXABLE)]);
    let mut capable = capabilities();
    capable["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    capable["textDocument"]["codeAction"]["resolveSupport"] = json!({ "properties": ["edit"] });
    let (mut client, answer) = Client::with(Some(folder.path()), capable, Value::Null);
    assert_eq!(answer["capabilities"]["codeActionProvider"]["resolveProvider"], true);
    let path = folder.path().join("main.json");
    client.open(&path, FIXABLE);
    let nowhere = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let actions = client.actions(&path, &nowhere, Value::Null);
    assert!(actions[0].get("edit").is_none() && actions[0]["kind"] == "source.fixAll.armlint");
    let resolved = client.request("codeAction/resolve", actions[0].clone());
    let text = edited(FIXABLE, &only_edit(&resolved["result"]["edit"]).2);
    assert!(text.contains("securestring"));
    client.change(&path, 2, &text);
    let resolved = client.request("codeAction/resolve", actions[0].clone());
    assert_eq!(resolved["error"]["code"], -32801);
}

#[test]
fn a_suppression_is_a_comment_that_waits_for_its_reason() {
    let yaml = "\"$schema\": https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\ncontentVersion: 1.0.0.0\nparameters:\n  unused: { type: string }\nresources:\n- { type: Microsoft.Network/privateDnsZones, apiVersion: \"2020-06-01\", name: contoso.com, location: global }\n";
    let crlf = UNUSED.replace('\n', "\r\n");
    let folder = folder(&[("a.json", UNUSED), ("b.yaml", yaml), ("c.json", &crlf)]);
    let mut client = Client::over(&folder);
    let rule = "template/unused-parameter";
    for (name, text, comment) in [
        ("a.json", UNUSED, "\n  // armlint: ignore[template/unused-parameter] \n  \"parameters\""),
        ("b.yaml", yaml, "\n  # armlint: ignore[template/unused-parameter] \n  unused"),
        ("c.json", &crlf, "\r\n  // armlint: ignore[template/unused-parameter] \r\n  \"parameters\""),
    ] {
        let path = folder.path().join(name);
        client.open(&path, text);
        let found = client.version(&path, 1);
        let range = &of(&found, rule)["range"];
        let actions = client.actions(&path, range, Value::Null);
        let edits = only_edit(&titled(&actions, "Suppress")["edit"]).2;
        let suppressed = edited(text, &edits);
        assert!(suppressed.contains(comment), "{suppressed}");
        client.change(&path, 2, &suppressed);
        let found = client.version(&path, 2);
        assert!(rules(&found).contains(&rule) && rules(&found).contains(&"suppression/missing-reason"));
        client.change(&path, 3, &suppressed.replace("parameter] ", "parameter] the web site reads it"));
        assert!(client.version(&path, 3).is_empty());
    }
}

#[test]
fn a_client_that_asks_for_the_reason_gets_a_command() {
    let folder = folder(&[("main.json", UNUSED)]);
    let options = json!({ "asksForReason": true });
    let (mut client, answer) = Client::with(Some(folder.path()), capabilities(), options);
    let commands = answer["capabilities"]["executeCommandProvider"]["commands"].as_array().unwrap();
    assert!(commands.contains(&json!("armlint.suppress")));
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    let found = client.version(&path, 1);
    let range = &of(&found, "template/unused-parameter")["range"];
    let actions = client.actions(&path, range, Value::Null);
    let command = titled(&actions, "Suppress")["command"].clone();
    assert_eq!(command["command"], "armlint.suppress");
    assert_eq!(command["arguments"], json!([uri(&path), "template/unused-parameter", range["start"]]));
    let with = |reason: &str| {
        let mut arguments = command["arguments"].as_array().unwrap().clone();
        arguments.push(json!(reason));
        json!({ "command": "armlint.suppress", "arguments": arguments })
    };
    let refused = client.request("workspace/executeCommand", with(" \n"));
    assert_eq!(refused["error"]["code"], -32602);
    let id = client.ask("workspace/executeCommand", with("read by\nthe web site"));
    let (_, version, edits) = only_edit(&client.applied());
    assert_eq!((client.answer(id)["result"].clone(), version), (Value::Null, json!(1)));
    let text = edited(UNUSED, &edits);
    assert!(text.contains("ignore[template/unused-parameter] read by the web site\n"), "{text}");
    client.change(&path, 2, &text);
    assert!(client.version(&path, 2).is_empty());
    // The finding is gone.
    let refused = client.request("workspace/executeCommand", with("again"));
    assert_eq!(refused["error"]["code"], -32801);
}

#[test]
fn what_the_studio_writes_is_suppressed_in_the_configuration() {
    let files = [&GIT_FOLDER[..], &[("adf/linkedService/Warehouse.json", SECRET)]].concat();
    let folder = folder(&files);
    let options = json!({ "asksForReason": true });
    let (mut client, _) = Client::with(Some(folder.path()), capabilities(), options);
    let path = folder.path().join("adf/linkedService/Warehouse.json");
    let configuration = folder.path().join("armlint.yaml");
    client.open(&path, SECRET);
    let mut found = client.version(&path, 1);
    let mut written = String::new();
    while let Some(next) = found.first().cloned() {
        let actions = client.actions(&path, &next["range"], Value::Null);
        let title = format!("Suppress {}", next["code"].as_str().unwrap());
        let mut arguments = titled(&actions, &title)["command"]["arguments"].as_array().unwrap().clone();
        arguments.push(json!("until: 2999-12-31 goes with the old warehouse"));
        let params = json!({ "command": "armlint.suppress", "arguments": arguments });
        client.ask("workspace/executeCommand", params);
        let edit = client.applied();
        let creates = edit["documentChanges"][0]["kind"] == "create";
        assert_eq!(creates, written.is_empty(), "{edit:#}");
        let (of_uri, version, edits) = only_edit(&edit);
        assert_eq!((of_uri, version), (uri(&configuration), Value::Null));
        written = edited(&written, &edits);
        // Somebody else writes into it as well.
        if !written.contains("# kept") {
            written.push_str("# kept\nadf: { strict: false }\n");
        }
        fs::write(&configuration, &written).unwrap();
        client.watched(&[(&configuration, if creates { 1 } else { 2 })]);
        let before = found.len();
        found = client.diagnostics(&path);
        assert!(found.len() < before, "{written}");
    }
    assert!(written.contains("paths: [\"adf/linkedService/Warehouse.json\"]"), "{written}");
    assert!(written.contains("until: 2999-12-31\n"), "{written}");
    assert!(written.contains("reason: \"goes with the old warehouse\"\n"), "{written}");
    assert!(written.contains("# kept\nadf: { strict: false }\n"), "{written}");
    assert!(checked(&folder, &[]).iter().all(|finding| {
        finding["file"] != "adf/linkedService/Warehouse.json" || !finding["suppressed"].is_null()
    }));
}

#[test]
fn a_client_without_literals_gets_commands() {
    let folder = folder(&[("main.json", FIXABLE)]);
    let plain = json!({ "workspace": { "applyEdit": true } });
    let (mut client, answer) = Client::with(Some(folder.path()), plain, Value::Null);
    assert_eq!(answer["capabilities"]["codeActionProvider"], true);
    let path = folder.path().join("main.json");
    client.open(&path, FIXABLE);
    let found = client.diagnostics(&path);
    let diagnostic = of(&found, "adf/secret-parameter-not-secure");
    for absent in ["relatedInformation", "tags", "data", "codeDescription"] {
        assert!(diagnostic.get(absent).is_none(), "{absent}");
    }
    assert!(client.seen.last().unwrap()["params"].get("version").is_none());
    let actions = client.actions(&path, &diagnostic["range"], json!(["quickfix"]));
    let fix = titled(&actions, "securestring");
    assert!(fix.get("edit").is_none());
    let params = json!({ "command": fix["command"], "arguments": fix["arguments"] });
    client.ask("workspace/executeCommand", params);
    let edit = client.applied();
    let text = edited(FIXABLE, &edit["changes"][uri(&path)]);
    assert!(text.contains("securestring"));
}
