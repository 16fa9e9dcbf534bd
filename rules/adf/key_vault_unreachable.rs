//! The firewall of the vault shuts out the runtime that has to read the secret
//!
//! ## Why
//!
//! The runtime of the linked service that holds the reference reads the secret, not the linked service of
//! the vault, which has no runtime of its own. Azure runtimes come over the public endpoint of the vault. A
//! vault that is closed lets them in as a trusted service as long as `bypass` is `AzureServices` (Key Vault
//! trusted services, 2024-03-07: Azure Data Factory fetches data store credentials). With `None` they are
//! shut out, and every run fails. A self-hosted runtime is no trusted service: it needs a rule for its
//! address or its subnet, or a private endpoint of the vault.
//!
//! Runtimes in the managed virtual network need a managed private endpoint; see
//! `adf/managed-endpoint-missing`.
//!
//! ## How to fix
//!
//! Set `bypass` to `AzureServices`, or run the linked services in the managed virtual network with a managed
//! private endpoint of the vault. For a self-hosted runtime, declare a private endpoint of the vault in its
//! network.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.KeyVault/vaults",
//!     "apiVersion": "2023-07-01",
//!     "name": "contoso-kv",
//!     "location": "westeurope",
//!     "properties": {
//!       "tenantId": "[subscription().tenantId]",
//!       "sku": { "family": "A", "name": "standard" },
//!       "enableRbacAuthorization": true,
//!       "networkAcls": {
//!         "defaultAction": "Deny",
//!         "bypass": "None" // expect: adf/key-vault-unreachable
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/vault",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!     "properties": {
//!       "type": "AzureKeyVault",
//!       "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/plant",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/linkedservices', 'contoso-adf', 'vault')]"],
//!     "properties": {
//!       "type": "Sftp",
//!       "typeProperties": {
//!         "host": "files.example.com",
//!         "authenticationType": "Basic",
//!         "userName": "loader",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "plant-loader"
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! A self-hosted runtime, and a private endpoint that leads elsewhere:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" }, "vaultName": { "type": "string" } },
//!   "resources": {
//!     "keys": {
//!       "type": "Microsoft.KeyVault/vaults",
//!       "apiVersion": "2023-07-01",
//!       "name": "[parameters('vaultName')]",
//!       "location": "westeurope",
//!       "properties": {
//!         "tenantId": "[subscription().tenantId]",
//!         "sku": { "family": "A", "name": "standard" },
//!         "enableRbacAuthorization": true,
//!         "publicNetworkAccess": "Disabled" // expect: adf/key-vault-unreachable
//!       }
//!     },
//!     "lake": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-lake",
//!       "location": "westeurope",
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "lake",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'contosolake')]",
//!               "groupIds": ["dfs"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'onprem')]",
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     "vault": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'vault')]",
//!       "properties": {
//!         "type": "AzureKeyVault",
//!         "typeProperties": { "baseUrl": "[format('https://{0}.vault.azure.net/', parameters('vaultName'))]" }
//!       }
//!     },
//!     "plant": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'plant')]",
//!       "properties": {
//!         "type": "Sftp",
//!         "typeProperties": {
//!           "host": "files.corp",
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": {
//!             "type": "AzureKeyVaultSecret",
//!             "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!             "secretName": "plant-loader"
//!           }
//!         },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "onprem" }
//!       },
//!       "dependsOn": ["vault", "runtime"]
//!     }
//!   }
//! }
//! ```
//!
//! Trusted services pass, which is the default of `bypass`:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.KeyVault/vaults",
//!     "apiVersion": "2023-07-01",
//!     "name": "contoso-kv",
//!     "location": "westeurope",
//!     "properties": {
//!       "tenantId": "[subscription().tenantId]",
//!       "sku": { "family": "A", "name": "standard" },
//!       "enableRbacAuthorization": true,
//!       "networkAcls": { "defaultAction": "Deny" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/vault",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'contoso-adf')]"],
//!     "properties": {
//!       "type": "AzureKeyVault",
//!       "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/plant",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/linkedservices', 'contoso-adf', 'vault')]"],
//!     "properties": {
//!       "type": "Sftp",
//!       "typeProperties": {
//!         "host": "files.example.com",
//!         "authenticationType": "Basic",
//!         "userName": "loader",
//!         "password": {
//!           "type": "AzureKeyVaultSecret",
//!           "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!           "secretName": "plant-loader"
//!         }
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! The self-hosted runtime has a private endpoint of the vault:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" }, "vaultName": { "type": "string" } },
//!   "resources": {
//!     "keys": {
//!       "type": "Microsoft.KeyVault/vaults",
//!       "apiVersion": "2023-07-01",
//!       "name": "[parameters('vaultName')]",
//!       "location": "westeurope",
//!       "properties": {
//!         "tenantId": "[subscription().tenantId]",
//!         "sku": { "family": "A", "name": "standard" },
//!         "enableRbacAuthorization": true,
//!         "publicNetworkAccess": "Disabled"
//!       }
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-vault",
//!       "location": "westeurope",
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "vault",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))]",
//!               "groupIds": ["vault"]
//!             }
//!           }
//!         ]
//!       },
//!       "dependsOn": ["keys"]
//!     },
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'onprem')]",
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     "vault": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'vault')]",
//!       "properties": {
//!         "type": "AzureKeyVault",
//!         "typeProperties": { "baseUrl": "[format('https://{0}.vault.azure.net/', parameters('vaultName'))]" }
//!       }
//!     },
//!     "plant": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'plant')]",
//!       "properties": {
//!         "type": "Sftp",
//!         "typeProperties": {
//!           "host": "files.corp",
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": {
//!             "type": "AzureKeyVaultSecret",
//!             "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!             "secretName": "plant-loader"
//!           }
//!         },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "onprem" }
//!       },
//!       "dependsOn": ["vault", "runtime"]
//!     }
//!   }
//! }
//! ```

