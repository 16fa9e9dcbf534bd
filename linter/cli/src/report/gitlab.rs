//! Code Quality of GitLab
//! (<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>, 2025-10).

use std::collections::HashMap;
use std::io::{self, Write};

use armlint_engine::finding::Severity;
use armlint_workspace::text::{escaped, lines, said};
use serde::Serialize;

use super::View;
use super::words::{NOT_CHECKED, path_or_run};

#[derive(Debug, Serialize)]
struct Issue<'a> {
    r#type: &'static str,
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    categories: [&'static str; 1],
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes one array. Fingerprints are told apart by a number where two findings share one, since GitLab
/// drops the second.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut unique = |text: &str| {
        let number = seen.entry(text.to_string()).or_default();
        *number += 1;
        if *number == 1 { text.to_string() } else { format!("{text}-{number}") }
    };
    let mut issues: Vec<Issue<'_>> = Vec::new();
    for finding in &view.findings {
        let region = view.region(finding.primary.span);
        issues.push(Issue {
            r#type: "issue",
            description: said(finding),
            check_name: finding.rule,
            fingerprint: unique(&finding.fingerprint),
            severity: severity(finding.severity),
            categories: [category(finding.category)],
            location: Location {
                path: path_or_run(&region.path).into_owned(),
                lines: Lines { begin: region.line, end: region.end_line },
            },
        });
    }
    for (file, reason) in view.files.failed.iter().chain(&view.files.unread) {
        let path = path_or_run(&view.in_repository(file)).into_owned();
        issues.push(Issue {
            r#type: "issue",
            description: format!("not checked: {}", lines(reason)),
            check_name: NOT_CHECKED,
            fingerprint: unique(&format!("{NOT_CHECKED}:{path}")),
            severity: "blocker",
            categories: ["Bug Risk"],
            location: Location { path, lines: Lines { begin: 1, end: 1 } },
        });
    }
    out.write_all(escaped(&serde_json::to_string_pretty(&issues)?).as_bytes())?;
    out.write_all(b"\n")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    }
}

fn category(category: armlint_engine::finding::Category) -> &'static str {
    use armlint_engine::finding::Category;
    match category {
        Category::Correctness | Category::Resilience => "Bug Risk",
        Category::Hygiene => "Clarity",
        _ => "Security",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Gitlab, &Style::file()));
    }

    #[test]
    fn fingerprints_differ_and_hostile_texts_are_shown() {
        let mut report = fixture::hostile();
        report.findings = vec![report.findings[0].clone(); 3];
        let text = fixture::render(&report, Format::Gitlab, &Style::file());
        let issues: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let fingerprints: HashSet<String> = issues.iter().map(|i| i["fingerprint"].to_string()).collect();
        assert_eq!(fingerprints.len(), issues.len());
        assert_eq!(issues[0]["location"]["path"], armlint_workspace::text::printable(fixture::HOSTILE));
        assert!(issues[0]["description"].as_str().unwrap().starts_with(&lines(fixture::HOSTILE)));
    }
}
