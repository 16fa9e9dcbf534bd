use std::fs;

use serde_json::{Value, json};

use super::client::*;
use super::texts::*;
use crate::folder::{folder, write};

fn example() -> tempfile::TempDir {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/example");
    let folder = tempfile::tempdir().unwrap();
    for file in files(&from) {
        let name = file.strip_prefix(&from).unwrap().to_str().unwrap();
        write(&folder, name, &fs::read_to_string(&file).unwrap());
    }
    folder
}

// A finding of the command line as a diagnostic has it: rule, level, message, start and end.
fn expected(finding: &Value) -> Value {
    let level = match finding["severity"].as_str().unwrap() {
        "critical" | "high" => 1,
        "medium" => 2,
        _ => 3,
    };
    let at =
        |position: &Value| [position["line"].as_u64().unwrap() - 1, position["column"].as_u64().unwrap() - 1];
    json!([finding["rule"], level, finding["message"], at(&finding["start"]), at(&finding["end"])])
}

fn actual(diagnostic: &Value) -> Value {
    let at = |position: &Value| [position["line"].clone(), position["character"].clone()];
    let message = diagnostic["message"].as_str().unwrap();
    let message = message.split("\nHelp: ").next().unwrap().split("\nWith ").next();
    let range = &diagnostic["range"];
    json!([diagnostic["code"], diagnostic["severity"], message, at(&range["start"]), at(&range["end"])])
}

#[test]
fn they_are_the_findings_of_the_command_line() {
    let folder = example();
    let mut client = Client::over(&folder);
    let findings = checked(&folder, &[]);
    let mut count = 0;
    for file in files(folder.path()) {
        let name = file.strip_prefix(folder.path()).unwrap().to_str().unwrap();
        client.open(&file, &fs::read_to_string(&file).unwrap());
        let found: Vec<Value> = client.version(&file, 1).iter().map(actual).collect();
        let wanted: Vec<Value> =
            findings.iter().filter(|finding| finding["file"] == name).map(expected).collect();
        assert_eq!(found, wanted, "{name}");
        count += found.len();
    }
    assert!(count > 5 && count == findings.len());
}

#[test]
fn they_carry_all_that_a_client_takes() {
    let folder = folder(&[("main.json", UNUSED), ("twice.json", WIDE)]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    let found = client.version(&path, 1);
    let unused = of(&found, "template/unused-parameter");
    assert_eq!(unused["source"], "armlint");
    assert_eq!(unused["tags"], json!([1]));
    let page = unused["codeDescription"]["href"].as_str().unwrap();
    assert!(page.ends_with("/rules/template/unused-parameter.md"), "{page}");
    assert!(unused["data"]["fingerprint"].is_string());
    let twice = folder.path().join("twice.json");
    client.open(&twice, WIDE);
    let found = client.version(&twice, 1);
    let related = &of(&found, "template/duplicate-key")["relatedInformation"][0];
    assert_eq!(related["message"], "the first one");
    assert_eq!(related["location"]["range"]["start"], json!({ "line": 2, "character": 2 }));
}

#[test]
fn columns_count_in_the_encoding_that_was_agreed_on() {
    let folder = folder(&[("main.json", WIDE)]);
    let path = folder.path().join("main.json");
    // In front of the key: 34 characters of one byte, `ä`, twice `𝄞`, and 4 more.
    for (offered, name, column) in [
        (json!(["utf-8"]), "utf-8", 34 + 2 + 2 * 4 + 4),
        (json!(["utf-32"]), "utf-32", 34 + 1 + 2 + 4),
        (json!(["utf-16"]), "utf-16", 34 + 1 + 2 * 2 + 4),
        (json!(null), "utf-16", 34 + 1 + 2 * 2 + 4),
    ] {
        let mut offers = capabilities();
        offers["general"]["positionEncodings"] = offered;
        let (mut client, answer) = Client::with(Some(folder.path()), offers, Value::Null);
        assert_eq!(answer["capabilities"]["positionEncoding"], name);
        client.open(&path, WIDE);
        let found = client.version(&path, 1);
        let range = of(&found, "template/duplicate-key")["range"].clone();
        assert_eq!(range["start"], json!({ "line": 2, "character": column }), "{name}");
        assert_eq!(range["end"], json!({ "line": 2, "character": column + 16 }), "{name}");
        // The same columns come back in changes: the second key becomes another one.
        let document = json!({ "uri": uri(&path), "version": 2 });
        let changes = json!([{ "range": range, "text": "\"apiProfile\"" }]);
        client
            .notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        let found = client.version(&path, 2);
        assert!(!rules(&found).contains(&"template/duplicate-key"), "{name}");
    }
}

#[test]
fn an_edit_that_breaks_another_buffer_shows_there() {
    let folder = folder(&GIT_FOLDER);
    let mut client = Client::over(&folder);
    let (pipeline, dataset) =
        (folder.path().join("adf/pipeline/Load.json"), folder.path().join("adf/dataset/Orders.json"));
    client.open(&pipeline, PIPELINE);
    let rule = "adf/dangling-reference";
    assert!(!rules(&client.version(&pipeline, 1)).contains(&rule));
    client.open(&dataset, DATASET);
    client.version(&dataset, 1);
    client.change(&dataset, 2, &DATASET.replace("\"Orders\"", "\"Bills\""));
    let found = client.diagnostics(&pipeline);
    assert!(of(&found, rule)["message"].as_str().unwrap().contains("Orders"));
    // What is on disk holds again.
    client.close(&dataset);
    assert!(!rules(&client.diagnostics(&pipeline)).contains(&rule));
}

#[test]
fn the_whole_workspace_is_published_on_demand() {
    let folder = folder(&[("a.json", UNUSED), ("b/c.json", WIDE), ("clean.json", "{}")]);
    let options = json!({ "diagnostics": { "scope": "workspace" } });
    let (mut client, _) = Client::with(Some(folder.path()), capabilities(), options);
    let (a, c) = (folder.path().join("a.json"), folder.path().join("b/c.json"));
    assert_eq!(rules(&client.diagnostics(&a)), ["template/unused-parameter"]);
    assert_eq!(rules(&client.diagnostics(&c)), ["template/duplicate-key"]);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "armlint": { "diagnostics": { "scope": "open" } } } }),
    );
    assert_eq!(client.diagnostics(&c), Vec::<Value>::new());
}

