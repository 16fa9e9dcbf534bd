//! The connection state of a managed private endpoint is set
//!
//! ## Why
//!
//! The service sets `connectionState`, `provisioningState` and `isReserved` itself
//! (managed-virtual-network-private-endpoint, 2020-03-26 and 2023-08-02; read-only in the API). A template
//! that sets them looks as if the endpoint were approved, but the connection stays pending until the owner
//! of the target approves it there, and until then no traffic passes.
//!
//! Files of a Git folder may carry `provisioningState` and `isReserved`, since tools export them. Reserved
//! endpoints are made by the service, and whatever is written of them is an export.
//!
//! ## How to fix
//!
//! Remove the property. Let the owner of the target resource approve the private endpoint connection,
//! by hand or in a deployment of its own.
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
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/lake",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       // expect: adf/managed-endpoint-approval
//!       "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!       "groupId": "blob",
//!       "connectionState": { "status": "Approved" } // expect: adf/managed-endpoint-connection-state
//!     }
//!   }
//! ]
//! ```
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
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs",
//!     "connectionState": { "status": "Approved", "description": "", "actionsRequired": "" } // expect: adf/managed-endpoint-connection-state
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
//! ```jsonc good without=adf/managed-endpoint-approval
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/lake",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!       "groupId": "blob"
//!     }
//!   }
//! ]
//! ```
//!
//! What tools export into a folder, and what the service makes itself:
//!
//! ```jsonc good
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
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs",
//!     "provisioningState": "Succeeded",
//!     "isReserved": false
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

use armlint_engine::finding::{Applicability, Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::MANAGED_ENDPOINTS;
use crate::model::runtime::{Presence, presence};
use crate::model::{edit, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-connection-state",
    category: Category::Correctness,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &["B12", "B28", "B29"],
    check: Check::Resource(MANAGED_ENDPOINTS, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || resource.property("isReserved").truth().is_true() {
        return;
    }
    let keys: &[&str] = match graph.dialect.is_folder() {
        true => &["connectionState"],
        false => &["connectionState", "provisioningState", "isReserved"],
    };
    let set: Vec<(&str, _)> = keys
        .iter()
        .map(|key| (*key, resource.property(key)))
        .filter(|(_, value)| presence(value) == Presence::Present)
        .collect();
    let Some(((key, value), rest)) = set.split_first() else { return };
    let name = snippet::called(resource, "this managed private endpoint");
    let edit = edit::remove(graph, value.origin.span);
    let finding = cx.report_on(
        resource,
        value,
        format!(
            "`{key}` of the managed private endpoint {name} is read-only, and setting it approves nothing"
        ),
    );
    for (key, value) in rest {
        finding.related(value.origin.span, format!("so is `{key}`"));
    }
    finding.traced(value).help("remove it, and approve the connection on the target resource");
    if let Some(edit) = edit {
        finding.fix("Remove the read-only property", Applicability::Safe, vec![edit]);
    }
}
