//! What formats of other programs have in common: levels, the order by weight, a finding as one text.

use std::borrow::Cow;

use armlint_engine::finding::{Finding, Severity};

use super::{View, printable};

/// The three levels that other programs know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Critical and high.
    Error,
    /// Medium.
    Warning,
    /// Low.
    Note,
}

/// The level of a severity.
pub(super) fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low => Level::Note,
    }
}

/// The findings, the worst and surest first; otherwise in the order of the report.
pub(super) fn worst_first<'v>(view: &'v View<'_>) -> Vec<&'v Finding> {
    let mut findings: Vec<&Finding> = view.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse((finding.severity, finding.confidence)));
    findings
}

/// Message, parameter files and help, each on lines of their own, without what a terminal would obey.
pub(crate) fn said(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if !finding.environments.is_empty() {
        text.push_str("\nWith ");
        text.push_str(&finding.environments.join(", "));
    }
    if let Some(help) = &finding.help {
        text.push_str("\nHelp: ");
        text.push_str(help);
    }
    lines(&text)
}

/// The text with its line breaks, and nothing else that a terminal would obey.
pub(super) fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// A path, or what stands for the path of a finding without a text.
pub(super) fn path_or_run(path: &str) -> Cow<'_, str> {
    if path.is_empty() { Cow::Borrowed(".") } else { Cow::Owned(printable(path)) }
}

/// `3 findings`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
