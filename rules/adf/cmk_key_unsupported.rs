//! Customer-managed key is of a kind that Data Factory does not take
//!
//! ## Why
//!
//! Data Factory takes RSA keys of 2048 bits and no others as customer-managed keys
//! (enable-customer-managed-key, 2021-10-22). With another key the factory cannot be encrypted.
//!
//! ## How to fix
//!
//! Create the key with `"kty": "RSA"` and `"keySize": 2048`.
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
//!     "properties": {
//!       "tenantId": "[subscription().tenantId]",
//!       "sku": { "family": "A", "name": "standard" },
//!       "enableRbacAuthorization": true,
//!       "enablePurgeProtection": true
//!     }
//!   },
//!   {
//!     "type": "Microsoft.KeyVault/vaults/keys",
//!     "apiVersion": "2023-07-01",
//!     "name": "kv-keys/adf",
//!     "dependsOn": ["[resourceId('Microsoft.KeyVault/vaults', 'kv-keys')]"],
//!     "properties": {
//!       "kty": "EC", // expect: adf/cmk-key-unsupported
//!       "curveName": "P-256"
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
//!       "location": "westeurope",
//!       "properties": {
//!         "tenantId": "[subscription().tenantId]",
//!         "sku": { "family": "A", "name": "standard" },
//!         "enableRbacAuthorization": true,
//!         "enablePurgeProtection": true
//!       }
//!     },
//!     "vault::key": {
//!       "type": "Microsoft.KeyVault/vaults/keys",
//!       "apiVersion": "2023-07-01",
//!       "name": "[format('{0}/{1}', parameters('vaultName'), 'adf')]",
//!       "dependsOn": ["vault"],
//!       "properties": {
//!         "kty": "RSA",
//!         "keySize": 4096 // expect: adf/cmk-key-unsupported
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
//!       "dependsOn": ["vault::key"],
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
//!     "type": "Microsoft.KeyVault/vaults/keys",
//!     "apiVersion": "2023-07-01",
//!     "name": "kv-keys/adf",
//!     "dependsOn": ["[resourceId('Microsoft.KeyVault/vaults', 'kv-keys')]"],
//!     "properties": { "kty": "RSA", "keySize": 2048 }
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
//! The key of something else:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
//!     "vault": {
//!       "type": "Microsoft.KeyVault/vaults",
//!       "apiVersion": "2023-07-01",
//!       "name": "kv-keys",
//!       "location": "westeurope",
//!       "properties": {
//!         "tenantId": "[subscription().tenantId]",
//!         "sku": { "family": "A", "name": "standard" },
//!         "enableRbacAuthorization": true,
//!         "enablePurgeProtection": true
//!       }
//!     },
//!     "disks": {
//!       "type": "Microsoft.KeyVault/vaults/keys",
//!       "apiVersion": "2023-07-01",
//!       "name": "kv-keys/disks",
//!       "dependsOn": ["vault"],
//!       "properties": { "kty": "RSA", "keySize": 4096 }
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
//!       "properties": {
//!         "encryption": {
//!           "vaultBaseUrl": "https://kv-keys.vault.azure.net/",
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
use armlint_engine::value::{Number, Value, ValueKind};

use crate::model::factory::FACTORIES;
use crate::model::{id, key};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/cmk-key-unsupported",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Encrypt Azure Data Factory with customer-managed keys, 2021-10-22"],
    sentences: &[],
    check: Check::Resource(&[FACTORIES], check),
};

const KEYS: &str = "Microsoft.KeyVault/vaults/keys";

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || graph.dialect.is_folder() {
        return;
    }
    let named = resource.property("encryption.keyName");
    let Some(name) = named.text() else { return };
    let Some(vault) = key::vault_of(resource, cx) else { return };
    let mut keys = graph.of_type(KEYS).filter(|key| !key.existing);
    let found = keys.find(|key| {
        let [of, own] = key.name.segments.as_slice() else { return false };
        let inside = key.parent == Some(vault.id) || id::same_name(of, &vault.name.last()).is_true();
        inside && id::same_name(own, &name).is_true()
    });
    let Some(key) = found else { return };
    let Some((value, written)) = fault(key) else { return };
    let finding = cx.report_on(
        key,
        &value,
        format!("Data Factory takes RSA keys of 2048 bits as customer-managed keys, not `{written}`"),
    );
    finding.related(named.origin.span, "the factory's key").traced(&value);
    finding.help("write \"kty\": \"RSA\" and \"keySize\": 2048");
    if value.assumed || named.assumed {
        finding.confidence(Confidence::Medium);
    }
}

// The property that makes the key unfit, and what it is.
fn fault(key: &Resource) -> Option<(Value, String)> {
    let kind = key.property("kty");
    if let Some(written) = kind.known_text()
        && !["RSA", "RSA-HSM"].iter().any(|right| written.eq_ignore_ascii_case(right))
    {
        let written = written.to_string();
        return Some((kind, written));
    }
    let size = key.property("keySize");
    let ValueKind::Number(Number::Int(bits)) = size.kind else { return None };
    (bits != 2048).then_some((size, format!("{bits} bits")))
}
