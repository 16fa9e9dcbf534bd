//! The credentials of a linked service that are kept outside of Key Vault although they could be in it.

use armlint_engine::graph::{Graph, Resource};

use super::{Held, Offence, Parameters, Secret, secrets_of};

/// Those credentials, in the order of the table. What has a rule of its own is left out: clear text, and
/// parameters that are not secure or have the secret as their default.
pub fn stored(graph: &Graph, parameters: &Parameters, service: &Resource) -> Vec<Secret> {
    let secrets = secrets_of(graph, service);
    let kept = |secret: &&Secret| {
        secret.key_vault
            && !is_settled(&secrets, secret)
            && matches!(parameters.offence(service, secret), Some(Offence::Stored))
    };
    secrets.iter().filter(kept).cloned().collect()
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