use armlint_engine::dialect::World;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::activity::Uses;
use crate::model::endpoint::Connections;
use crate::model::factory::Factories;
use crate::model::reach;
use crate::model::runtime::{Presence, RuntimeClass, presence};
use crate::model::secret::{self, ArtefactKind};
use crate::model::vault_reads::{VaultRead, VaultReads};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/key-vault-unreachable",
    category: Category::Network,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Virtual network service endpoints for Azure Key Vault, Trusted services, 2024-03-07",
        "Store credentials in Azure Key Vault, 2024-05-15",
    ],
    sentences: &["A10", "B30"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let reads = cx.derived(VaultReads::build);
    let mut done = Vec::new();
    for read in reads.list() {
        let vault = graph.resource(read.vault);
        let Some(closed) = closed(vault).filter(|_| !done.contains(&read.vault)) else { continue };
        let same = reads.list().iter().filter(|other| other.vault == read.vault);
        let readers = readers(cx, same);
        let of_class = |wanted: fn(RuntimeClass) -> bool| {
            readers.iter().filter(move |(class, ..)| wanted(*class)).collect::<Vec<_>>()
        };
        let name = vault.name.display();
        let public = of_class(|class| class == RuntimeClass::Global);
        let bypass = vault.property("networkAcls.bypass");
        if !public.is_empty() && bypass.is_text("None").is_true() && !bypass.assumed {
            let message = format!(
                "The firewall of the vault `{name}` shuts out the Azure runtime of {}, which reads a secret of it",
                public.first().map_or("a linked service", |(_, called, _)| called)
            );
            let finding = cx.report_on(vault, &bypass, message);
            finding.help("Set `bypass` to `AzureServices`, which lets Data Factory in as a trusted service");
            finding.related(closed, "the vault is closed here");
            public.iter().for_each(|(_, called, place)| {
                finding.related(*place, format!("{called} reads a secret of it"));
            });
            done.push(read.vault);
            continue;
        }
        let own = of_class(RuntimeClass::is_self_hosted);
        if own.is_empty() || !is_out_of_reach(cx, graph, vault) {
            continue;
        }
        let message = format!(
            "The vault `{name}` is closed to the self-hosted runtime of {}, which reads a secret of it",
            own.first().map_or("a linked service", |(_, called, _)| called)
        );
        let finding = cx.report_on(vault, &closed, message);
        finding.severity(Severity::Medium);
        finding.help("Declare a private endpoint of the vault in the network of the runtime");
        own.iter().for_each(|(_, called, place)| {
            finding.related(*place, format!("{called} reads a secret of it"));
        });
        done.push(read.vault);
    }
}

// What closes the vault to public networks, where no rule makes an exception for some of them.
fn closed(vault: &Resource) -> Option<Span> {
    let access = vault.property("publicNetworkAccess");
    let action = vault.property("networkAcls.defaultAction");
    for list in ["networkAcls.ipRules", "networkAcls.virtualNetworkRules"] {
        let rules = vault.property(list);
        let none =
            presence(&rules) == Presence::Absent || rules.elements().is_some_and(|rules| rules.is_empty());
        if !none {
            return None;
        }
    }
    let closes = [(&access, "Disabled"), (&action, "Deny")].into_iter();
    let mut closes = closes.filter(|(value, closed)| value.is_text(closed).is_true() && !value.assumed);
    closes.next().map(|(value, _)| value.origin.span)
}

// The linked services that read, by the runtimes that they run on.
fn readers<'r>(
    cx: &Context<'_>,
    reads: impl Iterator<Item = &'r VaultRead>,
) -> Vec<(RuntimeClass, String, Span)> {
    let graph = cx.graph();
    let (factories, uses) = (cx.derived(Factories::build), cx.derived(Uses::build));
    let mut found: Vec<(RuntimeClass, String, Span)> = Vec::new();
    for (reader, place) in reads.flat_map(|read| &read.readers) {
        let service = graph.resource(*reader);
        let Some(factory) = factories.of(service) else { continue };
        if secret::kind(service) != Some(ArtefactKind::LinkedService) {
            continue;
        }
        for run in reach::runs(graph, factory, &uses, service) {
            let class = run.runtime.class;
            if !found.iter().any(|(other, _, at)| *other == class && at == place) {
                found.push((class, format!("the {}", secret::describe(service)), *place));
            }
        }
    }
    found
}

// Whether no private endpoint can lead to the vault, where some are declared here or everything is.
fn is_out_of_reach(cx: &Context<'_>, graph: &Graph, vault: &Resource) -> bool {
    let connections = cx.derived(Connections::build);
    let told = graph.world == World::Closed || !connections.list().is_empty();
    told && connections.reach(vault, None).is_false()
}
