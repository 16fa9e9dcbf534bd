use std::collections::BTreeMap;

use armlint_engine::finding::{Applicability, Confidence};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::span::Span;
use armlint_engine::value::Parameter;
use armlint_factory::secret::{self, Offence, Parameters, Secret, SecretSource, Secrets};

// A secret that is written as the value of a secure parameter, and what it feeds.
struct Leak<'a> {
    parameter: String,
    // The default can be taken away; a value in a parameter file has to be given somehow.
    is_default: bool,
    feeds: Vec<(&'a Resource, &'a Secret)>,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    for (span, leak) in leaks(cx.view()) {
        report(span, &leak, cx);
    }
}

fn leaks(view: View<'_>) -> BTreeMap<Span, Leak<'_>> {
    let (graph, parameters) = (view.graph(), Parameters::in_view(view));
    let mut leaks: BTreeMap<Span, Leak<'_>> = BTreeMap::new();
    let mut add = |span: Span, parameter: &Parameter, is_default: bool, feed| {
        let parameter = parameter.name.to_string();
        let leak = leaks.entry(span).or_insert(Leak { parameter, is_default, feeds: Vec::new() });
        leak.feeds.push(feed);
    };
    for (artefact, secret) in Secrets::in_view(view).all(graph) {
        if let Some(Offence::Defaults(holding)) = parameters.offence(artefact, secret) {
            for parameter in holding {
                let Some(span) = parameter.default_span else { continue };
                add(span, &parameter, true, (artefact, secret));
            }
        }
        if !matches!(secret.held, SecretSource::SecureParameter(_)) {
            continue;
        }
        for parameter in secret.parameters.iter().filter(|parameter| parameter.secure) {
            for value in parameters.in_files(graph, parameter).iter().filter(|v| secret.is_given_by(v)) {
                add(value.origin.span, parameter, false, (artefact, secret));
            }
        }
    }
    leaks
}

fn report(span: Span, leak: &Leak<'_>, cx: &mut Context<'_>) {
    let Some((artefact, _)) = leak.feeds.first() else { return };
    let name = &leak.parameter;
    let (message, help) = match leak.is_default {
        true => (
            format!("The secure parameter `{name}` has a secret as its default"),
            "Rotate the secret, and remove the default: the deployment asks for a value, or reads it from Key \
             Vault",
        ),
        false => (
            format!("The parameter file holds the secret of the parameter `{name}`"),
            "Rotate the secret, and give a `reference` to Key Vault instead of a `value`",
        ),
    };
    let edit = edit::remove(cx.graph(), span).filter(|_| leak.is_default);
    let finding = cx.report_on(artefact, &span, message);
    finding.sensitive().help(help).fix("Take the default away", Applicability::Unsafe, edit);
    for (artefact, secret) in &leak.feeds {
        let text = format!("it feeds {} of the {}", secret.describe(), secret::describe(artefact));
        finding.related(secret.place, text);
    }
    if leak.feeds.iter().all(|(_, secret)| secret.conditional) {
        finding.confidence(Confidence::Medium);
    }
}
