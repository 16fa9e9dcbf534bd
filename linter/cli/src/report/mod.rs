//! From a report to bytes: one module per format.
//!
//! Reporters never see a [`Report`] but a [`View`] of it, in which no text of a secret is left; the lines
//! of sources they get through [`snippet`], which masks.

mod concise;
pub(crate) mod expression;
mod json;
mod mask;
mod pointer;
mod snippet;
mod sweep;
mod terminal;

#[cfg(test)]
pub(crate) mod fixture;

use std::io::{self, Write};

use armlint_engine::finding::{Finding, Label};
use armlint_engine::rule::Catalogue;
use armlint_engine::session::{Outcome, Report};

use crate::arguments::Format;
use crate::error::Error;
use crate::style::Style;
pub(crate) use mask::Masks;

/// What is shown of a report.
#[derive(Debug)]
pub(crate) struct View<'a> {
    report: &'a Report,
    catalogue: &'a Catalogue,
    masks: Masks,
    /// The findings to show, in the order of the report, without secrets.
    pub(crate) findings: Vec<Finding>,
    /// Findings that would be shown if nothing suppressed them, likewise; they never count.
    pub(crate) suppressed: Vec<Finding>,
    /// The files, without secrets.
    pub(crate) files: Files,
}

/// What became of the files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// How many were checked, those included of which parts could not be.
    pub(crate) checked: usize,
    /// Of which parts could not be checked, and why.
    pub(crate) partial: Vec<(String, String)>,
    /// What should have been checked but could not be, and why.
    pub(crate) failed: Vec<(String, String)>,
    /// Arguments and folders that could not be read, and why.
    pub(crate) unread: Vec<(String, String)>,
    /// What is nothing for this linter, and why.
    pub(crate) ignored: Vec<(String, String)>,
    /// Those of the ignored that something has to render first.
    pub(crate) unrendered: Vec<(String, String)>,
    /// Those of the ignored that are no text at all.
    pub(crate) unreadable: Vec<(String, String)>,
}

impl<'a> View<'a> {
    /// The view of those findings that `shown` wants; `problems` are the paths that were not even found.
    pub(crate) fn new(
        report: &'a Report,
        catalogue: &'a Catalogue,
        problems: &[Error],
        shown: impl Fn(&Finding) -> bool,
    ) -> View<'a> {
        let masks = Masks::new(report);
        let findings = report.findings.iter().filter(|finding| shown(finding));
        let (findings, suppressed) = findings
            .map(|finding| masks.finding(finding))
            .partition(|finding: &Finding| finding.suppressed.is_none());
        let files = files(report, &masks, problems);
        View { report, catalogue, masks, findings, suppressed, files }
    }

    /// The path of the source of a label, and the label's first place in it: 1-based line, 1-based column
    /// in UTF-16 units. Without a source: an empty path and the first place.
    fn place(&self, label: &Label) -> (&str, u32, u32) {
        match self.report.source(label.span.source) {
            Some(source) => {
                let position = source.position(label.span.start);
                (&source.path, position.line, position.column)
            }
            None => ("", 1, 1),
        }
    }
}

/// Writes the view in a format.
pub(crate) fn write(format: Format, view: &View<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Pretty => terminal::write(view, style, out),
        Format::Concise => concise::write(view, out),
        Format::Json => json::write(view, out),
    }
}

/// The address of a rule's page.
pub(crate) fn url(rule: &str) -> String {
    format!("https://github.com/armlint/armlint/blob/main/rules/docs/{rule}.md")
}

/// The text with what a terminal would obey instead of show replaced: control characters and those that
/// turn the direction of writing.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if is_printable(c) { c } else { '\u{fffd}' }).collect()
}

fn is_printable(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
}

fn files(report: &Report, masks: &Masks, problems: &[Error]) -> Files {
    let mut files = Files::default();
    for status in &report.files {
        let entry = |reason: &str| (status.path.to_string(), masks.scrub(reason));
        match &status.outcome {
            Outcome::Checked => files.checked += 1,
            Outcome::Partial(reason) => {
                files.checked += 1;
                files.partial.push(entry(reason));
            }
            Outcome::Failed(reason) => files.failed.push(entry(reason)),
            Outcome::Ignored(reason) => files.ignored.push(entry(reason)),
            Outcome::Unrendered(reason) => {
                files.ignored.push(entry(reason));
                files.unrendered.push(entry(reason));
            }
            Outcome::Unreadable(reason) => {
                files.ignored.push(entry(reason));
                files.unreadable.push(entry(reason));
            }
        }
    }
    for problem in problems {
        let path = problem.unread().unwrap_or_default();
        files.unread.push((path.to_string(), problem.to_string()));
    }
    files
}
