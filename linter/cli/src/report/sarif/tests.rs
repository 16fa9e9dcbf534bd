use armlint_workspace::digest::Digest;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::*;
use crate::arguments::Format;
use crate::report::fixture;
use crate::style::Style;

fn run(text: &str) -> Value {
    let log: Value = serde_json::from_str(text).unwrap();
    log["runs"][0].clone()
}

#[test]
fn golden() {
    let text = fixture::rendered(Format::Sarif, &Style::file());
    let log: Value = serde_json::from_str(&text).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn hostile_texts_link_to_nothing_and_paths_are_uris() {
    let run = run(&fixture::render(&fixture::hostile(), Format::Sarif, &Style::file()));
    let result = &run["results"][0];
    let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
    assert!(!uri.contains([':', '[', '<', '"']), "{uri}");
    assert_eq!(percent_decode_str(uri).decode_utf8().unwrap(), fixture::HOSTILE);
    let message = result["message"]["text"].as_str().unwrap();
    assert!(!message.contains("](") && !message.contains('\u{1b}'), "{message}");
}

#[test]
fn what_is_too_much_is_cut_with_a_note() {
    let mut report = fixture::minimal("{}", 0, 1);
    report.findings = vec![report.findings[0].clone(); MAX_RESULTS + 3];
    report.findings[MAX_RESULTS + 2].severity = Severity::Critical;
    let run = run(&fixture::render(&report, Format::Sarif, &Style::file()));
    let results = run["results"].as_array().unwrap();
    assert_eq!((results.len(), &results[0]["level"]), (MAX_RESULTS, &"error".into()));
    let note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(note.starts_with("Only the 5000 worst of 5003 findings"), "{note}");
}

#[test]
fn only_rules_with_results_are_listed_and_each_result_names_its_own() {
    let run = run(&fixture::rendered(Format::Sarif, &Style::file()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let listed: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["adf/public-runtime", "adf/secret-literal"]);
    for result in run["results"].as_array().unwrap() {
        assert_eq!(result["ruleId"], listed[result["ruleIndex"].as_u64().unwrap() as usize]);
    }
}

#[test]
fn every_rule_has_what_github_shows() {
    let (report, catalogue) = (fixture::report(), armlint_rules::catalogue());
    let digest = Digest::of(&report);
    let view = View::new(&digest, &catalogue, &[], |_| true);
    for rule in catalogue.rules() {
        let rule = serde_json::to_value(descriptor(&view, rule)).unwrap();
        for text in [&rule["shortDescription"]["text"], &rule["help"]["text"], &rule["help"]["markdown"]] {
            assert!(text.as_str().is_some_and(|text| text.len() > 10), "{rule}");
        }
        assert!(rule["shortDescription"]["text"].as_str().unwrap().chars().count() <= 1024, "{rule}");
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
    }
}
