use serde_json::{Value, json};

use super::client::*;
use super::texts::*;
use crate::folder::folder;

#[test]
fn it_begins_and_ends_as_the_protocol_says() {
    let mut client = Client::spawn();
    assert_eq!(client.request("textDocument/hover", json!({}))["error"]["code"], -32002);
    let params = json!({ "processId": null, "rootUri": null, "capabilities": {} });
    assert!(client.request("initialize", params.clone())["result"]["capabilities"].is_object());
    assert_eq!(client.request("initialize", params)["error"]["code"], -32600);
    assert_eq!(client.request("shutdown", Value::Null)["result"], Value::Null);
    assert_eq!(client.request("textDocument/hover", json!({}))["error"]["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait(), 0);
}

#[test]
fn an_end_without_a_farewell_is_no_success() {
    let mut client = Client::spawn();
    client.notify("exit", Value::Null);
    assert_eq!(client.wait(), 1);
    let folder = folder(&[("main.json", UNUSED)]);
    let mut client = Client::over(&folder);
    client.open(&folder.path().join("main.json"), UNUSED);
    client.hang_up();
    assert_eq!(client.wait(), 1);
}

#[test]
fn what_is_no_message_gets_its_code_and_harms_nothing() {
    let folder = folder(&[("main.json", UNUSED)]);
    let mut client = Client::over(&folder);
    client.raw(b"Content-Length: 3\r\n\r\n{x}");
    let answer = client.until(|message| message.get("error").is_some());
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32700)));
    client.raw(b"Content-Length: 2\r\n\r\n[]");
    let answer = client.until(|message| message.get("error").is_some());
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32600)));
    assert_eq!(client.request("no/such", json!({}))["error"]["code"], -32601);
    assert_eq!(client.request("textDocument/codeAction", json!({ "x": 1 }))["error"]["code"], -32602);
    let params = json!({ "command": "no.such", "arguments": [] });
    assert_eq!(client.request("workspace/executeCommand", params)["error"]["code"], -32602);
    client.notify("textDocument/didOpen", json!({ "textDocument": 3 }));
    client.notify("textDocument/didChange", json!({ "textDocument": { "uri": "file:///nowhere", "version": 1 }, "contentChanges": [{ "text": "" }] }));
    client.notify("$/unknown", json!({}));
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    assert_eq!(rules(&client.version(&path, 1)), ["template/unused-parameter"]);
}

#[test]
fn requests_are_cancelled() {
    let folder = folder(&GIT_FOLDER);
    let mut client = Client::over(&folder);
    let path = folder.path().join("adf/pipeline/Load.json");
    client.open(&path, PIPELINE);
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let params =
        json!({ "textDocument": { "uri": uri(&path) }, "range": range, "context": { "diagnostics": [] } });
    let ids: Vec<i64> = (0..50).map(|_| client.ask("textDocument/codeAction", params.clone())).collect();
    for id in ids.iter().rev() {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    let mut cancelled = 0;
    let mut answered: Vec<i64> = Vec::new();
    while answered.len() < ids.len() {
        let answer = client.until(|message| message.get("method").is_none());
        cancelled += i32::from(answer["error"]["code"] == -32800);
        answered.push(answer["id"].as_i64().unwrap());
    }
    // Each has one answer; the last ones waited behind the first check.
    assert!(cancelled > 0);
    answered.sort();
    assert_eq!(answered, ids);
    client.notify("$/cancelRequest", json!({ "id": ids[0] }));
    assert!(client.request("textDocument/codeAction", params)["result"].is_array());
}

#[test]
fn typing_fast_queues_no_checks() {
    let folder = folder(&GIT_FOLDER);
    let mut client = Client::over(&folder);
    let path = folder.path().join("adf/pipeline/Load.json");
    client.open(&path, PIPELINE);
    client.version(&path, 1);
    for version in 2..=2000 {
        client.change(&path, version, &format!("{PIPELINE}{}", " ".repeat(version as usize % 7)));
    }
    client.version(&path, 2000);
    let published = client.seen.iter().filter(|message| message["params"]["uri"] == uri(&path)).count();
    assert!(published < 1000, "{published} checks");
}

#[test]
fn a_request_is_answered_for_the_text_that_it_was_asked_about() {
    let folder = folder(&[("main.json", UNUSED)]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    let found = client.version(&path, 1);
    let range = of(&found, "template/unused-parameter")["range"].clone();
    let params =
        json!({ "textDocument": { "uri": uri(&path) }, "range": range, "context": { "diagnostics": [] } });
    let before = client.ask("textDocument/codeAction", params.clone());
    client.change(&path, 2, "{}");
    let after = client.ask("textDocument/codeAction", params);
    let answers = [client.answer(before), client.answer(after)];
    assert!(!answers[0]["result"].as_array().unwrap().is_empty());
    assert!(answers[1]["result"].as_array().unwrap().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn memory_stays_flat() {
    let folder = folder(&GIT_FOLDER);
    let mut client = Client::over(&folder);
    let path = folder.path().join("adf/pipeline/Load.json");
    client.open(&path, PIPELINE);
    let resident = |client: &Client| -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", client.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let edit = |client: &mut Client, from: i32, to: i32| {
        for version in from..to {
            client.change(&path, version, &PIPELINE.replace("Look", &format!("Look{version}")));
            if version % 10 == 0 {
                client.version(&path, version);
                client.seen.clear();
            }
        }
    };
    edit(&mut client, 2, 2001);
    let early = resident(&client);
    edit(&mut client, 2001, 10_001);
    let late = resident(&client);
    assert!(late < early + early / 4, "{early} KB became {late} KB");
}
