use armlint_engine::dialect::Parsed;
use armlint_engine::syntax::json;

use super::*;
use crate::fixture;

fn parsed(id: u32, text: &str) -> Parsed {
    let source = Source::new(SourceId(id), "a.json", text.to_string());
    let document = json::parse(&source);
    Parsed { source: Arc::new(source), document: Arc::new(document) }
}

fn masks(text: &str, places: &[&str]) -> Masks {
    let parsed = parsed(0, text);
    let span = |token: &&str| {
        let start = text.find(*token).unwrap();
        Span::new(SourceId(0), start, start + token.len())
    };
    let texts = Texts { sources: vec![SourceId(0)], templated: true };
    Masks::of_texts([&parsed], texts, places.iter().map(span).collect())
}

// The text with what is known at a token in asterisks.
fn shown(text: &str, token: &str) -> String {
    let masks = masks(text, &[token]);
    masks.masked(&masks.texts[0].source)
}

#[test]
fn quotes_keys_and_references_stay() {
    let text = r#"{"x": "hunter2"}"#;
    assert_eq!(shown(text, "\"hunter2\""), r#"{"x": "*******"}"#);
    assert_eq!(shown(text, "hunter2"), r#"{"x": "*******"}"#);
    assert_eq!(shown(text, "\"x\""), text);
    assert_eq!(shown(text, text), r#"{"x": "*******"}"#);

    let text = r#"{"a": "[concat('hunter2', parameters('p'))]", "b": ["x", 12, "y" /* z */]}"#;
    let masked = r#"{"a": "[concat('*******', parameters('p'))]", "b": ["x", 12, "y" /* z */]}"#;
    assert_eq!(shown(text, "\"[concat('hunter2', parameters('p'))]\""), masked);
    assert_eq!(shown(text, "[concat('hunter2', parameters('p'))]"), masked);
    assert_eq!(shown(text, "concat('hunter2', parameters('p'))"), masked);
    assert_eq!(shown(text, "parameters('p')"), text);
    assert_eq!(shown(text, "hunter2"), masked);
    let masked = r#"{"a": "[concat('hunter2', parameters('p'))]", "b": ["*", **, "*" *******]}"#;
    assert_eq!(shown(text, r#"["x", 12, "y" /* z */]"#), masked);
}

#[test]
fn a_secret_that_looks_like_a_call_is_masked() {
    assert_eq!(shown(r#"{"p": "f(x)"}"#, "f(x)"), r#"{"p": "****"}"#);
    assert_eq!(shown(r#"{"p": "[x]y"}"#, "\"[x]y\""), r#"{"p": "****"}"#);
}

#[test]
fn secrets_of_hidden_findings_are_scrubbed_from_all_texts() {
    let report = fixture::report();
    let masks = Masks::new(&report);
    let scrub = |text: &str| masks.scrub([SourceId(2)], text);
    assert_eq!(scrub(&format!("the value `{}` is bad", fixture::SECRET)), "the value `***` is bad");
    assert_eq!(scrub("uses Password=abc here"), "uses Password=*** here");
    assert_eq!(scrub("nothing to hide"), "nothing to hide");
}

#[test]
fn what_armlint_says_itself_stays() {
    let text =
        r#"{"mode": {"defaultValue": "reference"}, "planted-key": 2, "x": "planted-key", "y": "orchid"}"#;
    let masks = masks(text, &["\"reference\"", "\"planted-key\", \"y", "\"orchid\""]);
    let scrub = |text: &str| masks.scrub([SourceId(0)], text);
    for own in [
        "read it by a reference to the resource",
        "write `\"referenceName\": \"x\"`",
        "There is no `planted-key`",
        "an orchid is a flower, and `orchids` are flowers",
    ] {
        assert_eq!(scrub(own), own);
    }
    assert_eq!(scrub("The value `orchid` is bad"), "The value `***` is bad");
}

#[test]
fn a_secret_is_hidden_in_all_values_of_its_deployment_and_in_no_other() {
    let (a, b) = (r#"{"p": "hunter-22", "q": "run -u sa x hunter-22"}"#, r#"{"q": "see hunter-22"}"#);
    let all = [parsed(0, a), parsed(1, a), parsed(2, b)];
    let mut report = Report { secrets: vec![Span::new(SourceId(0), 6, 17)], ..Report::default() };
    for parsed in &all {
        report.sources.push(parsed.source.clone());
        report.documents.push(vec![parsed.document.clone()]);
    }
    let texts =
        |sources: &[u32]| Texts { sources: sources.iter().copied().map(SourceId).collect(), templated: true };
    report.deployments = vec![texts(&[0, 1]), texts(&[2])];
    let masks = Masks::whole(&report);
    let masked = |at: usize| masks.masked(&all[at].source);
    assert_eq!(masked(0), r#"{"p": "*********", "q": "run -u sa x *********"}"#);
    assert_eq!(masked(1), masked(0));
    assert_eq!(masked(2), b);
    assert_eq!(masks.scrub_value([SourceId(1)], "x hunter-22"), "x ***");
    assert_eq!(masks.scrub_value([SourceId(2)], "x hunter-22"), "x hunter-22");
}

#[test]
fn a_secret_that_ends_in_a_word_is_sought_and_a_word_is_not() {
    let pem = "-----BEGIN RSA PRIVATE KEY-----\\nMIIplanted\\n-----END RSA PRIVATE KEY-----";
    let text = format!(r#"{{"a": "Hunter03-MyPassword", "b": "{pem}", "c": "password"}}"#);
    let masks = masks(&text, &["\"Hunter03-MyPassword\"", &format!("\"{pem}\""), "\"password\""]);
    let value = |text: &str| masks.scrub_value([SourceId(0)], text);
    assert_eq!(value("x Hunter03-MyPassword"), "x ***");
    assert_eq!(value(&format!("x {}", pem.replace("\\n", "\n"))), "x ***");
    assert_eq!(value("x password"), "x password");
}

#[test]
fn what_did_not_parse_is_looked_at_by_shape() {
    let text = "{\"a\": [1, 2\n\"password\": \"hunter2\", ]]} Password=hunter3;\n// Password=hunter4;\n";
    let shown = shown(text, "1");
    assert!(!shown.contains("hunter"), "{shown}");
    assert!(shown.contains("\"password\": \"*******\""), "{shown}");
}

#[test]
fn json_is_masked_by_what_it_says_itself() {
    let masks = masks(r#"{"p": "hunter-22"}"#, &["\"hunter-22\""]);
    let json =
        r#"{"password": "abc-def", "pin": {"secretValue": 12}, "x": "abc-def hunter-22", "hunter-22": true}"#;
    let expected = r#"{"password": "***", "pin": {"secretValue": "***"}, "x": "*** ***", "hunter-22": true}"#;
    assert_eq!(masks.json([SourceId(0)], json), expected);
}

#[test]
fn spans_that_fit_no_text_are_harmless() {
    let text = "{\"ä\": 'ö'}";
    for start in 0..text.len() + 3 {
        for end in start..text.len() + 3 {
            let parsed = parsed(0, text);
            let span = Span::new(SourceId(0), start, end);
            let masks = Masks::of_texts([&parsed], Texts::default(), vec![span]);
            masks.masked(&parsed.source);
        }
    }
}
