use armlint_engine::session::{FileStatus, Outcome};
use armlint_workspace::digest::Digest;
use serde_json::Value;

use super::*;
use crate::arguments::Format;
use crate::report::fixture;
use crate::report::network::{Declared, Network, NetworkNode, NetworkWay};
use crate::style::Style;

fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

// The page without its styles, scripts and data, which are compared with what they are made of.
fn elements(page: &str) -> String {
    let mut rest = page.to_string();
    for part in [STYLE, SHARED, FINDINGS, MAP] {
        rest = rest.replacen(part, "", 1);
    }
    rest
}

#[test]
fn golden() {
    insta::assert_snapshot!(elements(&fixture::rendered(Format::Html, &Style::file())));
}

#[test]
fn the_policy_allows_what_is_in_the_page_and_nothing_else() {
    let page = fixture::rendered(Format::Html, &Style::file());
    let policy =
        page.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once('"').unwrap().0;
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
        for part in page.split(open).skip(1) {
            let text = part.split_once(close).unwrap().0;
            assert!(policy.contains(&hashes(&[text])), "{open}");
        }
    }
    let rest = elements(&page);
    for part in ["src=", "@import", "url(http", " style=", " onload", " onclick", "<link", "<img", "<iframe"]
    {
        assert!(!rest.contains(part), "{part}");
    }
    for script in [SHARED, FINDINGS, MAP] {
        for part in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "fetch(",
            "XMLHttp",
            "import(",
        ] {
            assert!(!script.contains(part), "{part}");
        }
    }
}

#[test]
fn hostile_texts_are_text() {
    let mut report = fixture::hostile();
    let breaks =
        "</script><script>alert(1)</script></style><!--<script></template>]]>\u{2028}\u{202e}\u{1b}[31m'\"";
    report.findings[0].message = format!("{breaks} {}", fixture::HOSTILE);
    let plain = fixture::rendered(Format::Html, &Style::file());
    let page = fixture::render(&report, Format::Html, &Style::file());
    let count = |text: &str, part: &str| text.matches(part).count();
    for part in ["<script", "</script", "<style", "</style", "<!--", "<img"] {
        // Of templates there is one for each rule.
        assert_eq!(count(&page, part), count(&plain, part), "{part}");
    }
    assert!(!page.contains(['\u{1b}', '\u{202e}', '\0']));
    assert_eq!(data(&page)["findings"][0]["m"], armlint_workspace::text::lines(&report.findings[0].message));
}

#[test]
fn findings_are_shown_at_the_parts_of_the_map_that_they_stand_in() {
    let (report, catalogue) = (fixture::report(), fixture::catalogue());
    let digest = Digest::of(&report);
    let mut view = View::new(&digest, &catalogue, &[], |_| true);
    let places = |path: &str| vec![Declared { path: path.into(), start: 0, end: 4000 }];
    view.network = Some(Network {
        picture: "<svg></svg>".to_string(),
        ways: vec![NetworkWay {
            title: "a </script>".to_string(),
            mark: "public",
            ends: ["w0".to_string(), "s0".to_string()],
            steps: vec!["a".to_string(), "b".to_string()],
            how: "no endpoint".to_string(),
            activities: Vec::new(),
            places: places("linkedService/ls_sql.json"),
        }],
        nodes: vec![NetworkNode {
            id: "s0".to_string(),
            text: vec!["b".to_string()],
            places: places("integrationRuntime/ir.json"),
        }],
        ..Network::default()
    });
    for (subject, findings) in [(Subject::Report, 4), (Subject::Map, 2)] {
        let mut out = Vec::new();
        document(&view, subject, &mut out).unwrap();
        let data = data(std::str::from_utf8(&out).unwrap());
        assert_eq!(data["findings"].as_array().unwrap().len(), findings);
        assert_eq!(data["ways"][0]["findings"], serde_json::json!([0, 1]));
        assert_eq!(data["nodes"][0]["findings"], serde_json::json!([]));
    }
}

#[test]
fn a_thousand_findings_take_less_than_a_megabyte() {
    let mut report = fixture::report();
    report.findings = report.findings.iter().cycle().take(1000).cloned().collect();
    let page = fixture::render(&report, Format::Html, &Style::file());
    assert!(page.len() < 1_000_000, "{}", page.len());
}

#[test]
fn a_long_list_of_what_was_not_checked_is_closed_and_says_why() {
    let mut report = fixture::report();
    let failed = |at: usize| {
        let reason = if at.is_multiple_of(3) { "too large" } else { "no end" };
        let outcome = Outcome::Failed(reason.to_string());
        FileStatus { path: format!("{at}.json").into(), outcome }
    };
    report.files = (0..300).map(failed).collect();
    let page = fixture::render(&report, Format::Html, &Style::file());
    let summary = "<details><summary>Not checked: 301. no end (200); too large (100); <code>nowhere</code>";
    assert!(page.contains(summary), "{page}");
    assert!(page.contains("<li>and 101 more</li>"));
}
