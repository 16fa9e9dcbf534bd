//! For coding agents: a line for each finding from which it can be located and mended, then what was not checked, and
//! the counts.
//!
//! Fields are told apart by tabs, which no text holds, so that no name in a template can add a field:
//! place, severity, `[rule]` and message, then those that there are of `label:`, `see:`, `in:`, `with:`, `sure:`, `help:`
//! and `fix:`. A place is `file:line:column-column` or `file:line:column-line:column`: 1-based, in UTF-16 units, its end
//! exclusive. An edit is `place "text"`, the text as JSON; a place without a file is in that of the finding.

use std::io::{self, Write};

use armlint_engine::finding::{Applicability, Confidence, Edit, Finding, Severity};
use armlint_engine::span::Span;
use armlint_workspace::text::{lines, may_follow, printable};

use super::View;
use super::words::{count, path_or_run};

/// The version of the contract.
const VERSION: u32 = 1;

/// More files than this are counted only.
const MAX_FILES: usize = 20;

/// Writes the report; each line ends with `\n`, and no line holds one.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &view.findings {
        writeln!(out, "{}", line(view, finding))?;
    }
    let files = &view.files;
    let unread: Vec<_> = files.failed.iter().chain(&files.unread).collect();
    list("not checked", &unread, out)?;
    list("partly checked", &files.partial.iter().collect::<Vec<_>>(), out)?;
    list("left out: needs rendering", &files.unrendered.iter().collect::<Vec<_>>(), out)?;
    list("left out: not readable", &files.unreadable.iter().collect::<Vec<_>>(), out)?;
    summary(view, unread.len(), out)
}

fn line(view: &View<'_>, finding: &Finding) -> String {
    let own = view.place(&finding.primary).0;
    let mut fields = vec![
        format!("{}:{}", path_or_run(own), range(view, finding.primary.span)),
        finding.severity.to_string(),
        format!("[{}] {}", finding.rule, flat(&finding.message)),
    ];
    if !finding.primary.text.is_empty() {
        fields.push(format!("label: {}", flat(&finding.primary.text)));
    }
    for label in &finding.related {
        let text = if label.text.is_empty() { "belongs to it".to_string() } else { flat(&label.text) };
        fields.push(format!("see: {} {text}", place(view, own, label.span)));
    }
    if let Some(resource) = &finding.resource {
        fields.push(format!("in: {} {}", flat(&resource.ty), flat(&resource.name)));
    }
    if !finding.environments.is_empty() {
        let files: Vec<String> = finding.environments.iter().map(|file| printable(file)).collect();
        fields.push(format!("with: {}", files.join(", ")));
    }
    if finding.confidence != Confidence::High {
        fields.push(format!("sure: {}", finding.confidence));
    }
    fields.extend(finding.help.iter().map(|help| format!("help: {}", flat(help))));
    if let Some(fix) = &finding.fix {
        let kind = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        };
        let edits: Vec<String> = fix.edits.iter().map(|edit| change(view, own, edit)).collect();
        fields.push(format!("fix: {kind}: {}: {}", flat(&fix.title), edits.join(" ")));
    }
    fields.join("\t")
}

fn change(view: &View<'_>, own: &str, edit: &Edit) -> String {
    format!("{} {}", place(view, own, edit.span), quoted(&edit.text))
}

// Without the file where it is that of the finding.
fn place(view: &View<'_>, own: &str, span: Span) -> String {
    let path = view.digest.excerpt(span.source).map_or("", |excerpt| &excerpt.path);
    let range = range(view, span);
    if path == own { range } else { format!("{}:{range}", path_or_run(path)) }
}

fn range(view: &View<'_>, span: Span) -> String {
    let region = view.region(span);
    let end = match region.end_line == region.line {
        true => region.end_column.to_string(),
        false => format!("{}:{}", region.end_line, region.end_column),
    };
    format!("{}:{}-{end}", region.line, region.column)
}

// On one line, whatever breaks are in it.
fn flat(text: &str) -> String {
    let text = lines(text);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

// What a terminal or the agent of a pipeline would obey is escaped and not replaced: the text is to be written.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    for c in serde_json::Value::from(text).to_string().chars() {
        if may_follow(&quoted, c) {
            quoted.push(c);
        } else {
            let mut units = [0; 2];
            quoted.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    quoted
}

fn list(heading: &str, files: &[&(String, String)], out: &mut dyn Write) -> io::Result<()> {
    for (file, reason) in files.iter().take(MAX_FILES) {
        writeln!(out, "{heading}\t{}\t{}", path_or_run(file), flat(reason))?;
    }
    match files.len().saturating_sub(MAX_FILES) {
        0 => Ok(()),
        more => writeln!(out, "{heading}\tand {more} more; --show-files lists them"),
    }
}

fn summary(view: &View<'_>, unread: usize, out: &mut dyn Write) -> io::Result<()> {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let of = |severity| view.findings.iter().filter(|finding| finding.severity == severity).count();
    let found: Vec<String> = severities
        .into_iter()
        .map(|severity| (severity, of(severity)))
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| format!("{number} {severity}"))
        .collect();
    let found = if found.is_empty() { String::new() } else { format!(" ({})", found.join(", ")) };
    let mut parts = vec![
        format!("{}{found}", count(view.findings.len(), "finding")),
        format!("{} checked, {} of them partly", count(view.files.checked, "file"), view.files.partial.len()),
        format!("{unread} not checked"),
    ];
    for (number, what) in [
        (view.suppressed.len(), "suppressed"),
        (view.run.hidden, "hidden by --min-severity or --min-confidence"),
        (view.run.excluded, "files excluded by the configuration"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    }
    writeln!(out, "armlint: {}", parts.join("; "))?;
    writeln!(
        out,
        "armlint: format `agent`, version {VERSION}; --format pretty is for people, `armlint explain RULE` says why and how"
    )
}

#[cfg(test)]
mod tests {
    use armlint_workspace::fixture::{HOSTILE, NEVER_PRINTED};

    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Agent, &Style::file()));
    }

    #[test]
    fn hostile_texts_add_neither_lines_nor_fields() {
        let mut report = fixture::hostile();
        report.findings[0].message =
            format!("{HOSTILE}\tfix: safe: x: 1:1-2 \"\"\nb.json:1:1-1\tlow\t[a/b] c");
        let text = fixture::render(&report, Format::Agent, &Style::file());
        assert!(!text.contains(NEVER_PRINTED), "{text:?}");
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
        let counts: Vec<usize> = lines.iter().map(Vec::len).collect();
        // One finding with label, place, resource and help; two files; the summary.
        assert_eq!(counts, [7, 3, 3, 1, 1], "{text}");
        let keys: Vec<&str> = lines[0][3..].iter().filter_map(|field| field.split(':').next()).collect();
        assert_eq!(keys, ["label", "see", "in", "help"]);
        assert!(!text.contains("##[") && !text.to_lowercase().contains("##vso["), "{text}");
    }

    #[test]
    fn the_text_of_an_edit_can_be_read_back() {
        for text in ["a\"b\\\n\t", HOSTILE, "##vso[x]", "𐐀\u{202e}"] {
            let quoted = quoted(text);
            assert!(!quoted.contains(NEVER_PRINTED) && !quoted.contains(['\n', '\t']), "{quoted:?}");
            assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
        }
    }
}
