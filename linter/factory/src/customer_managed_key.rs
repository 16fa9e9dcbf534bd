//! The customer-managed key of a factory.

use armlint_azure::types::KEY_VAULTS;
use armlint_azure::{host, resource_id};
use armlint_engine::graph::Resource;
use armlint_engine::rule::View;
use armlint_engine::value::PathStep;

/// The declared vault that holds the key of a factory, by `encryption.vaultBaseUrl`: its host, or a
/// reference to the vault's own property.
pub fn vault_of<'g>(factory: &Resource, view: View<'g>) -> Option<&'g Resource> {
    let graph = view.graph();
    let url = factory.property("encryption.vaultBaseUrl").text()?;
    let mut vaults = graph.of_type(KEY_VAULTS).filter(|vault| !vault.existing);
    if let Some(hole) = url.only_hole() {
        let reference =
            hole.term.reference().filter(|reference| reference.path == [PathStep::Member("vaulturi")])?;
        return vaults.find(|vault| reference.is_of(&vault.resource_id));
    }
    let host = host::host_of(&url)?;
    let target = host::target(&host.name, view.settings().cloud)?;
    let name = target.name.as_ref().filter(|_| target.may_be(KEY_VAULTS))?;
    vaults.find(|vault| resource_id::same_name(&vault.name.last(), name).is_true())
}
