//! Title

use std::collections::BTreeMap;

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::secret::{self, Held, Offence, Parameters, Secret, Secrets};

pub(super) static RULE: RuleSpec = RuleSpec {
    id: "adf/secret-parameter-default",
    category: Category::Secrets,
    severity: Severity::Critical,
    equivalents: &[
        "checkov:CKV_AZURE_131",
        "kics:4d2cf896-c053-4be5-9c95-8b4771112f29",
        "arm-ttk:Secure-String-Parameters-Cannot-Have-Default",
        "bicep-linter:secure-parameter-default",
    ],
    references: &[
        "Best practices for ARM templates, Security recommendations for parameters, 2024-09-26",
        "Use Azure Key Vault to pass secure parameter value during deployment, 2024-06-20",
    ],
    check: Check::Deployment(check),
};

struct Leak<'a> {
    message: String,
    help: &'static str,
    feeds: Vec<(&'a Resource, &'a Secret)>,
}

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let secrets = cx.derived(Secrets::build);
    let parameters = cx.derived(Parameters::build);
    let mut leaks: BTreeMap<Span, Leak<'_>> = BTreeMap::new();
    for (artefact, secret) in secrets.all(graph) {
        if let Some(Offence::Defaults(holding)) = parameters.offence(artefact, secret) {
            for parameter in holding {
                let Some(span) = parameter.default_span else { continue };
                let message =
                    format!("The secure parameter \"{}\" has a secret as its default", parameter.name);
                let help = "Rotate the secret, and take the default away: the deployment asks for a value, or \
                            reads it from Key Vault";
                let leak = leaks.entry(span).or_insert(Leak { message, help, feeds: Vec::new() });
                leak.feeds.push((artefact, secret));
            }
        }
        if !matches!(secret.held, Held::SecureParameter(_)) {
            continue;
        }
        for parameter in secret.parameters.iter().filter(|parameter| parameter.secure) {
            for value in parameters.in_files(graph, parameter).iter().filter(|v| secret.is_given_by(v)) {
                let message =
                    format!("The parameter file holds the secret of the parameter \"{}\"", parameter.name);
                let help = "Rotate the secret, and give a `reference` to Key Vault instead of a `value`";
                let leak = Leak { message, help, feeds: Vec::new() };
                leaks.entry(value.origin.span).or_insert(leak).feeds.push((artefact, secret));
            }
        }
    }
    for (span, leak) in leaks {
        let Some((artefact, _)) = leak.feeds.first() else { continue };
        let finding = cx.report_on(artefact, &span, leak.message);
        finding.sensitive().help(leak.help);
        for (artefact, secret) in &leak.feeds {
            let text = format!("it feeds {} of the {}", secret.describe(), secret::describe(artefact));
            finding.related(secret.place, text);
        }
        if leak.feeds.iter().all(|(_, secret)| secret.conditional) {
            finding.confidence(Confidence::Medium);
        }
    }
}
