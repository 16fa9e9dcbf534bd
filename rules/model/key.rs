//! The customer-managed key of a factory.

use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::Segment;
use smol_str::format_smolstr;

use super::{host, id};

const VAULTS: &str = "Microsoft.KeyVault/vaults";

/// The declared vault that holds the key of a factory, by `encryption.vaultBaseUrl`: its host, or a
/// reference to the vault's own property.
pub fn vault_of<'g>(factory: &Resource, cx: &Context<'g>) -> Option<&'g Resource> {
    let graph = cx.graph();
    let url = factory.property("encryption.vaultBaseUrl").text()?;
    let mut vaults = graph.of_type(VAULTS).filter(|vault| !vault.existing);
    if let [Segment::Hole(hole)] = url.segments().as_slice() {
        let residue = hole.residue.to_ascii_lowercase();
        return vaults.find(|vault| {
            let id = vault.resource_id.residue();
            let reference = format_smolstr!("reference({id}).vaulturi").to_ascii_lowercase();
            residue == reference
        });
    }
    let host = host::host_of(&url)?;
    let target = host::target(&host.name, cx.settings().cloud, None)?;
    let name = target.name.as_ref().filter(|_| target.may_be(VAULTS))?;
    vaults.find(|vault| id::same_name(&vault.name.last(), name).is_true())
}
