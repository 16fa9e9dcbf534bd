//! Factory with a customer-managed key cannot open the key when it is created
//!
//! ## Why
//!
//! A customer-managed key has to be set when the factory is created if the factory has a managed virtual
//! network: setting it afterwards does not work then. At that time the factory has no system-assigned
//! identity that could have been given access to the key, so `encryption.identity.userAssignedIdentity`
//! has to name one, and the factory has to have this identity (enable-customer-managed-key, 2021-10-22).
//!
//! ## How to fix
//!
//! Give the factory a user-assigned identity that may get, wrap and unwrap the key, and name it in
//! `encryption.identity`.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       // expect: adf/cmk-identity-missing
//!       "encryption": { "vaultBaseUrl": "https://kv-keys.vault.azure.net/", "keyName": "adf" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   }
//! ]
//! ```
//!
//! The identity is named, but the factory does not have it:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "identityName": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {
//!         "encryption": {
//!           "vaultBaseUrl": "https://kv-keys.vault.azure.net/",
//!           "keyName": "adf",
//!           "identity": {
//!             // expect: adf/cmk-identity-missing
//!             "userAssignedIdentity": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('identityName'))]"
//!           }
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": {
//!       "type": "SystemAssigned,UserAssigned",
//!       "userAssignedIdentities": {
//!         "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-adf": {}
//!       }
//!     },
//!     "properties": {
//!       "encryption": {
//!         "vaultBaseUrl": "https://kv-keys.vault.azure.net/",
//!         "keyName": "adf",
//!         "identity": {
//!           "userAssignedIdentity": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-adf"
//!         }
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   }
//! ]
//! ```
//!
//! Without a managed virtual network the key may be set later, with the system-assigned identity:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {
//!         "encryption": { "vaultBaseUrl": "https://kv-keys.vault.azure.net/", "keyName": "adf" }
//!       }
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{Truth, Value};

use crate::model::deployed;
use crate::model::factory::{FACTORIES, Factories};
use crate::model::runtime::{Presence, presence};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/cmk-identity-missing",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Encrypt Azure Data Factory with customer-managed keys, 2021-10-22"],
    sentences: &["B8"],
    check: Check::Resource(&[FACTORIES], check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || graph.dialect.is_folder() {
        return;
    }
    let encryption = resource.property("encryption");
    if presence(&encryption) != Presence::Present || presence(&encryption.get("keyName")) != Presence::Present
    {
        return;
    }
    let opened_by = encryption.at("identity.userAssignedIdentity");
    let assigned = resource.body.get("identity");
    match presence(&opened_by) {
        Presence::Absent => {
            let factories = cx.derived(Factories::build);
            let Some(factory) = factories.of(resource) else { return };
            let networks = factory.networks.iter().map(|id| graph.resource(*id));
            let mut own = networks.filter(|network| !network.existing);
            let Some(network) = own.find(|network| deployed::along(network, resource)) else { return };
            let place = network.place;
            cx.report_on(
                resource,
                &encryption,
                "A factory with a managed virtual network needs `encryption.identity.userAssignedIdentity` to open \
                 its key",
            )
            .related(place, "the managed virtual network")
            .traced(&encryption)
            .help("add \"identity\": { \"userAssignedIdentity\": \"<id of the identity>\" } to `encryption`");
        }
        Presence::Present if has_user_identity(&assigned).is_false() => {
            let finding = cx.report_on(
                resource,
                &opened_by,
                "The factory does not have the user-assigned identity that is to open its key",
            );
            finding.related(assigned.origin.span, "the identities of the factory").traced(&opened_by);
            finding.help("list the identity in `identity.userAssignedIdentities` of the factory");
            if assigned.assumed || opened_by.assumed {
                finding.confidence(Confidence::Medium);
            }
        }
        _ => {}
    }
}

fn has_user_identity(identity: &Value) -> Truth {
    let ty = identity.get("type");
    match (presence(identity), presence(&ty), ty.known_text()) {
        (Presence::Absent, ..) | (Presence::Present, Presence::Absent, _) => Truth::False,
        (_, _, Some(text)) => Truth::from(text.to_ascii_lowercase().contains("userassigned")),
        _ => Truth::Unknown,
    }
}
