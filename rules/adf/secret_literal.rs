use std::collections::HashMap;

use armlint_engine::finding::{Confidence, Label};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_factory::secret::key_vault::{self, KeyVaultServices};
use armlint_factory::secret::{self, Secret, SecretSource, Secrets};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let vaults = KeyVaultServices::in_view(cx.view());
    let secrets = Secrets::in_view(cx.view());
    let literal = |(_, secret): &(&Resource, &Secret)| matches!(secret.held, SecretSource::Literal);
    let mut places: Vec<Span> = Vec::new();
    let mut by_place: HashMap<Span, Vec<(&Resource, &Secret)>> = HashMap::new();
    for (artefact, secret) in secrets.all(graph).filter(literal) {
        let uses = by_place.entry(secret.place).or_default();
        if uses.is_empty() {
            places.push(secret.place);
        }
        uses.push((artefact, secret));
    }
    // One literal is one finding, however often a variable or a loop uses it.
    for place in places {
        let Some([(artefact, secret), others @ ..]) = by_place.get(&place).map(Vec::as_slice) else {
            continue;
        };
        let message = format!(
            "A secret stands in clear text in {} of the {}",
            secret.describe(),
            secret::describe(artefact)
        );
        let advice = key_vault::advice(vaults, artefact, secret);
        let finding = cx.report_on(artefact, &place, message);
        finding.sensitive().help(help(advice));
        if secret.conditional {
            finding.confidence(Confidence::Medium);
        }
        for part in &secret.parts {
            let text = "a part of it is written here".to_string();
            finding.related.push(Label { span: *part, text, sensitive: true });
        }
        let own = secret.value.origin.span;
        if own != place && !own.contains(place) {
            finding.related(own, "it is used here");
        }
        for (other, secret) in others.iter().filter(|(_, other)| other.value.origin.span != own) {
            let text = format!("and in {} of the {}", secret.describe(), secret::describe(other));
            finding.related(secret.value.origin.span, text);
        }
    }
}

fn help(advice: Option<String>) -> String {
    match advice {
        Some(advice) => format!("Rotate the secret, keep it in Key Vault, and {advice}"),
        None => "Rotate the secret, and give it through a parameter of type `securestring` without a default"
            .to_string(),
    }
}