#[test]
fn buffers_without_a_file_are_checked() {
    let (mut client, _) = Client::with(None, capabilities(), Value::Null);
    client.open_uri("untitled:Untitled-1", "json", UNUSED);
    assert_eq!(rules(&client.diagnostics_of("untitled:Untitled-1")), ["template/unused-parameter"]);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": "untitled:Untitled-1" } }));
    assert!(client.diagnostics_of("untitled:Untitled-1").is_empty());
}

#[test]
fn files_outside_of_all_folders_have_those_beside_them_as_context() {
    let folder = folder(&GIT_FOLDER);
    let (mut client, _) = Client::with(None, capabilities(), Value::Null);
    let pipeline = folder.path().join("adf/pipeline/Load.json");
    client.open(&pipeline, PIPELINE);
    let rule = "adf/dangling-reference";
    assert!(!rules(&client.version(&pipeline, 1)).contains(&rule));
    client.change(&pipeline, 2, &PIPELINE.replace("\"Orders\"", "\"Bills\""));
    assert!(rules(&client.version(&pipeline, 2)).contains(&rule));
    // Another buffer over what was context.
    client.change(&pipeline, 3, PIPELINE);
    client.version(&pipeline, 3);
    let dataset = folder.path().join("adf/dataset/Orders.json");
    client.open(&dataset, &DATASET.replace("\"Orders\"", "\"Bills\""));
    assert!(rules(&client.diagnostics(&pipeline)).contains(&rule));
}

#[test]
fn a_file_that_is_new_is_checked_before_it_is_on_disk() {
    let folder = folder(&[("a.json", "{}"), (".gitignore", "out/\n"), ("out/x.json", "{}")]);
    let mut client = Client::over(&folder);
    for (name, found) in [("new/b.json", true), ("out/c.json", false), (".hidden.json", false)] {
        let path = folder.path().join(name);
        client.open(&path, UNUSED);
        assert_eq!(client.version(&path, 1).len(), usize::from(found), "{name}");
    }
}

#[test]
fn files_that_change_on_disk_are_read_again() {
    let folder = folder(&GIT_FOLDER);
    let mut client = Client::over(&folder);
    let (pipeline, dataset) =
        (folder.path().join("adf/pipeline/Load.json"), folder.path().join("adf/dataset/Orders.json"));
    client.open(&pipeline, PIPELINE);
    let rule = "adf/dangling-reference";
    let broken = |client: &mut Client| rules(&client.diagnostics(&pipeline)).contains(&rule);
    assert!(!broken(&mut client));
    fs::remove_file(&dataset).unwrap();
    client.watched(&[(&dataset, 3)]);
    assert!(broken(&mut client));
    fs::write(&dataset, DATASET).unwrap();
    client.watched(&[(&dataset, 1)]);
    assert!(!broken(&mut client));
    fs::write(&dataset, DATASET.replace("\"Orders\"", "\"Bills\"")).unwrap();
    client.watched(&[(&dataset, 2)]);
    assert!(broken(&mut client));
    // A buffer is newer than its file.
    client.open(&dataset, DATASET);
    assert!(!broken(&mut client));
    client.watched(&[(&dataset, 2)]);
    client.change(&pipeline, 2, PIPELINE);
    assert!(!rules(&client.version(&pipeline, 2)).contains(&rule));
}

