//! A deployment is checked without values of its parameters, and once more with each of its parameter
//! files: what only some of them lead to is found as well, and says which.

use std::collections::HashMap;
use std::sync::Arc;

use super::stopwatch::Stopwatch;
use super::{Checked, once};
use crate::dialect::{Deployment, ParameterFile};
use crate::expression::scope::literal;
use crate::finding::{Category, Finding, Label};
use crate::graph::Given;
use crate::rule::Catalogue;
use crate::settings::Settings;
use crate::span::Span;
use crate::syntax::{Node, NodeKind};
use crate::value::{StepKind, Truth};

/// How many parameter files of one template are evaluated.
const MAX_ENVIRONMENTS: usize = 32;

/// Adds to what was found with `nothing` given what is found with the parameter files of the deployment.
pub(super) fn add(
    deployment: &Deployment,
    nothing: &Given,
    catalogue: &Catalogue,
    settings: &Settings,
    stopwatch: &Stopwatch,
    checked: &mut Checked,
) {
    let mut merge = Merge::new(std::mem::take(&mut checked.findings));
    let (files, left) =
        deployment.parameter_files.split_at(deployment.parameter_files.len().min(MAX_ENVIRONMENTS));
    for file in files {
        let environment = Deployment { parameter_files: vec![file.clone()], ..deployment.clone() };
        let given = Given::by(file, nothing.expressions.clone());
        let found = once(&environment, &given, catalogue, settings, stopwatch);
        merge.complete &= !found.limited;
        if found.limited {
            checked.partial.push((file.parsed.source.id, super::LIMITED.into()));
        }
        merge.environment(file, found.findings, &checked.secrets);
    }
    for file in left {
        let reason = format!("its template has more than {MAX_ENVIRONMENTS} parameter files");
        checked.partial.push((file.parsed.source.id, reason));
    }
    let all = left.is_empty() && merge.complete;
    checked.findings =
        merge.finish(deployment.parameter_files.len(), |finding| all && is_overridden(finding, deployment));
}

struct Merge {
    findings: Vec<Join>,
    by_place: HashMap<(&'static str, Span), Vec<usize>>,
    /// No evaluation stopped at a limit.
    complete: bool,
}

struct Join {
    finding: Finding,
    /// It holds without values.
    valueless: bool,
    /// An environment shows it.
    shown: bool,
}

impl Merge {
    fn new(findings: Vec<Finding>) -> Merge {
        let mut merge = Merge { findings: Vec::new(), by_place: HashMap::new(), complete: true };
        for finding in findings {
            merge.push(finding, true);
        }
        merge
    }

    fn push(&mut self, finding: Finding, valueless: bool) {
        let places = self.by_place.entry((finding.rule, finding.primary.span)).or_default();
        places.push(self.findings.len());
        self.findings.push(Join { finding, valueless, shown: !valueless });
    }

    fn environment(&mut self, file: &ParameterFile, findings: Vec<Finding>, secrets: &[Span]) {
        for mut finding in findings {
            if is_of_the_file(&finding, file) {
                continue;
            }
            point_at_values(&mut finding, file, secrets);
            finding.environments = vec![file.parsed.source.path.clone()];
            match self.equal(&finding) {
                Some(at) => self.join(at, finding),
                None => self.push(finding, false),
            }
        }
    }

    // Values fill in the names in a message, so what holds without values is the same at the same place.
    fn equal(&self, finding: &Finding) -> Option<usize> {
        let known = self.by_place.get(&(finding.rule, finding.primary.span))?;
        let same = known.iter().find(|at| self.findings[**at].finding.message == finding.message);
        same.or_else(|| known.iter().find(|at| self.findings[**at].valueless)).copied()
    }

    fn join(&mut self, at: usize, finding: Finding) {
        let known = &mut self.findings[at];
        known.shown = true;
        if known.valueless {
            // The values made certain what was not.
            if finding.confidence > known.finding.confidence {
                known.finding = finding;
                known.valueless = false;
            }
            return;
        }
        for label in finding.related {
            if !known.finding.related.contains(&label) {
                known.finding.related.push(label);
            }
        }
        for environment in finding.environments {
            if !known.finding.environments.contains(&environment) {
                known.finding.environments.push(environment);
            }
        }
    }

    fn finish(self, files: usize, overridden: impl Fn(&Finding) -> bool) -> Vec<Finding> {
        let kept = self.findings.into_iter().filter(|merged| merged.shown || !overridden(&merged.finding));
        kept.map(|Join { mut finding, .. }| {
            if finding.environments.len() == files {
                finding.environments.clear();
            }
            if let Some(note) = note(&finding.environments) {
                finding.message.push_str(&note);
            }
            finding
        })
        .collect()
    }
}

// A secret that is the value of a parameter is found without values, as one of the parameter.
fn is_of_the_file(finding: &Finding, file: &ParameterFile) -> bool {
    finding.category == Category::Secrets
        && file.entries().iter().filter_map(|entry| entry.value.value("value")).any(|value| {
            matches!(value.kind, NodeKind::String(_)) && value.span.contains(finding.primary.span)
        })
}

fn point_at_values(finding: &mut Finding, file: &ParameterFile, secrets: &[Span]) {
    for span in finding.decided_by.clone() {
        if span.source == file.parsed.source.id && span != finding.primary.span {
            let text = StepKind::ParameterValue.describe().to_string();
            let label = Label { span, text, sensitive: secrets.contains(&span) };
            if !finding.related.iter().any(|other| other.span == label.span) {
                finding.related.push(label);
            }
        }
    }
}

fn note(environments: &[Arc<str>]) -> Option<String> {
    let name = |path: &Arc<str>| path.rsplit('/').next().unwrap_or_default().to_string();
    Some(match environments {
        [] => return None,
        [only] => format!(" (with `{}`)", name(only)),
        [first, second] => format!(" (with `{}` and `{}`)", name(first), name(second)),
        [first, rest @ ..] => format!(" (with `{}` and {} other parameter files)", name(first), rest.len()),
    })
}

// Whether a finding rests on a default that no environment uses. A secret stands in the text, whatever is
// deployed.
fn is_overridden(finding: &Finding, deployment: &Deployment) -> bool {
    if finding.category == Category::Secrets {
        return false;
    }
    let roots = deployment.sources.iter().filter_map(|parsed| parsed.document.root.value("parameters"));
    let mut declared = roots.flat_map(Node::members);
    declared.any(|declared| {
        let default = declared.value.get("defaultValue");
        default.is_some_and(|default| {
            finding.decided_by.contains(&default.value.span)
                && !default.value.span.contains(finding.primary.span)
                && deployment
                    .parameter_files
                    .iter()
                    .all(|file| gives_another(file, &declared.key.text, &default.value))
        })
    })
}

fn gives_another(file: &ParameterFile, name: &str, default: &Node) -> bool {
    let Some(entry) = file.entry(name) else { return false };
    if entry.value.value("reference").is_some() || entry.value.value("expression").is_some() {
        return true;
    }
    let Some(given) = entry.value.value("value") else { return false };
    let (given, default) = (literal(given, given.span), literal(default, default.span));
    !given.is_missing() && given.same_as(&default) == Truth::False
}
