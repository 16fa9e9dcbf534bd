//! For programs: version 1 of the JSON report.
//!
//! Lines and columns begin at 1, columns count UTF-16 units, offsets are bytes of the text as UTF-8. Fields
//! may be added within a version; none changes its meaning or goes away.

use std::collections::BTreeMap;
use std::io::{self, Write};

use armlint_engine::finding::{Applicability, Edit, Finding, Fix, Label};
use armlint_workspace::excerpt::Excerpt;
use armlint_workspace::text::{escaped, page_url};
use serde::Serialize;

use super::View;

/// The version of the contract.
pub(super) const VERSION: u32 = 1;

#[derive(Debug, Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<Entry<'a>>,
    files: Files<'a>,
    rules: BTreeMap<&'a str, Rule<'a>>,
}

/// A finding.
#[derive(Debug, Serialize)]
pub(super) struct Entry<'a> {
    rule: &'a str,
    category: &'a str,
    severity: &'a str,
    confidence: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    place: Place<'a>,
    resource: Option<Resource<'a>>,
    related: Vec<Related<'a>>,
    fix: Option<Change<'a>>,
    /// `null` where it counts.
    suppressed: Option<Suppression<'a>>,
    fingerprint: &'a str,
    /// The parameter files that it holds with; empty where it holds whatever the parameters are, or with
    /// every file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environments: Vec<&'a str>,
}

/// `kind` is `comment`, `metadata`, `configuration` or `baseline`.
#[derive(Debug, Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct Place<'a> {
    file: &'a str,
    /// `null` where the file has no tree.
    pointer: Option<&'a str>,
    start: Position,
    end: Position,
}

#[derive(Debug, Serialize)]
struct Position {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Debug, Serialize)]
struct Resource<'a> {
    r#type: &'a str,
    name: &'a str,
}

#[derive(Debug, Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct Change<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Debug, Serialize)]
struct Replacement<'a> {
    file: &'a str,
    start: Position,
    end: Position,
    text: &'a str,
}

/// Counts, and the files that something is to be said about. `partial` files are among the `checked`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Files<'a> {
    checked: usize,
    partial: usize,
    failed: Vec<FileReason<'a>>,
    ignored: usize,
    partial_files: Vec<FileReason<'a>>,
    ignored_files: Vec<FileReason<'a>>,
}

#[derive(Debug, Serialize)]
struct FileReason<'a> {
    file: &'a str,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct Rule<'a> {
    title: &'a str,
    category: &'static str,
    severity: &'static str,
    url: Option<String>,
}

/// Writes one JSON object and a line break.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: VERSION,
        findings: view.findings.iter().chain(&view.suppressed).map(|finding| entry(view, finding)).collect(),
        files: files(view),
        rules: rules(view),
    };
    out.write_all(escaped(&serde_json::to_string(&document)?).as_bytes())?;
    writeln!(out)
}

/// The entry of a finding.
pub(super) fn entry<'a>(view: &'a View<'_>, finding: &'a Finding) -> Entry<'a> {
    Entry {
        rule: finding.rule,
        category: finding.category.as_str(),
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        message: &finding.message,
        help: finding.help.as_deref(),
        place: place(view, &finding.primary),
        resource: finding.resource.as_ref().map(|label| Resource { r#type: &label.ty, name: &label.name }),
        related: finding
            .related
            .iter()
            .map(|label| Related { place: place(view, label), message: &label.text })
            .collect(),
        fix: finding.fix.as_ref().map(|fix| change(view, fix)),
        suppressed: finding
            .suppressed
            .as_ref()
            .map(|suppressed| Suppression { kind: suppressed.kind.as_str(), reason: &suppressed.reason }),
        fingerprint: &finding.fingerprint,
        environments: finding.environments.iter().map(AsRef::as_ref).collect(),
    }
}

fn place<'a>(view: &'a View<'_>, label: &Label) -> Place<'a> {
    let span = label.span;
    let excerpt = view.digest.excerpt(span.source);
    Place {
        file: excerpt.map_or("", |excerpt| &excerpt.path),
        pointer: excerpt.and_then(|excerpt| excerpt.pointer(span.start)),
        start: position(excerpt, span.start),
        end: position(excerpt, span.end),
    }
}

fn position(excerpt: Option<&Excerpt>, offset: u32) -> Position {
    match excerpt {
        Some(excerpt) => {
            let position = excerpt.position(offset);
            Position { line: position.line, column: position.column, offset }
        }
        None => Position { line: 1, column: 1, offset },
    }
}

fn change<'a>(view: &'a View<'_>, fix: &'a Fix) -> Change<'a> {
    let replacement = |edit: &'a Edit| {
        let excerpt = view.digest.excerpt(edit.span.source);
        Replacement {
            file: excerpt.map_or("", |excerpt| &excerpt.path),
            start: position(excerpt, edit.span.start),
            end: position(excerpt, edit.span.end),
            text: &edit.text,
        }
    };
    Change {
        title: &fix.title,
        applicability: match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        },
        edits: fix.edits.iter().map(replacement).collect(),
    }
}

fn files<'a>(view: &'a View<'_>) -> Files<'a> {
    let files = &view.files;
    let list = |entries: &'a [(String, String)]| {
        entries.iter().map(|(file, reason)| FileReason { file, reason }).collect::<Vec<_>>()
    };
    let failed = list(&files.failed).into_iter().chain(list(&files.unread)).collect();
    Files {
        checked: files.checked,
        partial: files.partial.len(),
        failed,
        ignored: files.ignored.len(),
        partial_files: list(&files.partial),
        ignored_files: list(&files.ignored),
    }
}

// The rules that have a finding here.
fn rules<'a>(view: &'a View<'_>) -> BTreeMap<&'a str, Rule<'a>> {
    let describe = |finding: &'a Finding| {
        let known = view.catalogue.rule(finding.rule);
        let rule = Rule {
            title: view.catalogue.documentation(finding.rule).map_or("", |text| &text.title),
            category: known.map_or(finding.category, |rule| rule.category).as_str(),
            severity: known.map_or(finding.severity, |rule| rule.severity).as_str(),
            url: page_url(view.catalogue, finding.rule),
        };
        (finding.rule, rule)
    };
    view.findings.iter().chain(&view.suppressed).map(describe).collect()
}

#[cfg(test)]
mod tests {
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    #[test]
    fn golden() {
        let text = fixture::rendered(Format::Json, &Style::file());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
    }
}