#[test]
fn folders_come_and_go() {
    let (first, second) = (folder(&[("a.json", UNUSED)]), folder(&GIT_FOLDER));
    let mut client = Client::over(&first);
    let pipeline = second.path().join("adf/pipeline/Load.json");
    let text = PIPELINE.replace("\"Orders\"", "\"Bills\"");
    write(&second, "armlint.yaml", "exclude: [adf]\n");
    client.open(&pipeline, &text);
    // By itself it is named, and what is named is not excluded.
    assert!(rules(&client.version(&pipeline, 1)).contains(&"adf/dangling-reference"));
    let event = |key: &str| {
        let mut event = json!({ "added": [], "removed": [] });
        event[key] = json!([{ "uri": uri(second.path()), "name": "y" }]);
        json!({ "event": event })
    };
    client.notify("workspace/didChangeWorkspaceFolders", event("added"));
    assert!(client.diagnostics(&pipeline).is_empty());
    client.notify("workspace/didChangeWorkspaceFolders", event("removed"));
    assert!(!client.diagnostics(&pipeline).is_empty());
}

#[test]
fn what_is_not_checked_says_so() {
    let folder = folder(&[("a.json", "{}"), ("armlint.yaml", "exclude: [old]\n"), ("old/b.json", UNUSED)]);
    let mut client = Client::over(&folder);
    let partial = folder.path().join("a.json");
    let schema = "\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\"";
    client.open(&partial, &format!("\"$schema\": {schema}"));
    let found = client.version(&partial, 1);
    assert!(rules(&found).contains(&"template/syntax-error"), "{found:#?}");
    let chart = folder.path().join("chart.yaml");
    let text = format!(
        "$schema: {schema}\nresources:\n{{{{- range .Values.all }}}}\n- {{{{ . }}}}\n{{{{- end }}}}\n"
    );
    client.open_uri(&uri(&chart), "yaml", &text);
    let found = client.version(&chart, 1);
    let is_told =
        |said: &Value| said["message"].as_str().unwrap().starts_with("Not checked: needs rendering");
    assert!(found.iter().any(is_told), "{found:#?}");
    client.change(&partial, 2, "{}");
    client.until(|message| is_logged(message, "a.json is not checked"));
    client.open(&folder.path().join("old/b.json"), UNUSED);
    client.until(|message| is_logged(message, "old/b.json is not checked"));
}

fn is_logged(message: &Value, text: &str) -> bool {
    message["method"] == "window/logMessage" && message["params"]["message"].as_str().unwrap().contains(text)
}

#[test]
fn no_message_of_a_session_holds_a_secret() {
    let long = SECRET.replace("Warehouse", "Other").replace("planted-Secret-1", "planted-Secret-2");
    let files = [&GIT_FOLDER[..], &[("adf/linkedService/Warehouse.json", SECRET)]].concat();
    let folder = folder(&files);
    let options = json!({ "diagnostics": { "scope": "workspace" }, "asksForReason": true });
    let (mut client, _) = Client::with(Some(folder.path()), capabilities(), options);
    let path = folder.path().join("adf/linkedService/Warehouse.json");
    client.open(&path, SECRET);
    let found = client.version(&path, 1);
    let range = of(&found, "adf/secret-literal")["range"].clone();
    client.change(&path, 2, &long);
    client.version(&path, 2);
    client.actions(&path, &range, Value::Null);
    client.actions(&path, &range, json!(["source.fixAll"]));
    for method in ["hover", "definition", "documentSymbol"] {
        for character in 0..100 {
            let position = json!({ "line": 5, "character": character });
            let params = json!({ "textDocument": { "uri": uri(&path) }, "position": position });
            client.request(&format!("textDocument/{method}"), params);
        }
    }
    // As names, in files that are not read to the end, and in configurations.
    client.change(&path, 3, &SECRET.replace("Warehouse", "planted-Secret-1"));
    client.version(&path, 3);
    client.change(&path, 4, &SECRET[..SECRET.len() - 6]);
    client.version(&path, 4);
    for message in &client.seen {
        assert!(!message.to_string().contains("planted-Secret"), "{message:#}");
    }
    assert!(client.seen.len() > 100);
}
