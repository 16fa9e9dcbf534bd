//! Title

use armlint_engine::finding::{Category, Confidence, Finding, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::encrypted::Encryption;
use crate::model::factory::{Factories, LINKED_SERVICES};
use crate::model::runtime::RuntimeClass;
use crate::model::secret::{Held, Offence, Parameters, Secret, secrets_of, vault};

pub(super) static RULE: RuleSpec = RuleSpec {
    id: "adf/credential-not-in-key-vault",
    category: Category::Secrets,
    severity: Severity::Medium,
    equivalents: &["azure-policy:127ef6d7-242f-43b3-9eef-947faf1725d0"],
    references: &[
        "Store credentials in Azure Key Vault, 2024-05-15",
        "Azure Private Link for Azure Data Factory, 2023-07-25",
        "Copy data from and to an SFTP server, 2024-01-05",
    ],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(service: &Resource, cx: &mut Context<'_>) {
    if service.existing {
        return;
    }
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let parameters = cx.derived(Parameters::build);
    let secrets = secrets_of(graph, service);
    let stored: Vec<&Secret> = secrets
        .iter()
        .filter(|secret| secret.key_vault && !is_settled(&secrets, secret))
        .filter(|secret| matches!(parameters.offence(service, secret), Some(Offence::Stored)))
        .collect();
    let factory = factories.of(service);
    let [first, others @ ..] = stored.as_slice() else {
        let class = factory.map_or(RuntimeClass::Unknown, |factory| factory.runtime_of(graph, service).class);
        return private_key_file(service, class, cx);
    };
    let message = format!(
        "The credential of the linked service \"{}\" is stored in Data Factory, not in Key Vault",
        service.name.display()
    );
    let advice = vault::advice(graph, factory, service, first);
    let finding = cx.report_on(service, &first.place, message);
    finding
        .label(describe(first))
        .help(advice.map_or_else(String::new, |advice| format!("Keep it in Key Vault: {advice}")));
    hide(graph, finding, first);
    for secret in others.iter().filter(|secret| secret.place != first.place) {
        finding.related(secret.place, describe(secret));
    }
    if stored.iter().all(|secret| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
}

// Another alternative of the same property is in Key Vault; or one secret of the linked service is, and
// nobody knows whether what is left is a secret at all.
fn is_settled(secrets: &[Secret], secret: &Secret) -> bool {
    let opaque = secret.opaque || matches!(secret.held, Held::Encrypted(_));
    secrets.iter().any(|other| {
        matches!(other.held, Held::KeyVault(_))
            && (opaque || (secret.conditional && other.path == secret.path))
    })
}

fn describe(secret: &Secret) -> String {
    let place = secret.describe();
    match &secret.held {
        Held::SecureParameter(parameter) => format!("{place} comes from the parameter `{}`", parameter.name),
        Held::Expression => format!("{place} is made when the template is deployed"),
        Held::Masked => format!("{place} is kept by Data Factory"),
        Held::Encrypted(Encryption::SelfHosted) => format!("{place} is kept by a self-hosted runtime"),
        Held::Encrypted(_) => format!("{place} is kept by Data Factory"),
        _ => format!("{place} is not in Key Vault"),
    }
}

// What a reader of a report needs not see, and what may be more than it seems.
fn hide(graph: &Graph, finding: &mut Finding, secret: &Secret) {
    let source = graph.sources.iter().find(|parsed| parsed.source.id == secret.place.source);
    let written = source.map_or("", |parsed| parsed.source.slice(secret.place));
    if !written.trim_start_matches(['"', '\'']).starts_with('[') {
        finding.sensitive();
    }
}

// A private key in a file is no secret of a template, but none of Key Vault either.
fn private_key_file(service: &Resource, class: RuntimeClass, cx: &mut Context<'_>) {
    let path = service.property("typeProperties.privateKeyPath");
    let written = path.text().is_some_and(|text| text.known().is_none_or(|text| !text.trim().is_empty()));
    if !written || path.is_missing() || !service.property("type").is_text("Sftp").is_true() {
        return;
    }
    let name = service.name.display();
    if matches!(class, RuntimeClass::Global | RuntimeClass::Managed) {
        let message = format!(
            "The linked service \"{name}\" reads its private key from a file, which no Azure runtime can"
        );
        cx.report_on(service, &path.origin.span, message).severity(Severity::High)
    } else {
        let message = format!(
            "The private key of the linked service \"{name}\" is a file of its runtime, not in Key Vault"
        );
        cx.report_on(service, &path.origin.span, message).severity(Severity::Low)
    }
    .help("Keep the key in Key Vault, in Base64, and use `privateKeyContent` instead of `privateKeyPath`");
}
