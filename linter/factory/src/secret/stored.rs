//! The credentials of a linked service that are kept outside of Key Vault although they could be in it.

use armlint_engine::finding::{Applicability, Confidence, Finding};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::View;

use crate::encrypted_credential::Encryption;
use crate::secret::key_vault::{self, KeyVaultServices};
use crate::secret::{Offence, Parameters, Secret, SecretSource, Secrets};

/// Those of the secrets of a linked service, in the order of the table. What has a rule of its own is left out: clear text, and
/// parameters that are not secure or have the secret as their default.
pub fn stored(service: &Resource, view: View<'_>) -> Vec<Secret> {
    let (secrets, parameters) = (Secrets::in_view(view).of(service), Parameters::in_view(view));
    let kept = |secret: &&Secret| {
        secret.key_vault
            && !is_settled(secrets, secret)
            && matches!(parameters.offence(service, secret), Some(Offence::Stored))
    };
    secrets.iter().filter(kept).cloned().collect()
}

// Another alternative of the same property is in Key Vault; or one secret of the linked service is, and
// nobody knows whether what is left is a secret at all.
fn is_settled(secrets: &[Secret], secret: &Secret) -> bool {
    let opaque = secret.opaque || matches!(secret.held, SecretSource::Encrypted(_));
    secrets.iter().any(|other| {
        matches!(other.held, SecretSource::KeyVault(_))
            && (opaque || (secret.conditional && other.path == secret.path))
    })
}

// Where a stored credential is, in words for a label.
fn describe_stored(secret: &Secret) -> String {
    let place = secret.describe();
    match &secret.held {
        SecretSource::SecureParameter(parameter) => {
            format!("{place} comes from the parameter `{}`", parameter.name)
        }
        SecretSource::Expression => format!("{place} is made when the template is deployed"),
        SecretSource::Masked => format!("{place} is kept by the service"),
        SecretSource::Encrypted(Encryption::SelfHosted) => {
            format!("{place} is kept by a self-hosted runtime")
        }
        SecretSource::Encrypted(_) => format!("{place} is kept by the service"),
        _ => format!("{place} is not in Key Vault"),
    }
}

/// Says of the credentials of a linked service, which the finding is about, how they get into Key Vault.
pub fn say_stored(stored: &[Secret], service: &Resource, view: View<'_>, finding: &mut Finding) {
    let (graph, vaults) = (view.graph(), KeyVaultServices::in_view(view));
    let Some((first, others)) = stored.split_first() else { return };
    finding.label(describe_stored(first));
    if let Some(advice) = key_vault::advice(vaults, service, first) {
        finding.help(format!("Keep it in Key Vault: {advice}"));
    }
    if first.is_written(graph) {
        finding.sensitive();
    }
    for secret in others.iter().filter(|secret| secret.place != first.place) {
        finding.related(secret.place, describe_stored(secret));
    }
    if stored.iter().all(|secret| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
    let edits = key_vault::references(graph, vaults, service, stored);
    finding.fix("Refer to a secret in Key Vault", Applicability::Unsafe, edits.unwrap_or_default());
}

impl Secret {
    /// Whether something is written at its place that a report had better not show, and not a template
    /// expression.
    pub fn is_written(&self, graph: &Graph) -> bool {
        let source = graph.sources.iter().find(|parsed| parsed.source.id == self.place.source);
        let written = source.map_or("", |parsed| parsed.source.slice(self.place));
        !written.trim_start_matches(['"', '\'']).starts_with('[')
    }
}
