//! Managed private endpoint waits until the owner of its target approves it
//!
//! ## Why
//!
//! A managed private endpoint is created in the state `Pending`. The owner of the target resource
//! approves or rejects the connection, and only an approved endpoint carries traffic
//! (managed-virtual-network-private-endpoint, 2020-03-26 and 2023-08-02). A deployment that declares the
//! endpoint therefore succeeds, and the pipelines fail until somebody approves.
//!
//! This is advice: a template cannot show what people do afterwards. The rule speaks once for each target,
//! and not at all where the deployment approves connections itself: by a `privateEndpointConnections`
//! resource of the target, by the automatic approval of a private link service, or by a script. Git
//! folders describe what is deployed already.
//!
//! ## How to fix
//!
//! Plan the approval: `az network private-endpoint-connection approve` in the pipeline that deploys, or a
//! deployment that sets the state of the target's connections.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/stlake-blob",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!     "properties": {
//!       // expect: adf/managed-endpoint-approval
//!       "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!       "groupId": "blob"
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/stlake-dfs",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!     "properties": {
//!       "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!       "groupId": "dfs"
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
//!   "parameters": { "factoryName": { "type": "string" }, "vaultId": { "type": "string" } },
//!   "resources": {
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'vault')]",
//!       "properties": {
//!         "privateLinkResourceId": "[parameters('vaultId')]", // expect: adf/managed-endpoint-approval
//!         "groupId": "vault"
//!       },
//!       "dependsOn": ["network"]
//!     }
//!   }
//! }
//! ```
//!
//! The deployment approves the connection:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "connectionName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/default",
//!       "properties": {}
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/default/stlake-dfs",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!       "properties": {
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!         "groupId": "dfs"
//!       }
//!     },
//!     {
//!       "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
//!       "apiVersion": "2023-05-01",
//!       "name": "[concat('stlake/', parameters('connectionName'))]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints', 'adf-sales', 'default', 'stlake-dfs')]"],
//!       "properties": {
//!         "privateLinkServiceConnectionState": { "status": "Approved", "description": "Data Factory" }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
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
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::dialect::Dialect;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, ResourceKey};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::endpoint::{self, ManagedEndpoint};
use crate::model::factory::MANAGED_ENDPOINTS;
use crate::model::id::Identity;
use crate::model::{deployed, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-approval",
    category: Category::Network,
    severity: Severity::Low,
    equivalents: &[],
    references: &[
        "Data Factory, managed virtual network (preview), 2020-03-26",
        "Data Factory, managed virtual network and managed private endpoints, 2023-08-02",
    ],
    sentences: &["B24", "B25", "B26", "B27", "B28", "B29"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect != Dialect::Template || deployed::has_remote_parts(graph) || has_script(graph) {
        return;
    }
    let endpoints = MANAGED_ENDPOINTS.iter().flat_map(|ty| graph.of_type(ty)).filter(|resource| {
        let certain = !resource.existing && !resource.repeated && resource.condition.truth.is_true();
        certain && !resource.property("isReserved").truth().is_true()
    });
    // By target, in the order of the text.
    let mut targets: Vec<Vec<ManagedEndpoint>> = Vec::new();
    let mut places: HashMap<ResourceKey, usize> = HashMap::new();
    for endpoint in endpoints.map(endpoint::managed) {
        let named = endpoint.identity.as_ref().filter(|identity| !identity.key.is_empty());
        let Some(key) = named.map(key) else { continue };
        let place = *places.entry(key).or_insert(targets.len());
        match targets.get_mut(place) {
            Some(list) => list.push(endpoint),
            None => targets.push(vec![endpoint]),
        }
    }
    for endpoints in targets {
        if let Some((first, rest)) = endpoints.split_first() {
            report(first, rest, cx);
        }
    }
}

fn key(identity: &Identity) -> ResourceKey {
    ResourceKey::new(identity.ty.as_deref().unwrap_or_default(), identity.key.clone())
}

fn report(first: &ManagedEndpoint, rest: &[ManagedEndpoint], cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(identity) = &first.identity else { return };
    if !endpoint::is_approved(graph, identity).is_false() {
        return;
    }
    let resource = graph.resource(first.resource);
    let name = snippet::called(resource, "This managed private endpoint");
    let finding = cx.report_on(
        resource,
        &first.target,
        format!("{name} carries no traffic until the owner of its target approves the connection"),
    );
    for endpoint in rest {
        let other = graph.resource(endpoint.resource);
        finding.related(other.place, format!("so is {}", snippet::called(other, "this one")));
    }
    finding.traced(&first.target).help(
        "approve the connection after the deployment, for example with `az network private-endpoint-connection \
         approve`",
    );
}

// A script may approve whatever it likes; only one that is known shows that it does not.
fn has_script(graph: &Graph) -> bool {
    graph.of_type("Microsoft.Resources/deploymentScripts").any(|script| {
        let content = script.property("scriptContent");
        let known = content.known_text().map(str::to_ascii_lowercase);
        known.is_none_or(|text| {
            text.contains("private-endpoint-connection") || text.contains("privateendpointconnection")
        })
    })
}
