//! What is found about suppressions: unknown names, missing reasons, days that are over, and those that
//! suppress nothing.

use super::{EXPIRED, MISSING_REASON, RuleName, SuppressionState, UNKNOWN, UNUSED};
use crate::check;
use crate::finding::{Applicability, Edit, Finding};
use crate::rule::Catalogue;

/// Adds the findings about one suppression. `whole` says that all of its text was checked.
pub(super) fn judge(state: &SuppressionState, catalogue: &Catalogue, whole: bool, made: &mut Vec<Finding>) {
    let read = &state.read;
    let new = |rule, message: &str| check::finding(catalogue, rule, read.place, message);
    if let Some(said) = &read.malformed {
        let mut finding = new(UNKNOWN, said);
        finding.help("Write `ignore[rule] reason` or `ignore[rule] until: 2026-12-31 reason`");
        made.push(finding);
        return;
    }
    let unknown = pick(state, |at| state.known.get(at) == Some(&Some(false)));
    if !unknown.is_empty() {
        let mut finding = new(UNKNOWN, &format!("There is no rule {}", list(&unknown)));
        if let [only] = unknown.as_slice() {
            finding.primary.span = only.span;
        }
        if let Some(similar) = unknown.iter().find_map(|name| similar(&name.text, catalogue)) {
            finding.help(format!("Did you mean `{similar}`?"));
        }
        without(state, &unknown, "Take the name away", &mut finding);
        made.push(finding);
    }
    if read.reason.is_none() {
        let mut finding = new(MISSING_REASON, "Suppression gives no reason, so that it suppresses nothing");
        finding.help("Say behind the bracket, or under `reason`, why the finding stays");
        cut(state, "Take the suppression away", Applicability::Unsafe, &mut finding);
        made.push(finding);
        return;
    }
    if let Some(until) = read.until.filter(|_| state.expired) {
        let mut finding =
            new(EXPIRED, &format!("Suppression ended on {until}, so that it suppresses nothing"));
        cut(state, "Take the suppression away", Applicability::Safe, &mut finding);
        made.push(finding);
        return;
    }
    let unused =
        pick(state, |at| state.known.get(at) == Some(&Some(true)) && state.used.get(at) == Some(&false));
    if whole && !unused.is_empty() {
        let message = format!("Nothing is found here for {}", list(&unused));
        let mut finding = new(UNUSED, &message);
        // With an unknown name beside it the list would be written twice.
        if unknown.is_empty() {
            without(state, &unused, "Take away what suppresses nothing", &mut finding);
        }
        made.push(finding);
    }
}

fn pick(state: &SuppressionState, wanted: impl Fn(usize) -> bool) -> Vec<&RuleName> {
    let names = state.read.names.iter().enumerate();
    names.filter(|(at, _)| wanted(*at)).map(|(_, name)| name).collect()
}

fn list(names: &[&RuleName]) -> String {
    names.iter().map(|name| format!("`{}`", name.text)).collect::<Vec<_>>().join(", ")
}

// Takes some of the names away, or all of the suppression with them.
fn without(state: &SuppressionState, names: &[&RuleName], title: &str, finding: &mut Finding) {
    let kept = || state.read.names.iter().filter(|name| !names.iter().any(|gone| gone.span == name.span));
    match state.read.list.filter(|_| kept().next().is_some()) {
        Some(span) => {
            let text = kept().map(|name| name.text.as_str()).collect::<Vec<_>>().join(", ");
            finding.fix(title, Applicability::Safe, vec![Edit { span, text }]);
        }
        None => cut(state, title, Applicability::Safe, finding),
    }
}

fn cut(state: &SuppressionState, title: &str, applicability: Applicability, finding: &mut Finding) {
    if let Some(span) = state.read.removal {
        finding.fix(title, applicability, vec![Edit { span, text: String::new() }]);
    }
}

// A rule with the same name in another folder, or without its folder.
fn similar(name: &str, catalogue: &Catalogue) -> Option<&'static str> {
    let last =
        |name: &str| name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    catalogue.rules().iter().map(|rule| rule.id).find(|id| last(id) == last(name))
}
