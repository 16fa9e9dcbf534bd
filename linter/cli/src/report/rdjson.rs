//! The diagnostics of reviewdog, with suggestions that a comment on a pull request offers
//! (<https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>, 2025-10). Columns count bytes of UTF-8, ends are
//! exclusive.

use std::io::{self, Write};

use armlint_engine::finding::{Applicability, Finding, Fix, Label};
use armlint_engine::span::Span;
use armlint_workspace::text::{escaped, lines, page_url, said};
use serde::Serialize;

use super::View;
use super::words::{Level, NOT_CHECKED, level, path_or_run, worst_first};

#[derive(Serialize)]
struct Document {
    source: Source,
    severity: &'static str,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

/// Writes one object and a line break.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = worst_first(view);
    let worst = findings.first().map_or("INFO", |finding| severity(level(finding.severity)));
    let files = &view.files;
    let unread = files.failed.iter().chain(&files.unread);
    let unread = unread.map(|(file, reason)| of_file(file, "ERROR", "Not checked", reason));
    let partial = files.partial.iter();
    let partial = partial.map(|(file, reason)| of_file(file, "INFO", "Partly checked", reason));
    let diagnostics: Vec<Diagnostic> =
        unread.chain(partial).chain(findings.iter().map(|finding| diagnostic(view, finding))).collect();
    let is_unread = !files.failed.is_empty() || !files.unread.is_empty();
    let document = Document {
        source: Source { name: "armlint", url: env!("CARGO_PKG_REPOSITORY") },
        severity: if is_unread { "ERROR" } else { worst },
        diagnostics,
    };
    out.write_all(escaped(&serde_json::to_string(&document)?).as_bytes())?;
    out.write_all(b"\n")
}

fn diagnostic(view: &View<'_>, finding: &Finding) -> Diagnostic {
    let suggestion = finding.fix.as_ref().and_then(|fix| suggestion(view, finding, fix));
    let mut message = said(finding);
    if let Some(fix) = &finding.fix {
        let unsafe_fix = if fix.applicability == Applicability::Safe { "" } else { ", to be looked at" };
        message.push_str(&format!("\nFix{unsafe_fix}: {}", lines(&fix.title)));
    }
    Diagnostic {
        message,
        location: location(view, finding.primary.span),
        severity: severity(level(finding.severity)),
        code: Code { value: finding.rule, url: page_url(view.catalogue, finding.rule) },
        suggestions: suggestion.into_iter().collect(),
        related_locations: finding.related.iter().map(|label| related(view, label)).collect(),
    }
}

// Suggestions of one diagnostic are taken one by one, and are about its file: a fix of several edits is none.
fn suggestion(view: &View<'_>, finding: &Finding, fix: &Fix) -> Option<Suggestion> {
    let [edit] = fix.edits.as_slice() else { return None };
    let range = range(view, edit.span).filter(|_| edit.span.source == finding.primary.span.source)?;
    Some(Suggestion { range, text: edit.text.clone() })
}

fn related(view: &View<'_>, label: &Label) -> Related {
    let message = if label.text.is_empty() { "belongs to it".to_string() } else { lines(&label.text) };
    Related { message, location: location(view, label.span) }
}

fn location(view: &View<'_>, span: Span) -> Location {
    let path = view.digest.excerpt(span.source).map_or("", |excerpt| &excerpt.path);
    Location { path: path_or_run(path).into_owned(), range: range(view, span) }
}

fn range(view: &View<'_>, span: Span) -> Option<Range> {
    let excerpt = view.digest.excerpt(span.source)?;
    let position =
        |offset| Position { line: excerpt.position(offset).line, column: excerpt.byte_column(offset) };
    Some(Range { start: position(span.start), end: position(span.end) })
}

fn of_file(file: &str, severity: &'static str, what: &str, reason: &str) -> Diagnostic {
    Diagnostic {
        message: format!("{what}: {}", lines(reason)),
        location: Location { path: path_or_run(file).into_owned(), range: None },
        severity,
        code: Code { value: NOT_CHECKED, url: None },
        suggestions: Vec::new(),
        related_locations: Vec::new(),
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Note => "INFO",
    }
}

