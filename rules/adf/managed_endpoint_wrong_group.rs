//! Managed private endpoint leads to another sub-resource of the store than the one that is used
//!
//! ## Why
//!
//! A private endpoint leads to one sub-resource of a resource. The connector decides which one it needs:
//! `AzureBlobFS` uses `dfs` even where the account has an endpoint to `blob`, and the serverless pool of a
//! Synapse workspace is `SqlOnDemand`, not `Sql` (private-endpoint-overview, 2023-08-02: separate private
//! endpoints are needed for the sub-resources of one account).
//!
//! ## How to fix
//!
//! Add a managed private endpoint with the other group. Keep the present one if something else uses it.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/stlake.json
//! {
//!   "name": "stlake",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "blob"
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
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }, // expect: adf/managed-endpoint-wrong-group
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" }, "workspaceName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/default')]",
//!       "properties": {}
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/default/pool')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', parameters('factoryName'), 'default')]"],
//!       "properties": {
//!         // expect: adf/managed-endpoint-approval
//!         "privateLinkResourceId": "[resourceId('Microsoft.Synapse/workspaces', parameters('workspaceName'))]",
//!         "groupId": "Sql"
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ir-managed')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', parameters('factoryName'), 'default')]"],
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ls_serverless')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', parameters('factoryName'), 'ir-managed')]"],
//!       "properties": {
//!         "type": "AzureSqlDW",
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!         "typeProperties": {
//!           // expect: adf/managed-endpoint-wrong-group
//!           "server": "[concat(parameters('workspaceName'), '-ondemand.sql.azuresynapse.net')]",
//!           "database": "sales",
//!           "encrypt": "mandatory",
//!           "authenticationType": "SystemAssignedManagedIdentity"
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! One endpoint for each sub-resource:
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/stlake-blob.json
//! {
//!   "name": "stlake-blob",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "blob"
//!   }
//! }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/stlake-dfs.json
//! {
//!   "name": "stlake-dfs",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/STLAKE",
//!     "groupId": "DFS"
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
//! // file: linkedService/ls_blob.json
//! {
//!   "name": "ls_blob",
//!   "properties": {
//!     "type": "AzureBlobStorage",
//!     "typeProperties": { "serviceEndpoint": "https://stlake.blob.core.windows.net/", "accountKind": "StorageV2" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```
//!
//! The host of `blob` in an `AzureBlobFS` service still means `dfs`:
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/stlake-dfs.json
//! {
//!   "name": "stlake-dfs",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs"
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
//!     "typeProperties": { "url": "https://stlake.blob.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::coverage::Coverage;
use crate::model::factory::{Factories, LINKED_SERVICES};
use crate::model::{reach, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-wrong-group",
    category: Category::Network,
    severity: Severity::High,
    equivalents: &[],
    references: &["What is a private endpoint, 2023-08-02"],
    sentences: &["B19"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(resource) else { return };
    let Some(need) = reach::need(resource, cx) else { return };
    let Coverage::WrongGroup(endpoint) = &need.coverage else { return };
    let Some(covered) = endpoint.group.known_text() else { return };
    let name = snippet::called(resource, "this linked service");
    let (needed, store) = (need.store.group(), need.store.display());
    let finding = cx.report_on(
        resource,
        &need.store.place,
        format!("Managed private endpoint to {store} covers `{covered}` but {name} needs `{needed}`"),
    );
    finding.related(endpoint.group.origin.span, "the sub-resource that the endpoint leads to");
    for consumer in &need.consumers {
        finding.related(consumer.place, consumer.label.clone());
    }
    let id = endpoint.target.known_text();
    finding.traced(&endpoint.group).help(snippet::managed_endpoint(graph, factory, &need.store, id));
}
