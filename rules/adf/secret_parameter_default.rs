use std::collections::BTreeMap;

use armlint_engine::finding::{Applicability, Confidence};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::span::Span;
use armlint_factory::secret::{self, Offence, Parameters, Secret, SecretSource, Secrets};

struct Leak<'a> {
    message: String,
    help: &'static str,
    // The default can be taken away; a value in a parameter file has to be given somehow.
    is_default: bool,
    feeds: Vec<(&'a Resource, &'a Secret)>,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let secrets = Secrets::in_view(cx.view());
    let parameters = Parameters::in_view(cx.view());
    let mut leaks: BTreeMap<Span, Leak<'_>> = BTreeMap::new();
    for (artefact, secret) in secrets.all(graph) {
        if let Some(Offence::Defaults(holding)) = parameters.offence(artefact, secret) {
            for parameter in holding {
                let Some(span) = parameter.default_span else { continue };
                let message =
                    format!("The secure parameter `{}` has a secret as its default", parameter.name);
                let help = "Rotate the secret, and take the default away: the deployment asks for a value, or \
                            reads it from Key Vault";
                let leak =
                    leaks.entry(span).or_insert(Leak { message, help, is_default: true, feeds: Vec::new() });
                leak.feeds.push((artefact, secret));
            }
        }
        if !matches!(secret.held, SecretSource::SecureParameter(_)) {
            continue;
        }
        for parameter in secret.parameters.iter().filter(|parameter| parameter.secure) {
            for value in parameters.in_files(graph, parameter).iter().filter(|v| secret.is_given_by(v)) {
                let message =
                    format!("The parameter file holds the secret of the parameter `{}`", parameter.name);
                let help = "Rotate the secret, and give a `reference` to Key Vault instead of a `value`";
                let leak = Leak { message, help, is_default: false, feeds: Vec::new() };
                leaks.entry(value.origin.span).or_insert(leak).feeds.push((artefact, secret));
            }
        }
    }
    for (span, leak) in leaks {
        let Some((artefact, _)) = leak.feeds.first() else { continue };
        let edit = edit::remove(graph, span).filter(|_| leak.is_default);
        let finding = cx.report_on(artefact, &span, leak.message);
        finding.sensitive().help(leak.help);
        for (artefact, secret) in &leak.feeds {
            let text = format!("it feeds {} of the {}", secret.describe(), secret::describe(artefact));
            finding.related(secret.place, text);
        }
        if leak.feeds.iter().all(|(_, secret)| secret.conditional) {
            finding.confidence(Confidence::Medium);
        }
        if let Some(edit) = edit {
            finding.fix("Take the default away", Applicability::Unsafe, vec![edit]);
        }
    }
}
