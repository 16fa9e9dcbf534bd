//! What findings say of secrets that everybody reads.

use std::collections::BTreeMap;

use armlint_engine::finding::{Confidence, Finding, Label, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;

use crate::facts::ReadablePlace;
use crate::secret::{Carried, Readable, What};
use crate::wording;

/// Reports each secret once, however many properties it stands in; `help` says what to do. Secrets in clear text are
/// critical, others as severe as the rule says.
pub fn report<'r>(found: impl IntoIterator<Item = &'r Readable>, help: &str, cx: &mut Context<'_>) {
    each(found, help, None, cx);
}

/// The same, where those that are not in clear text are as severe as is said.
pub fn report_as<'r>(
    severity: Severity,
    found: impl IntoIterator<Item = &'r Readable>,
    help: &str,
    cx: &mut Context<'_>,
) {
    each(found, help, Some(severity), cx);
}

fn each<'r>(
    found: impl IntoIterator<Item = &'r Readable>,
    help: &str,
    severity: Option<Severity>,
    cx: &mut Context<'_>,
) {
    let mut by_place: BTreeMap<Span, Vec<&Readable>> = BTreeMap::new();
    for readable in found {
        by_place.entry(readable.span).or_default().push(readable);
    }
    for uses in by_place.into_values() {
        if let Some((readable, others)) = uses.split_first() {
            let finding = one(readable, others, help, cx);
            if let (Some(severity), What::Carried(_)) = (severity, &readable.what) {
                finding.severity(severity);
            }
        }
    }
}

fn one<'c>(
    readable: &Readable,
    others: &[&Readable],
    help: &str,
    cx: &'c mut Context<'_>,
) -> &'c mut Finding {
    let graph = cx.graph();
    let resource = graph.resource(readable.resource);
    let message = format!("{} {}", subject(readable, resource), readable.what.describe());
    let finding = cx.report_on(resource, &readable.span, message);
    finding.help(help);
    match &readable.what {
        What::Literal(_) | What::Named => literal(readable, finding),
        What::Carried(carried) => source(readable, carried, finding),
    }
    if readable.conditional {
        finding.confidence(Confidence::Medium);
    }
    for other in others.iter().filter(|other| other.value.origin.span != readable.value.origin.span) {
        finding.related(other.value.origin.span, "and it is used here");
    }
    finding
}

fn literal(readable: &Readable, finding: &mut Finding) {
    finding.sensitive().severity(Severity::Critical);
    if matches!(readable.what, What::Named) {
        finding.confidence(Confidence::Medium);
    }
    let own = readable.value.origin.span;
    if own != readable.span && !own.contains(readable.span) {
        finding.related(own, "it is used here");
    }
}

// Where the secret comes from; the value itself is an expression, and no secret to be hidden.
fn source(readable: &Readable, carried: &Carried, finding: &mut Finding) {
    if let Carried::Parameter(parameter) = carried {
        finding.related(parameter.span, "the secret comes from this parameter");
    }
    for step in readable.value.origin.steps().filter(|step| step.span != readable.span) {
        let label = Label { span: step.span, text: step.kind.describe().into(), sensitive: true };
        if !finding.related.iter().any(|other| other.span == label.span) {
            finding.related.push(label);
        }
    }
}

impl What {
    /// What the place does, as the end of a sentence.
    pub fn describe(&self) -> String {
        match self {
            What::Literal(shape) => format!("holds {} in clear text", shape.describe()),
            What::Named => "holds a secret in clear text".into(),
            What::Carried(Carried::Parameter(parameter)) => {
                format!("shows the secret of the parameter `{}`", parameter.name)
            }
            What::Carried(Carried::Call(function)) => format!("shows the secret that `{function}` returns"),
            What::Carried(Carried::RunTime) => "shows a secret that is only known when it is deployed".into(),
        }
    }
}

// The place with its name, and the resource.
fn subject(readable: &Readable, resource: &Resource) -> String {
    let noun = match readable.place {
        Some(ReadablePlace::AppSetting) => "App setting",
        Some(ReadablePlace::ContainerEnvironment) => "Environment of the container",
        Some(ReadablePlace::ExtensionSettings) => "Public setting",
        Some(ReadablePlace::CustomData) => "Custom data",
        Some(ReadablePlace::UserData) => "User data",
        Some(ReadablePlace::DeploymentScript) => "Deployment script",
        Some(ReadablePlace::AutomationVariable) => "Automation variable",
        Some(ReadablePlace::NamedValue) => "Named value",
        Some(ReadablePlace::ConfigStore) => "Configuration value",
        None => "Tag or name",
    };
    let name = readable.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
    let of = wording::called(resource, "the resource");
    match name.trim() == of {
        true => format!("{noun}{name}"),
        false => format!("{noun}{name} of {of}"),
    }
}
