//! What formats of other programs have in common: levels, the order by weight, a finding as one text.

use std::borrow::Cow;

use armlint_engine::finding::{Finding, Severity};
use armlint_workspace::text::printable;

use super::View;

/// Under this name stands what could not be checked.
pub(super) const NOT_CHECKED: &str = "armlint/not-checked";

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

/// The most characters of a name that are shown.
const MAX_NAME: usize = 80;

/// The beginning of a long name.
pub(super) fn cut(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MAX_NAME) {
        Some(_) => name.chars().take(MAX_NAME - 1).chain(['…']).collect::<String>().into(),
        None => name.into(),
    }
}

/// A path, or what stands for the path of a finding without a text.
pub(super) fn path_or_run(path: &str) -> Cow<'_, str> {
    if path.is_empty() { Cow::Borrowed(".") } else { Cow::Owned(printable(path)) }
}

/// The text without what XML 1.0 knows no way to write; controls are out of it already.
pub(super) fn legal(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// `3 findings`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
