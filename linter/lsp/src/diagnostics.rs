//! From findings to diagnostics.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use armlint_engine::finding::{Finding, Severity};
use armlint_engine::session::Outcome;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_workspace::text::{page_url, said};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range, Uri,
};
use serde_json::json;

use super::client::Features;
use super::faults::Problem;
use super::root::{Checked, Root, Scope};

/// What diagnostics say that they come from.
const SOURCE: &str = "armlint";

/// Which URI the client has for a path.
pub(super) type Uris<'a> = &'a dyn Fn(&Path) -> Option<Uri>;

/// The diagnostics of a root that was checked, by absolute path, for the paths that are wanted and for faulty
/// configurations; files without any are left out.
pub(super) fn all(
    root: &Root,
    features: Features,
    uris: Uris<'_>,
    wanted: &dyn Fn(&Path) -> bool,
) -> HashMap<PathBuf, Vec<Diagnostic>> {
    let mut all: HashMap<PathBuf, Vec<Diagnostic>> = HashMap::new();
    let Some(checked) = &root.checked else { return all };
    let mut paths: HashMap<SourceId, Option<PathBuf>> = HashMap::new();
    for finding in &checked.findings {
        let id = finding.primary.span.source;
        let Some(source) = checked.report.source(id) else { continue };
        let absolute = || Some(root.absolute(&source.path)).filter(|path| wanted(path));
        let Some(path) = paths.entry(id).or_insert_with(absolute) else { continue };
        let made = diagnostic(root, checked, source, finding, features, uris);
        match all.get_mut(path) {
            Some(list) => list.push(made),
            None => drop(all.insert(path.clone(), vec![made])),
        }
    }
    for status in &checked.report.files {
        let Some(reason) = incomplete(&status.outcome) else { continue };
        let source = checked.masks.source(&status.path);
        let (reason, path) = (checked.masks.scrub(source, reason), root.absolute(&status.path));
        let list = all.get(&path);
        // Where the error itself is shown, it says all of it.
        let told = list.is_some_and(|list| list.iter().any(|shown| shown.message.starts_with(&reason)));
        if !told && wanted(&path) {
            all.entry(path).or_default().push(status_of(&status.outcome, &reason));
        }
    }
    for problem in root.problems() {
        let message = checked.masks.scrub(None, &problem.message);
        all.entry(problem.path.clone()).or_default().push(fault(problem, message, features));
    }
    all
}

/// Why a file that is for this linter was not checked to the end; none where it was.
pub(super) fn incomplete(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Partial(gap) => Some(&gap.reason),
        Outcome::Failed(reason) | Outcome::Unrendered(reason) => Some(reason),
        Outcome::Checked | Outcome::Ignored(_) | Outcome::Unreadable(_) => None,
    }
}

fn status_of(outcome: &Outcome, reason: &str) -> Diagnostic {
    let what = match outcome {
        Outcome::Partial(_) => "Partly checked",
        _ => "Not checked",
    };
    Diagnostic {
        range: Range::default(),
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_string()),
        message: format!("{what}: {reason}"),
        ..Diagnostic::default()
    }
}

fn fault(problem: &Problem, message: String, features: Features) -> Diagnostic {
    let range = problem.place.as_ref().map(|place| {
        let line = Source::new(SourceId(0), "", place.text.clone());
        let at = |column: usize| {
            let offset = place.text.char_indices().nth(column).map_or(place.text.len(), |(at, _)| at);
            let within = features.encoding.position(&line, offset as u32);
            Position { line: place.line.saturating_sub(1) as u32, ..within }
        };
        let start = place.column.saturating_sub(1);
        Range { start: at(start), end: at(start + place.length) }
    });
    Diagnostic {
        range: range.unwrap_or_default(),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_string()),
        message,
        ..Diagnostic::default()
    }
}

/// A finding of a root, in this source, as a diagnostic.
pub(super) fn diagnostic(
    root: &Root,
    checked: &Checked,
    source: &Source,
    finding: &Finding,
    features: Features,
    uris: Uris<'_>,
) -> Diagnostic {
    let page = || {
        let href = page_url(root.rules(&source.path), finding.rule)?;
        Uri::from_str(&href).ok().map(|href| CodeDescription { href })
    };
    let is_unused = finding.rule.rsplit('/').next().is_some_and(|name| name.starts_with("unused"));
    let data = || json!({ "rule": finding.rule, "fingerprint": finding.fingerprint });
    Diagnostic {
        range: features.encoding.range(source, finding.primary.span),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.to_string())),
        code_description: features.pages.then(page).flatten(),
        source: Some(SOURCE.to_string()),
        message: said(finding),
        related_information: features
            .related
            .then(|| related(root, checked, finding, features, uris))
            .filter(|list| !list.is_empty()),
        tags: (features.unnecessary && is_unused).then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: features.data.then(data),
    }
}

fn related(
    root: &Root,
    checked: &Checked,
    finding: &Finding,
    features: Features,
    uris: Uris<'_>,
) -> Vec<DiagnosticRelatedInformation> {
    let own = Some(&finding.primary).filter(|label| !label.text.is_empty());
    let labels = own.into_iter().chain(&finding.related);
    let information = labels.filter_map(|label| {
        let location = location(root, checked, label.span, features, uris)?;
        let message = if label.text.is_empty() { "belongs to it" } else { &label.text };
        Some(DiagnosticRelatedInformation { location, message: armlint_workspace::text::printable(message) })
    });
    information.collect()
}

fn location(
    root: &Root,
    checked: &Checked,
    span: Span,
    features: Features,
    uris: Uris<'_>,
) -> Option<Location> {
    let source = checked.report.source(span.source)?;
    let uri = match &root.scope {
        Scope::Untitled(uri, _) => Uri::from_str(uri).ok()?,
        _ => uris(&root.absolute(&source.path))?,
    };
    Some(Location { uri, range: features.encoding.range(source, span) })
}

/// The severity that editors have for it.
pub(super) fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low => DiagnosticSeverity::INFORMATION,
    }
}
