//! The XML of Checkstyle, which Jenkins, reviewdog and many others read
//! (<https://checkstyle.org/config.html>, the `xml` format; <https://github.com/checkstyle/checkstyle>,
//! `XMLLogger`, 2025-10): an element for each file, an `error` in it for each finding. A file that was not checked has one
//! as well.

use std::collections::BTreeMap;
use std::io::{self, Write};

use armlint_engine::finding::Finding;
use armlint_workspace::text::{lines, said};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, Event};

use super::View;
use super::words::{Level, NOT_CHECKED, legal, level, path_or_run};

/// The version of the format that readers know.
const VERSION: &str = "4.3";

#[derive(Default)]
struct File<'a> {
    findings: Vec<&'a Finding>,
    // Why it was not or only partly checked, and how bad that is.
    reasons: Vec<(&'static str, String)>,
}

/// Writes the report.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("checkstyle");
    root.push_attribute(("version", VERSION));
    xml.write_event(Event::Start(root))?;
    for (path, file) in files(view) {
        let mut element = BytesStart::new("file");
        element.push_attribute(("name", legal(&path_or_run(path)).as_str()));
        xml.write_event(Event::Start(element))?;
        for (severity, reason) in &file.reasons {
            error(&mut xml, (1, 1), severity, reason, NOT_CHECKED)?;
        }
        for finding in &file.findings {
            let (_, line, column) = view.place(&finding.primary);
            error(&mut xml, (line, column), severity(level(finding.severity)), &said(finding), finding.rule)?;
        }
        xml.write_event(Event::End(BytesEnd::new("file")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("checkstyle")))?;
    xml.into_inner().write_all(b"\n")
}

fn files<'v>(view: &'v View<'_>) -> BTreeMap<&'v str, File<'v>> {
    let mut files: BTreeMap<&str, File<'_>> = BTreeMap::new();
    for (file, reason) in view.files.failed.iter().chain(&view.files.unread) {
        let reason = ("error", format!("Not checked: {}", lines(reason)));
        files.entry(file).or_default().reasons.push(reason);
    }
    for (file, reason) in &view.files.partial {
        let reason = ("info", format!("Partly checked: {}", lines(reason)));
        files.entry(file).or_default().reasons.push(reason);
    }
    for finding in &view.findings {
        files.entry(view.place(&finding.primary).0).or_default().findings.push(finding);
    }
    files
}

fn error<W: Write>(
    xml: &mut Writer<W>,
    (line, column): (u32, u32),
    severity: &str,
    message: &str,
    source: &str,
) -> io::Result<()> {
    let mut element = BytesStart::new("error");
    element.push_attribute(("line", line.to_string().as_str()));
    element.push_attribute(("column", column.to_string().as_str()));
    element.push_attribute(("severity", severity));
    element.push_attribute(("message", legal(message).as_str()));
    element.push_attribute(("source", source));
    xml.write_event(Event::Empty(element))
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    /// Parent, element and attributes, as `XMLLogger` writes them (2025-10).
    const SCHEMA: [(&str, &str, &[&str]); 3] = [
        ("", "checkstyle", &["version"]),
        ("checkstyle", "file", &["name"]),
        ("file", "error", &["line", "column", "severity", "message", "source"]),
    ];

    const SEVERITIES: [&str; 4] = ["ignore", "info", "warning", "error"];

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Checkstyle, &Style::file()));
    }

    #[test]
    fn every_report_fits_the_schema_and_says_everything() {
        for (report, errors) in [(fixture::hostile(), 3), (fixture::report(), 7)] {
            let text = fixture::render(&report, Format::Checkstyle, &Style::file());
            let document = roxmltree::Document::parse(&text).unwrap();
            for node in document.root().descendants().filter(roxmltree::Node::is_element) {
                let parent = node.parent_element().map_or("", |parent| parent.tag_name().name());
                let known = SCHEMA
                    .iter()
                    .find(|(above, name, _)| (*above, *name) == (parent, node.tag_name().name()));
                let attributes: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
                assert_eq!(attributes, known.unwrap().2);
                if let Some(severity) = node.attribute("severity") {
                    assert!(SEVERITIES.contains(&severity));
                    assert!(node.attribute("line").unwrap().parse::<u32>().unwrap() > 0);
                }
            }
            let found = document.descendants().filter(|node| node.has_tag_name("error")).count();
            assert_eq!(found, errors, "{text}");
        }
    }

    #[test]
    fn hostile_texts_are_values() {
        let text = fixture::render(&fixture::hostile(), Format::Checkstyle, &Style::file());
        let document = roxmltree::Document::parse(&text).unwrap();
        let finding = document.descendants().find(|node| node.attribute("source") == Some("template/unread"));
        let message = finding.unwrap().attribute("message").unwrap();
        assert!(message.starts_with(&lines(fixture::HOSTILE)), "{message}");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\0']));
    }
}