#[cfg(test)]
mod tests {
    use armlint_engine::finding::Edit;
    use serde_json::Value;

    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    /// The members of each object and what they hold (`jsonschema/DiagnosticResult.json` and `reviewdog.proto` of
    /// reviewdog, 2025-10); those that end in `[]` are lists.
    const SCHEMA: [(&str, &[(&str, &str)]); 9] = [
        ("Result", &[("diagnostics[]", "Diagnostic"), ("source", "Source"), ("severity", "Severity")]),
        (
            "Diagnostic",
            &[
                ("message", "string"),
                ("location", "Location"),
                ("severity", "Severity"),
                ("source", "Source"),
                ("code", "Code"),
                ("suggestions[]", "Suggestion"),
                ("original_output", "string"),
                ("related_locations[]", "Related"),
            ],
        ),
        ("Source", &[("name", "string"), ("url", "string")]),
        ("Code", &[("value", "string"), ("url", "string")]),
        ("Location", &[("path", "string"), ("range", "Range")]),
        ("Range", &[("start", "Position"), ("end", "Position")]),
        ("Position", &[("line", "integer"), ("column", "integer")]),
        ("Suggestion", &[("range", "Range"), ("text", "string")]),
        ("Related", &[("message", "string"), ("location", "Location")]),
    ];

    fn assert_fits(value: &Value, kind: &str) {
        match kind {
            "string" => assert!(value.is_string(), "{value}"),
            "integer" => assert!(value.as_u64().is_some_and(|number| number > 0), "{value}"),
            "Severity" => assert!(["ERROR", "WARNING", "INFO"].contains(&value.as_str().unwrap())),
            _ => {
                let members = SCHEMA.iter().find(|(name, _)| *name == kind).unwrap().1;
                for (key, value) in value.as_object().unwrap() {
                    let list = format!("{key}[]");
                    let (name, kind) =
                        members.iter().find(|(name, _)| *name == key || *name == list).expect(key);
                    match name.ends_with("[]") {
                        true => value.as_array().unwrap().iter().for_each(|value| assert_fits(value, kind)),
                        false => assert_fits(value, kind),
                    }
                }
            }
        }
    }

    #[test]
    fn golden() {
        let text = fixture::rendered(Format::Rdjson, &Style::file());
        let value: Value = serde_json::from_str(&text).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn every_report_fits_the_schema() {
        for report in [fixture::report(), fixture::hostile(), fixture::minimal("", 0, 0)] {
            let text = fixture::render(&report, Format::Rdjson, &Style::file());
            assert_fits(&serde_json::from_str(&text).unwrap(), "Result");
        }
    }

    #[test]
    fn columns_count_bytes_and_a_fix_of_several_edits_is_no_suggestion() {
        let text = "{\r\n  \"ä𐐀\": \"x\" }";
        let at = text.find("\"x\"").unwrap() as u32;
        let mut report = fixture::minimal(text, at, at + 3);
        let span = report.findings[0].primary.span;
        let edit = Edit { span, text: "\"y\"".to_string() };
        let fix = |edits| Fix { title: "Mend it".to_string(), applicability: Applicability::Safe, edits };
        for (edits, suggested) in [(vec![edit.clone()], true), (vec![edit.clone(), edit], false)] {
            report.findings[0].fix = Some(fix(edits));
            let text = fixture::render(&report, Format::Rdjson, &Style::file());
            let document: Value = serde_json::from_str(&text).unwrap();
            let found = document["diagnostics"].as_array().unwrap().last().unwrap().clone();
            assert_eq!(found["location"]["range"]["start"], serde_json::json!({ "line": 2, "column": 13 }));
            assert_eq!(found["suggestions"][0]["text"].as_str(), suggested.then_some("\"y\""));
            assert!(found["message"].as_str().unwrap().ends_with("Fix: Mend it"));
        }
    }
}
