use std::collections::HashMap;

use armlint_engine::finding::{Confidence, Finding, Label};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_factory::secret::key_vault::{self, KeyVaultServices};
use armlint_factory::secret::{self, Secret, SecretSource, Secrets};

type Use<'g> = (&'g Resource, &'g Secret);

pub(crate) fn check(cx: &mut Context<'_>) {
    // One literal is one finding, however often a variable or a loop uses it.
    for uses in literals(cx.view()) {
        report(&uses, cx);
    }
}

// The uses of each literal.
fn literals(view: View<'_>) -> Vec<Vec<Use<'_>>> {
    let mut literals: Vec<Vec<Use<'_>>> = Vec::new();
    let mut by_place: HashMap<Span, usize> = HashMap::new();
    for (artefact, secret) in Secrets::in_view(view).all(view.graph()) {
        if matches!(secret.held, SecretSource::Literal) {
            let at = *by_place.entry(secret.place).or_insert(literals.len());
            if at == literals.len() {
                literals.push(Vec::new());
            }
            literals[at].push((artefact, secret));
        }
    }
    literals
}

fn report(uses: &[Use<'_>], cx: &mut Context<'_>) {
    let Some(((artefact, secret), others)) = uses.split_first() else { return };
    let message = format!(
        "A secret stands in clear text in {} of the {}",
        secret.describe(),
        secret::describe(artefact)
    );
    let advice = key_vault::advice(KeyVaultServices::in_view(cx.view()), artefact, secret);
    // The advice is JSON.
    let is_lowered = cx.graph().is_lowered(secret.place);
    let advice = advice.filter(|_| !is_lowered);
    let finding = cx.report_on(artefact, &secret.place, message);
    finding.sensitive().help(help(advice, is_lowered));
    if secret.conditional {
        finding.confidence(Confidence::Medium);
    }
    relate(secret, others, finding);
}

fn relate(secret: &Secret, others: &[Use<'_>], finding: &mut Finding) {
    for part in &secret.parts {
        let text = "a part of it is written here".to_string();
        finding.related.push(Label { span: *part, text, sensitive: true });
    }
    let own = secret.value.origin.span;
    if own != secret.place && !own.contains(secret.place) {
        finding.related(own, "it is used here");
    }
    for (other, secret) in others.iter().filter(|(_, other)| other.value.origin.span != own) {
        let text = format!("and in {} of the {}", secret.describe(), secret::describe(other));
        finding.related(secret.value.origin.span, text);
    }
}

fn help(advice: Option<String>, is_lowered: bool) -> String {
    match advice {
        Some(advice) => format!("Rotate the secret, keep it in Key Vault, and {advice}"),
        None if is_lowered => {
            "Rotate the secret, and give it through a parameter with `@secure()` without a default"
                .to_string()
        }
        None => "Rotate the secret, and give it through a parameter of type `securestring` without a default"
            .to_string(),
    }
}
