use serde_json::{Value, json};

use super::client::*;
use super::texts::*;
use crate::folder::folder;

fn at(path: &std::path::Path, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri(path) }, "position": { "line": line, "character": character } })
}

// The position of a word in a text, one character behind its beginning.
fn position(text: &str, word: &str) -> (u32, u32) {
    let offset = text.find(word).unwrap() + 1;
    let line = text[..offset].matches('\n').count();
    let column = offset - text[..offset].rfind('\n').map_or(0, |at| at + 1);
    (line as u32, column as u32)
}

#[test]
fn a_hover_holds_the_page_of_the_rule() {
    let folder = folder(&[("main.json", UNUSED)]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, UNUSED);
    let (line, column) = position(UNUSED, "\"unused\"");
    let hover = client.request("textDocument/hover", at(&path, line, column))["result"].clone();
    assert_eq!(hover["contents"]["kind"], "markdown");
    let text = hover["contents"]["value"].as_str().unwrap();
    for part in ["template/unused-parameter", "**Why**", "**How to fix**"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(hover["range"]["start"]["line"], line);
    assert_eq!(client.request("textDocument/hover", at(&path, 0, 0))["result"], Value::Null);
}

#[test]
fn a_definition_may_be_in_another_file() {
    let folder = folder(&GIT_FOLDER);
    let mut client = Client::over(&folder);
    let path = folder.path().join("adf/pipeline/Load.json");
    client.open(&path, PIPELINE);
    let (line, column) = position(PIPELINE, "Orders");
    let found = client.request("textDocument/definition", at(&path, line, column))["result"].clone();
    assert_eq!(found[0]["targetUri"], uri(&folder.path().join("adf/dataset/Orders.json")), "{found:#}");
    assert_eq!(found[0]["originSelectionRange"]["start"]["line"], line);
    let (mut plain, _) = Client::with(Some(folder.path()), json!({}), Value::Null);
    plain.open(&path, PIPELINE);
    let found = plain.request("textDocument/definition", at(&path, line, column))["result"].clone();
    assert_eq!(found[0]["uri"], uri(&folder.path().join("adf/dataset/Orders.json")), "{found:#}");
}

#[test]
fn an_outline_is_a_tree_or_a_list() {
    let folder = folder(&[("main.json", UNUSED)]);
    let path = folder.path().join("main.json");
    let params = json!({ "textDocument": { "uri": uri(&path) } });
    let mut client = Client::over(&folder);
    client.open(&path, UNUSED);
    let tree = client.request("textDocument/documentSymbol", params.clone())["result"].clone();
    assert_eq!((&tree[0]["name"], &tree[0]["children"][0]["name"]), (&json!("parameters"), &json!("unused")));
    let (mut plain, _) = Client::with(Some(folder.path()), json!({}), Value::Null);
    plain.open(&path, UNUSED);
    let list = plain.request("textDocument/documentSymbol", params)["result"].clone();
    assert_eq!((&list[1]["name"], &list[1]["containerName"]), (&json!("unused"), &json!("parameters")));
    assert!(list[1]["location"]["range"].is_object());
}

#[test]
fn texts_of_no_concern_have_no_answers() {
    let folder = folder(&[("other.json", "{}")]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("other.json");
    client.open(&path, "{}");
    for (method, expected) in
        [("hover", json!(null)), ("definition", json!([])), ("documentSymbol", json!([]))]
    {
        for place in [&path, &folder.path().join("closed.json")] {
            let answer = client.request(&format!("textDocument/{method}"), at(place, 0, 1));
            assert_eq!(answer["result"], expected, "{method}");
        }
    }
}

#[test]
fn a_hover_over_shared_values_is_answered() {
    let next = |at: usize| format!("\"[variables('v{at}')]\", \"[variables('v{at}')]\"");
    let variables: Vec<String> = (0..30).map(|at| format!("\"v{at}\": [ {} ]", next(at + 1))).collect();
    let text = UNUSED.replace(
        "\"resources\"",
        &format!("\"variables\": {{ {}, \"v30\": \"z\" }},\n  \"outputs\": {{ \"o\": {{ \"type\": \"array\", \"value\": \"[variables('v0')]\" }} }},\n  \"resources\"", variables.join(", ")),
    );
    let folder = folder(&[("main.json", &text)]);
    let mut client = Client::over(&folder);
    let path = folder.path().join("main.json");
    client.open(&path, &text);
    let start = std::time::Instant::now();
    let (line, column) = position(&text, "variables('v0')");
    let hover = client.request("textDocument/hover", at(&path, line, column))["result"].clone();
    assert!(hover["contents"]["value"].is_string(), "{hover:#}");
    assert!(start.elapsed() < std::time::Duration::from_secs(10), "{:?}", start.elapsed());
}
