//! Key Vault of a customer-managed key does not fulfil what the factory needs of it
//!
//! ## Why
//!
//! The vault that holds the customer-managed key of a data factory must have soft delete and purge
//! protection, and must be in the region of the factory (enable-customer-managed-key, 2021-10-22).
//! Otherwise setting the key fails, or the factory is lost with a key that was purged.
//!
//! ## How to fix
//!
//! Set `enablePurgeProtection` to `true`, and keep vault and factory in one region.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.KeyVault/vaults",
//!     "apiVersion": "2023-07-01",
//!     "name": "kv-keys",
//!     "location": "westeurope",
//!     "properties": { // expect: adf/cmk-vault-unprotected
//!       "tenantId": "[subscription().tenantId]",
//!       "sku": { "family": "A", "name": "standard" },
//!       "enableRbacAuthorization": true
//!     }
//!   },
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
//!   }
//! ]
//! ```
//!
//! The vault is in another region than the factory:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "vaultName": { "type": "string" } },
//!   "resources": {
//!     "vault": {
//!       "type": "Microsoft.KeyVault/vaults",
//!       "apiVersion": "2023-07-01",
//!       "name": "[parameters('vaultName')]",
//!       "location": "North Europe", // expect: adf/cmk-vault-unprotected
//!       "properties": {
//!         "tenantId": "[subscription().tenantId]",
//!         "sku": { "family": "A", "name": "standard" },
//!         "enableRbacAuthorization": true,
//!         "enablePurgeProtection": true
//!       }
//!     },
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "identity": {
//!         "type": "SystemAssigned,UserAssigned",
//!         "userAssignedIdentities": {
//!           "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-adf": {}
//!         }
//!       },
//!       "dependsOn": ["vault"],
//!       "properties": {
//!         "encryption": {
//!           "vaultBaseUrl": "[reference('vault').vaultUri]",
//!           "keyName": "adf",
//!           "identity": {
//!             "userAssignedIdentity": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-adf"
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
//!     "type": "Microsoft.KeyVault/vaults",
//!     "apiVersion": "2023-07-01",
//!     "name": "kv-keys",
//!     "location": "westeurope",
//!     "properties": {
//!       "tenantId": "[subscription().tenantId]",
//!       "sku": { "family": "A", "name": "standard" },
//!       "enableRbacAuthorization": true,
//!       "enablePurgeProtection": true
//!     }
//!   },
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
//!   }
//! ]
//! ```
//!
//! The vault is elsewhere:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "vaultUrl": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "identity": {
//!         "type": "SystemAssigned,UserAssigned",
//!         "userAssignedIdentities": {
//!           "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-adf": {}
//!         }
//!       },
//!       "properties": {
//!         "encryption": {
//!           "vaultBaseUrl": "[parameters('vaultUrl')]",
//!           "keyName": "adf",
//!           "identity": {
//!             "userAssignedIdentity": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-adf"
//!           }
//!         }
//!       }
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{Truth, Value};

use crate::model::factory::FACTORIES;
use crate::model::runtime::{Presence, presence};
use crate::model::{key, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/cmk-vault-unprotected",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Encrypt Azure Data Factory with customer-managed keys, 2021-10-22"],
    sentences: &[],
    check: Check::Resource(&[FACTORIES], check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || graph.dialect.is_folder() {
        return;
    }
    let Some(vault) = key::vault_of(resource, cx) else { return };
    let written = resource.property("encryption.vaultBaseUrl");
    let name = snippet::called(vault, "the vault");
    for (value, message, help) in [
        without(vault, "enablePurgeProtection", Truth::False).map(|value| {
            let message = format!("Key Vault {name} of the factory's key has no purge protection");
            (value, message, "set \"enablePurgeProtection\": true")
        }),
        without(vault, "enableSoftDelete", Truth::True).map(|value| {
            let message = format!("Key Vault {name} of the factory's key has no soft delete");
            (value, message, "set \"enableSoftDelete\": true, or leave it out")
        }),
        elsewhere(vault, resource).map(|value| {
            let message =
                format!("Key Vault {name} of the factory's key is in another region than the factory");
            (value, message, "keep the vault and the factory in one region")
        }),
    ]
    .into_iter()
    .flatten()
    {
        let finding = cx.report_on(vault, &value, message);
        finding.related(written.origin.span, "the factory's key is in this vault").traced(&value).help(help);
        if value.assumed {
            finding.confidence(Confidence::Medium);
        }
    }
}

// A switch of the vault that certainly is off; `by_default` is what it is where it is not written.
fn without(vault: &Resource, path: &str, by_default: Truth) -> Option<Value> {
    let value = vault.property(path);
    let on = match presence(&value) {
        Presence::Absent => by_default,
        Presence::Present => value.truth(),
        Presence::Unknown => Truth::Unknown,
    };
    on.is_false().then_some(value)
}

// The region of the vault where it certainly is not that of the factory.
fn elsewhere(vault: &Resource, factory: &Resource) -> Option<Value> {
    let region = |value: &Value| {
        let known = value.known_text().filter(|_| !value.assumed)?;
        Some(known.replace(' ', "").to_ascii_lowercase())
    };
    let (own, other) = (vault.location(), factory.location());
    let differ = region(&own)? != region(&other)?;
    differ.then_some(own)
}
