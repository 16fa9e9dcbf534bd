//! No managed private endpoint leads to a store that is used in the managed virtual network
//!
//! ## Why
//!
//! From the managed virtual network a store is reached privately only through a managed private endpoint
//! of this factory to this store and this sub-resource. Without one the traffic takes the store's public
//! address (managed-virtual-network-private-endpoint, 2023-08-02). That fails where the store closes its
//! public address. Until the edition of 2023-08-02 it failed for every storage account (edition of
//! 2020-03-26: storage and Data Lake Gen2 cannot be reached over the public address).
//!
//! A store with a private endpoint of somebody else is `adf/managed-endpoint-shadowed-store`, and a port
//! that the network of a day does not open is `adf/managed-vnet-egress`.
//!
//! Key Vault is judged by what reads its secrets, not by its linked service. The rule is silent where the
//! name of the store or of an endpoint's target is not known. In a single template, which need not hold
//! everything, it speaks only if some managed private endpoint or network is there.
//!
//! ## How to fix
//!
//! Add a managed private endpoint to the store, and let the owner of the store approve it.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }, // expect: adf/managed-endpoint-missing
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```
//!
//! The account closes its public address, so the copy cannot work:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "lakeName": { "type": "string" } },
//!   "resources": {
//!     "lake": {
//!       "type": "Microsoft.Storage/storageAccounts",
//!       "apiVersion": "2023-05-01",
//!       "name": "[parameters('lakeName')]",
//!       "location": "[resourceGroup().location]",
//!       "kind": "StorageV2",
//!       "sku": { "name": "Standard_LRS" },
//!       "properties": { "isHnsEnabled": true, "publicNetworkAccess": "Disabled" }
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ir-managed')]",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       },
//!       "dependsOn": ["network"]
//!     },
//!     "service": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ls_lake')]",
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!         "typeProperties": {
//!           "url": "[format('https://{0}.dfs.core.windows.net', parameters('lakeName'))]" // expect: adf/managed-endpoint-missing
//!         }
//!       },
//!       "dependsOn": ["runtime", "lake"]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/stlake-dfs.json
//! {
//!   "name": "stlake-dfs",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs",
//!     "fqdns": ["stlake.dfs.core.windows.net"]
//!   }
//! }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```
//!
//! A self-hosted runtime uses no managed private endpoints:
//!
//! ```jsonc good
//! // file: integrationRuntime/shir-onprem.json
//! { "name": "shir-onprem", "properties": { "type": "SelfHosted" } }
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" }
//!   }
//! }
//! ```

use armlint_engine::dialect::World;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::{Factories, LINKED_SERVICES};
use crate::model::gap::{self, Instead};
use crate::model::{reach, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-missing",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[
        "Data Factory, managed virtual network and managed private endpoints, 2023-08-02",
        "Data Factory, managed virtual network (preview), 2020-03-26",
    ],
    sentences: &["B2", "B14", "B15", "B17", "B21", "B30", "B32"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(gap) = gap::gap(resource, cx) else { return };
    let barred = match gap.instead {
        // Other rules say so.
        Instead::Shadowed(_) | Instead::Port(_) => return,
        Instead::Storage => true,
        Instead::Public => gap.closed,
    };
    let severity = match graph.world {
        _ if barred => Severity::High,
        World::Closed => Severity::Medium,
        World::Open => Severity::Low,
    };
    let (target, group) = (gap.store.display(), gap.store.group());
    let message = if reach::is_vault(resource) {
        format!(
            "Secrets of {} are read in the managed network but no managed private endpoint reaches \
             {target} (`{group}`)",
            snippet::called(resource, "this vault")
        )
    } else {
        format!(
            "{} runs in the managed network but no managed private endpoint reaches {target} (`{group}`)",
            snippet::called(resource, "This linked service")
        )
    };
    let factories = cx.derived(Factories::build);
    let factory = factories.of(resource);
    let help = factory.map(|factory| snippet::managed_endpoint(graph, factory, &gap.store, None));
    let finding = cx.report_on(resource, &gap.store.place, message);
    finding.severity(severity);
    for consumer in gap.consumers {
        finding.related(consumer.place, consumer.label);
    }
    if let Some(declared) = gap.store.resource.map(|id| graph.resource(id)) {
        let said = if gap.closed { "the store closes its public endpoint" } else { "the store" };
        finding.related(declared.place, said);
    }
    if let Some(beside) = gap.beside {
        finding.related(beside, "this private endpoint leads to another sub-resource of the store");
    }
    if let Some(help) = help {
        finding.help(help);
    }
}
