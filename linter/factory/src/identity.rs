//! The identity of a factory, and what signs in with it.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Truth, Value, presence};

use crate::artefact::ArtefactKind;
use crate::factory::Factory;
use crate::secret::{Secret, SecretSource};
use crate::store;

/// Where a linked service, whose secrets these are, certainly signs in with the identity of its factory; `None`
/// where it does not, or where that is not known.
pub fn system_assigned_use(service: &Resource, secrets: &[Secret]) -> Option<Span> {
    let properties = service.property("typeProperties");
    let ty = service.property("type");
    let facts = store::facts_of(service).filter(|facts| facts.managed_identity)?;
    if presence(&properties.get("credential")) != Presence::Absent {
        return None;
    }
    for key in ["authenticationType", "authentication", "clusterAuthType", "clusterResourceGroupAuthType"] {
        let value = properties.get(key);
        const NAMES: [&str; 4] =
            ["SystemAssignedManagedIdentity", "Msi", "ManagedServiceIdentity", "ManagedIdentity"];
        if NAMES.iter().any(|name| value.is_text(name).is_true()) {
            return Some(value.origin.span);
        }
        if presence(&value) != Presence::Absent {
            return None;
        }
    }
    // Key Vault has no other way, and these stores take the identity where nothing else is written.
    let keyless = facts.ty == "AzureKeyVault" || facts.managed_identity_by.contains("without secret");
    let endpoint = facts.hosts.iter().map(|key| key.path).chain(facts.names.iter().copied());
    let endpoint = endpoint.into_iter().any(|key| presence(&properties.get(key)) == Presence::Present);
    let others =
        ["servicePrincipalId", "connectionString", "sasUri", "encryptedCredential", "userId", "userName"];
    let alone = others.iter().all(|key| presence(&properties.get(key)) == Presence::Absent);
    // A container that everybody can read needs no identity.
    let anonymous = presence(&properties.get("containerUri")) != Presence::Absent;
    let opened = || secrets.iter().any(|secret| !matches!(secret.held, SecretSource::Empty));
    (keyless && endpoint && alone && !anonymous && !opened()).then_some(ty.origin.span)
}

/// Whether a reference to Key Vault is read with the identity of the factory, and not by a credential of
/// the vault's linked service. A vault that is declared elsewhere is, in all likelihood.
pub fn opens_by_factory(graph: &Graph, factory: &Factory, reference: &Value) -> Truth {
    let Some(name) = reference.at("store.referenceName").text() else { return Truth::Unknown };
    let Some(service) = factory.artefact(graph, ArtefactKind::LinkedService, &name) else {
        return Truth::True;
    };
    match presence(&service.property("typeProperties.credential")) {
        Presence::Absent if !service.existing => Truth::True,
        Presence::Present => Truth::False,
        _ => Truth::Unknown,
    }
}
