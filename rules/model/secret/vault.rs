//! What to write instead of a secret: a reference to Key Vault.

use armlint_engine::graph::{Graph, Resource};

use super::{ArtefactKind, Secret, kind};
use crate::model::factory::Factory;
use crate::model::store;

/// The type of the linked services that secrets are read through.
pub const AZURE_KEY_VAULT: &str = "AzureKeyVault";

/// What to do so that a secret is read from Key Vault, with the reference to paste; `None` where the
/// service takes no reference.
pub fn advice(
    graph: &Graph,
    factory: Option<&Factory>,
    artefact: &Resource,
    secret: &Secret,
) -> Option<String> {
    if !secret.key_vault {
        return None;
    }
    let (path, key) = match secret.path.split_once(';') {
        Some((path, key)) => (path, Some(key)),
        None => (secret.path.as_str(), None),
    };
    let sibling = key.and_then(|key| sibling(artefact, key));
    let (first, property) = match (key, sibling) {
        (_, Some(sibling)) => (format!("take the key out of `{path}` and add"), sibling),
        (Some(_), None) => {
            ("store the whole connection string as a secret and write".to_string(), last(path))
        }
        (None, None) if path == "encryptedCredential" => {
            ("enter it as a secret of Key Vault, so that the file holds".to_string(), main(artefact))
        }
        (None, None) => ("write".to_string(), last(path)),
    };
    let store = store_name(graph, factory);
    let name = secret_name(artefact, property);
    Some(format!(
        "{first} \"{property}\": {{\"type\": \"AzureKeyVaultSecret\", \"store\": {{\"referenceName\": \
         \"{store}\", \"type\": \"LinkedServiceReference\"}}, \"secretName\": \"{name}\"}}"
    ))
}

fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, last)| last)
}

// The property that most likely holds what is encrypted.
fn main(artefact: &Resource) -> &'static str {
    const USUAL: [&str; 6] =
        ["password", "accountKey", "accessToken", "functionKey", "servicePrincipalKey", "connectionString"];
    let known = store::facts_of(artefact).map(|facts| facts.key_vault_in.as_slice()).unwrap_or_default();
    USUAL
        .into_iter()
        .find(|path| known.contains(path))
        .or_else(|| known.first().copied())
        .unwrap_or("password")
}

// The property that takes what a key of the connection string holds.
fn sibling(artefact: &Resource, key: &str) -> Option<&'static str> {
    if kind(artefact) != Some(ArtefactKind::LinkedService) {
        return None;
    }
    let facts = store::facts_of(artefact)?;
    let wanted: &[&str] = match key {
        "password" | "pwd" => &["password", "pwd"],
        "accountkey" => &["accountKey"],
        "credstring" => &["credString"],
        _ => &[],
    };
    facts.key_vault_in.iter().copied().find(|path| wanted.contains(path))
}

// The one linked service to a Key Vault that the factory has.
fn store_name(graph: &Graph, factory: Option<&Factory>) -> String {
    let services = factory.map(|factory| factory.linked_services.as_slice()).unwrap_or_default();
    let mut vaults = services
        .iter()
        .map(|id| graph.resource(*id))
        .filter(|service| service.property("type").is_text(AZURE_KEY_VAULT).is_true());
    match (vaults.next(), vaults.next()) {
        (Some(only), None) if only.name.last().known().is_some() => only.name.display().to_string(),
        _ => "<linked service to Key Vault>".to_string(),
    }
}

// Names of secrets are made of letters, digits and hyphens.
fn secret_name(artefact: &Resource, property: &str) -> String {
    let Some(name) = artefact.name.last().known().cloned() else {
        return format!("<name of the {property}>");
    };
    let mut made = String::new();
    for character in name.chars().chain(['-']).chain(property.chars()) {
        match character {
            character if character.is_ascii_alphanumeric() => made.push(character.to_ascii_lowercase()),
            _ if made.ends_with('-') => {}
            _ => made.push('-'),
        }
    }
    made
}
