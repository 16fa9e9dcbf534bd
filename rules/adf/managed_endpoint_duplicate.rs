//! Two managed private endpoints lead to one resource and sub-resource
//!
//! ## Why
//!
//! One managed private endpoint serves all runtimes of the managed virtual network; a private endpoint is
//! mapped to one sub-resource of one resource (managed-virtual-network-private-endpoint, 2020-03-26;
//! private-endpoint-overview, 2023-08-02). A second one to the same carries nothing more, has to be
//! approved as well, and hides which of the two is in use.
//!
//! Endpoints to one private link service that answer for different hosts are two.
//!
//! ## How to fix
//!
//! Remove one of the two. Two sub-resources of one account (`blob` and `dfs`) need an endpoint each.
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
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs"
//!   }
//! }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/old-lake.json
//! {
//!   "name": "old-lake",
//!   "properties": {
//!     // expect: adf/managed-endpoint-duplicate
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/STLAKE",
//!     "groupId": "DFS"
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
//!     "name": "adf-sales/default/vault",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       // expect: adf/managed-endpoint-approval
//!       "privateLinkResourceId": "[resourceId('Microsoft.KeyVault/vaults', 'kv-sales')]",
//!       "groupId": "vault"
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/keys",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       // expect: adf/managed-endpoint-duplicate
//!       "privateLinkResourceId": "[resourceId('Microsoft.KeyVault/vaults', 'kv-sales')]",
//!       "groupId": "vault"
//!     }
//!   }
//! ]
//! ```
//!
//! Two sub-resources of one account:
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
//!     "groupId": "dfs"
//!   }
//! }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/files.json
//! {
//!   "name": "files",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "blob"
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
//! One private link service for two hosts, in compiled Bicep:
//!
//! ```jsonc good without=adf/managed-endpoint-approval
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "serviceId": { "type": "string" } },
//!   "resources": {
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "erp": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'erp')]",
//!       "dependsOn": ["network"],
//!       "properties": {
//!         "privateLinkResourceId": "[parameters('serviceId')]",
//!         "groupId": "",
//!         "fqdns": ["erp.contoso.com"]
//!       }
//!     },
//!     "crm": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'crm')]",
//!       "dependsOn": ["network"],
//!       "properties": {
//!         "privateLinkResourceId": "[parameters('serviceId')]",
//!         "groupId": "",
//!         "fqdns": ["crm.contoso.com"]
//!       }
//!     }
//!   }
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Value;
use smol_str::{SmolStr, format_smolstr};

use crate::model::endpoint::{self, ManagedEndpoint};
use crate::model::factory::{Factories, Factory};
use crate::model::runtime::{Presence, presence};
use crate::model::{deployed, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-duplicate",
    category: Category::Hygiene,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["What is a private endpoint, 2023-08-02"],
    sentences: &["B19"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let factories = cx.derived(Factories::build);
    for factory in factories.list().iter().filter(|factory| factory.endpoints.len() > 1) {
        check_factory(factory, cx);
    }
}

fn check_factory(factory: &Factory, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let mut first: HashMap<SmolStr, Vec<ResourceId>> = HashMap::new();
    for endpoint in &factory.endpoints {
        let resource = graph.resource(*endpoint);
        // The instances of a loop differ in what is not known.
        if resource.existing || resource.repeated {
            continue;
        }
        let endpoint = endpoint::managed(resource);
        let Some(key) = key(&endpoint) else { continue };
        let others = first.entry(key).or_default();
        let beside = |other: &&ResourceId| {
            let other = graph.resource(**other);
            let named = other.name.key() != resource.name.key();
            named && (deployed::along(other, resource) || deployed::along(resource, other))
        };
        if let Some(other) = others.iter().find(beside) {
            report(graph, &endpoint, *other, cx);
        }
        others.push(resource.id);
    }
}

fn report(graph: &Graph, endpoint: &ManagedEndpoint, first: ResourceId, cx: &mut Context<'_>) {
    let (resource, first) = (graph.resource(endpoint.resource), graph.resource(first));
    let group = endpoint.group.known_text().filter(|group| !group.is_empty());
    let through = group.map_or(String::new(), |group| format!(" and sub-resource `{group}`"));
    let message = format!(
        "{} leads to the same resource{through} as {}",
        snippet::called(resource, "This managed private endpoint"),
        snippet::called(first, "another one")
    );
    let finding = cx.report_on(resource, &endpoint.target, message);
    finding.related(first.place, "the other managed private endpoint").traced(&endpoint.target);
    finding.help("remove one of the two endpoints");
}

// What two endpoints to the same have in common; `None` where that is not known.
fn key(endpoint: &ManagedEndpoint) -> Option<SmolStr> {
    let identity = endpoint.identity.as_ref()?;
    let id = identity.id.key();
    // An empty default is to be replaced.
    if id.is_empty() {
        return None;
    }
    let group = text(&endpoint.group)?;
    let hosts = match endpoint.fqdns.elements() {
        Some(hosts) if group.is_empty() => {
            let mut hosts = hosts.iter().map(text).collect::<Option<Vec<SmolStr>>>()?;
            hosts.sort();
            hosts.join(",")
        }
        None if group.is_empty() && presence(&endpoint.fqdns) == Presence::Unknown => return None,
        _ => String::new(),
    };
    Some(format_smolstr!("{id}|{group}|{hosts}"))
}

fn text(value: &Value) -> Option<SmolStr> {
    match presence(value) {
        Presence::Absent => Some(SmolStr::default()),
        _ => value.text().map(|text| text.key()),
    }
}
