//! Managed private endpoint without its managed virtual network
//!
//! ## Why
//!
//! A managed private endpoint is created inside of the managed virtual network of its factory
//! (managed-virtual-network-private-endpoint, 2020-03-26 and 2023-08-02). Without the network it cannot be
//! created. In a template it also has to wait for the network: without `dependsOn` both start at the same
//! time, and the first deployment fails or not as it happens.
//!
//! That the network is missing is said where all of the factory is here: in Git folders, exports, and
//! with `adf.closed-world`.
//!
//! ## How to fix
//!
//! Add the network `default`, and let the endpoint depend on it.
//!
//! ## Examples
//!
//! The folder has an endpoint and no network:
//!
//! ```jsonc bad without=adf/dangling-reference,adf/managed-vnet-reference-invalid
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
//!   "name": "lake", // expect: adf/managed-endpoint-parent
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs"
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
//! The endpoint does not wait for the network:
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
//!     "name": "adf-sales/default/lake", // expect: adf/managed-endpoint-parent
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {
//!       // expect: adf/managed-endpoint-approval
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
//!   "parameters": { "factoryName": { "type": "string" } },
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
//!       // expect: adf/managed-endpoint-parent
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'lake')]",
//!       "properties": {
//!         // expect: adf/managed-endpoint-approval
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!         "groupId": "dfs"
//!       }
//!     }
//!   }
//! }
//! ```
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
//! It waits for a runtime that waits for the network; and it is not approved here, but by a script:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
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
//!       "dependsOn": ["network"],
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       }
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'lake')]",
//!       "dependsOn": ["runtime"],
//!       "properties": {
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!         "groupId": "dfs"
//!       }
//!     },
//!     "approve": {
//!       "type": "Microsoft.Resources/deploymentScripts",
//!       "apiVersion": "2023-08-01",
//!       "name": "approve",
//!       "location": "westeurope",
//!       "kind": "AzureCLI",
//!       "dependsOn": ["endpoint"],
//!       "properties": {
//!         "azCliVersion": "2.61.0",
//!         "retentionInterval": "PT1H",
//!         "scriptContent": "az network private-endpoint-connection approve --ids $1"
//!       }
//!     }
//!   }
//! }
//! ```

use armlint_engine::dialect::{Dialect, World};
use armlint_engine::finding::{Applicability, Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Text;
use smol_str::SmolStr;

use crate::model::factory::{Factories, Factory, MANAGED_ENDPOINTS};
use crate::model::order::Order;
use crate::model::runtime::{Presence, presence};
use crate::model::{deployed, edit, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-parent",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &["B11"],
    check: Check::Resource(MANAGED_ENDPOINTS, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(resource).filter(|_| !resource.existing) else { return };
    if factory.networks.is_empty() {
        let elsewhere = factories.doubles(factory).any(|other| !other.networks.is_empty());
        if graph.world == World::Closed && !elsewhere {
            report_missing(factory, resource, cx);
        }
    } else if graph.dialect == Dialect::Template {
        check_order(factory, resource, cx);
    }
}

// One finding for a factory, at its first endpoint.
fn report_missing(factory: &Factory, resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let own = || factory.endpoints.iter().map(|id| graph.resource(*id)).filter(|other| !other.existing);
    if own().next().is_none_or(|first| first.id != resource.id) {
        return;
    }
    let name = snippet::called(resource, "This managed private endpoint");
    let finding = cx.report_on(
        resource,
        &resource.place,
        format!("{name} is a managed private endpoint of a factory that has no managed virtual network"),
    );
    for other in own().skip(1) {
        finding.related(other.place, "so is this one");
    }
    finding.help(match graph.dialect.is_folder() {
        true => "add managedVirtualNetwork/default.json: { \"name\": \"default\", \"properties\": {} }"
            .to_string(),
        false => format!(
            "add a resource of the type `{}/managedVirtualNetworks` with the name `default`",
            factory.ty
        ),
    });
}

fn check_order(factory: &Factory, resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let beside = |network: &&Resource| {
        !network.existing && network.module == resource.module && network.span.source == resource.span.source
    };
    let mut networks = factory.networks.iter().map(|id| graph.resource(*id)).filter(beside);
    let Some(network) = networks.next().filter(|network| deployed::along(network, resource)) else { return };
    let entries = resource.body.get("dependsOn");
    if networks.next().is_some() || entries.elements().is_none() && presence(&entries) != Presence::Absent {
        return;
    }
    let order = cx.derived(Order::build);
    // An entry that is not understood may lead to the network.
    if !order.is_after(graph, resource.id, network.id).is_false() {
        return;
    }
    let name = snippet::called(resource, "This managed private endpoint");
    let on = reference(network);
    let edit = on.as_deref().and_then(|on| match entries.elements() {
        Some(_) => edit::add_element(graph, &entries, on),
        None => edit::add_member(graph, resource.span, "dependsOn", &format!("[{on}]")),
    });
    let finding = cx.report_on(
        resource,
        &resource.place,
        format!("{name} does not wait for its managed virtual network: `dependsOn` does not lead to it"),
    );
    finding.related(network.place, "the managed virtual network");
    finding.help(match on {
        Some(on) => format!("add {on} to `dependsOn`"),
        None => "add the network's resource id to `dependsOn`".to_string(),
    });
    if let Some(edit) = edit {
        finding.fix("Wait for the managed virtual network", Applicability::Safe, vec![edit]);
    }
}

// How `dependsOn` names the network, where that can be written.
fn reference(network: &Resource) -> Option<String> {
    if let Some(symbol) = &network.symbolic_name {
        return Some(format!("\"{symbol}\""));
    }
    let names: Option<Vec<&SmolStr>> = network.name.segments.iter().map(Text::known).collect();
    let quoted: Vec<String> = names?.iter().map(|name| format!("'{name}'")).collect();
    Some(format!("\"[resourceId('{}', {})]\"", network.ty, quoted.join(", ")))
}
