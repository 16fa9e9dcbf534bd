//! What to write instead of a secret: a reference to Key Vault.

use std::collections::HashMap;

use armlint_engine::finding::Edit;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{View, edit};
use smol_str::SmolStr;

use crate::artefact::ArtefactKind;
use crate::factory::LINKED_SERVICES;
use crate::secret::{Secret, kind};
use crate::store;

/// The type of the linked services that secrets are read through.
pub const AZURE_KEY_VAULT: &str = "AzureKeyVault";

/// The linked services that secrets of each factory or workspace can be read through.
pub struct KeyVaultServices {
    // By the identity of the factory's name; none where there are several.
    only: HashMap<SmolStr, Option<SmolStr>>,
}

impl KeyVaultServices {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> KeyVaultServices {
        let graph = view.graph();
        let mut only: HashMap<SmolStr, Option<SmolStr>> = HashMap::new();
        for service in LINKED_SERVICES.iter().flat_map(|ty| graph.of_type(ty)) {
            if service.property("type").is_text(AZURE_KEY_VAULT).is_true() {
                let name = service.name.last().known().cloned();
                let entry = only.entry(service.name.ancestor_key(1));
                entry.and_modify(|other| *other = None).or_insert(name);
            }
        }
        KeyVaultServices { only }
    }

    fn of(&self, artefact: &Resource) -> &str {
        let only = self.only.get(&artefact.name.ancestor_key(1)).and_then(Option::as_deref);
        only.unwrap_or("<linked service to Key Vault>")
    }
}

/// What to do so that a secret is read from Key Vault, with the reference to paste; `None` where the
/// service takes no reference.
pub fn advice(vaults: &KeyVaultServices, artefact: &Resource, secret: &Secret) -> Option<String> {
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
    Some(format!("{first} \"{property}\": {}", reference(vaults, artefact, property)))
}

// A reference to a secret of the only vault, or to a placeholder.
fn reference(vaults: &KeyVaultServices, artefact: &Resource, property: &str) -> String {
    let store = vaults.of(artefact);
    let name = secret_name(artefact, property);
    format!(
        "{{\"type\": \"AzureKeyVaultSecret\", \"store\": {{\"referenceName\": \"{store}\", \"type\": \
         \"LinkedServiceReference\"}}, \"secretName\": \"{name}\"}}"
    )
}

/// The edits that put references to Key Vault in the place of secrets; `None` where that is not to be had
/// by replacing each of them: a key of a connection string, an `encryptedCredential`, a condition.
pub fn references(
    graph: &Graph,
    vaults: &KeyVaultServices,
    artefact: &Resource,
    secrets: &[Secret],
) -> Option<Vec<Edit>> {
    let mut edits: Vec<Edit> = Vec::new();
    for secret in secrets {
        let whole = !secret.path.contains(';') && secret.path != "encryptedCredential";
        if !whole || !secret.key_vault || secret.conditional {
            return None;
        }
        let (object, member) = edit::member(graph, secret.value.origin.span)?;
        let is_secure = object.value("type").and_then(|ty| ty.text());
        let is_secure = is_secure.is_some_and(|ty| ty.eq_ignore_ascii_case("SecureString"));
        let inside = is_secure && member.key.text.eq_ignore_ascii_case("value");
        let span = if inside { object.span } else { member.value.span };
        edits.push(Edit { span, text: reference(vaults, artefact, last(&secret.path)) });
    }
    Some(edits)
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
