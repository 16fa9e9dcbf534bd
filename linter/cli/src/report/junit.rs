//! JUnit XML, as Azure Pipelines, GitLab and Jenkins read it: a suite for each file, a failure for each
//! finding, a passed test for each file without one, an error for each file that could not be checked.

use std::collections::BTreeMap;
use std::io::{self, Write};

use armlint_engine::finding::Finding;
use armlint_engine::session::Outcome;
use armlint_workspace::text::{lines, said};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::View;
use super::words::{legal, path_or_run};

#[derive(Default)]
struct Suite<'a> {
    findings: Vec<&'a Finding>,
    error: Option<&'a str>,
}

/// Writes the report.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(view);
    let errors = view.files.failed.len() + view.files.unread.len();
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("testsuites");
    root.push_attribute(("name", "armlint"));
    let tests: usize = suites.values().map(|suite| tests(suite)).sum();
    counts(&mut root, tests, view.findings.len(), errors);
    xml.write_event(Event::Start(root))?;
    for (path, suite) in &suites {
        write_suite(&mut xml, view, &path_or_run(&view.in_repository(path)), suite)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    xml.into_inner().write_all(b"\n")
}

fn suites<'v>(view: &'v View<'_>) -> BTreeMap<&'v str, Suite<'v>> {
    let mut suites: BTreeMap<&str, Suite<'_>> = BTreeMap::new();
    for status in &view.digest.report.files {
        if matches!(status.outcome, Outcome::Checked | Outcome::Partial(_)) {
            suites.entry(&status.path).or_default();
        }
    }
    for (file, reason) in view.files.failed.iter().chain(&view.files.unread) {
        suites.entry(file).or_default().error = Some(reason);
    }
    for finding in &view.findings {
        let (path, ..) = view.place(&finding.primary);
        suites.entry(path).or_default().findings.push(finding);
    }
    suites
}

fn tests(suite: &Suite<'_>) -> usize {
    (suite.findings.len() + usize::from(suite.error.is_some())).max(1)
}

fn counts(element: &mut BytesStart<'_>, tests: usize, failures: usize, errors: usize) {
    for (name, count) in [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", 0)] {
        element.push_attribute((name, count.to_string().as_str()));
    }
}

fn write_suite<W: Write>(
    xml: &mut Writer<W>,
    view: &View<'_>,
    path: &str,
    suite: &Suite<'_>,
) -> io::Result<()> {
    let mut element = BytesStart::new("testsuite");
    element.push_attribute(("name", legal(path).as_str()));
    counts(&mut element, tests(suite), suite.findings.len(), usize::from(suite.error.is_some()));
    xml.write_event(Event::Start(element))?;
    if let Some(reason) = suite.error {
        case(xml, path, "can be checked", Some(("error", "not checked", &lines(reason))))?;
    }
    for finding in &suite.findings {
        let (_, line, column) = view.place(&finding.primary);
        let name = format!("{}:{line}:{column}", finding.rule);
        let text = format!("{path}:{line}:{column}\n{}", said(finding));
        let message = lines(&finding.message);
        case(xml, path, &name, Some(("failure", &message, &format!("{}\n{text}", finding.severity))))?;
    }
    if suite.findings.is_empty() && suite.error.is_none() {
        case(xml, path, "has no findings", None)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn case<W: Write>(
    xml: &mut Writer<W>,
    path: &str,
    name: &str,
    outcome: Option<(&str, &str, &str)>,
) -> io::Result<()> {
    let mut element = BytesStart::new("testcase");
    element.push_attribute(("classname", legal(path).as_str()));
    element.push_attribute(("name", name));
    element.push_attribute(("time", "0"));
    let Some((kind, message, text)) = outcome else {
        return xml.write_event(Event::Empty(element));
    };
    xml.write_event(Event::Start(element))?;
    let mut inner = BytesStart::new(kind);
    inner.push_attribute(("message", legal(message).as_str()));
    inner.push_attribute(("type", name.split(':').next().unwrap_or(name)));
    xml.write_event(Event::Start(inner))?;
    xml.write_event(Event::Text(BytesText::new(&legal(text))))?;
    xml.write_event(Event::End(BytesEnd::new(kind)))?;
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Junit, &Style::file()));
    }

    #[test]
    fn counts_hold_and_hostile_texts_are_text() {
        for (report, failures) in [(fixture::hostile(), 1), (fixture::report(), 4)] {
            let text = fixture::render(&report, Format::Junit, &Style::file());
            let document = roxmltree::Document::parse(&text).unwrap();
            let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
            let root = document.root_element();
            let stated = |name: &str| root.attribute(name).unwrap().parse::<usize>().unwrap();
            assert_eq!((count("failure"), stated("failures")), (failures, failures));
            assert_eq!((count("testcase"), count("error")), (stated("tests"), stated("errors")));
        }
        let text = fixture::render(&fixture::hostile(), Format::Junit, &Style::file());
        let document = roxmltree::Document::parse(&text).unwrap();
        let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
        assert!(failure.text().unwrap().contains(&lines(fixture::HOSTILE)));
        let suites: Vec<_> = document.descendants().filter_map(|node| node.attribute("classname")).collect();
        assert!(
            suites.contains(&armlint_workspace::text::printable(fixture::HOSTILE).as_str()),
            "{suites:?}"
        );
    }
}
