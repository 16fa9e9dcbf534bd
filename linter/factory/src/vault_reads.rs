//! Which secrets of declared key vaults the artefacts of factories read.

use armlint_azure::types::KEY_VAULTS;
use armlint_engine::graph::ResourceId;
use armlint_engine::rule::View;
use armlint_engine::span::Span;

use crate::artefact::ArtefactKind;
use crate::factory::Factories;
use crate::secret::{SecretSource, Secrets};
use crate::store;

/// What reads secrets of one declared vault through one linked service.
#[derive(Clone, Debug)]
pub struct VaultRead {
    /// The vault.
    pub vault: ResourceId,
    /// The linked service of type AzureKeyVault.
    pub service: ResourceId,
    /// What reads, with the place of each reference; never empty, in the order of the text.
    pub readers: Vec<(ResourceId, Span)>,
}

/// All such reads of a deployment.
pub struct VaultReads(Vec<VaultRead>);

impl VaultReads {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> VaultReads {
        let graph = view.graph();
        let mut reads: Vec<VaultRead> = Vec::new();
        if graph.of_type(KEY_VAULTS).all(|vault| vault.existing) {
            return VaultReads(reads);
        }
        let factories = Factories::in_view(view);
        let secrets = Secrets::in_view(view);
        for (artefact, secret) in secrets.all(graph) {
            let SecretSource::KeyVault(reference) = &secret.held else { continue };
            let (Some(factory), Some(name)) =
                (factories.of(artefact), reference.at("store.referenceName").text())
            else {
                continue;
            };
            let Some(service) = factory.artefact(graph, ArtefactKind::LinkedService, &name) else {
                continue;
            };
            let reader = (artefact.id, secret.place);
            if let Some(read) = reads.iter_mut().find(|read| read.service == service.id) {
                read.readers.push(reader);
                continue;
            }
            let store = store::store_of(graph, view.settings(), service);
            let vault = store.and_then(|store| store.resource).map(|id| graph.resource(id));
            if let Some(vault) = vault.filter(|vault| vault.is(KEY_VAULTS) && !vault.existing) {
                reads.push(VaultRead { vault: vault.id, service: service.id, readers: vec![reader] });
            }
        }
        VaultReads(reads)
    }

    /// All of them.
    pub fn list(&self) -> &[VaultRead] {
        &self.0
    }
}
