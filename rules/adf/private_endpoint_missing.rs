//! Public access is disabled but no private endpoint carries the self-hosted runtime's traffic
//!
//! ## Why
//!
//! With `publicNetworkAccess` set to `Disabled` a self-hosted integration runtime reaches the factory only
//! through a private endpoint to the sub-resource `dataFactory`; without one it goes offline
//! (data-factory-private-link, 2023-07-13: to use the switch, a private endpoint must be added too).
//!
//! A linked runtime talks to the factory that owns it, so it needs no endpoint here. Private endpoints
//! are often deployed by another team: the rule speaks only where the template declares some, or where the
//! configuration says that it holds everything (`adf.closed-world`); then it is a defect of high severity.
//!
//! ## How to fix
//!
//! Add a private endpoint to the factory with the group `dataFactory`, in a virtual network that the
//! machines of the runtime can reach.
//!
//! ## Examples
//!
//! The only private endpoint of the template is that of a vault:
//!
//! ```jsonc bad without=adf/portal-public-access-remains
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" } // expect: adf/private-endpoint-missing
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir-onprem",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-vault",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "vault",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.KeyVault/vaults', 'kv-sales')]",
//!             "groupIds": ["vault"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! The endpoint for the portal does not carry the runtime:
//!
//! ```jsonc bad without=adf/portal-public-access-remains
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "subnetId": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "[resourceGroup().location]",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" } // expect: adf/private-endpoint-missing
//!     },
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'shir')]",
//!       "properties": { "type": "SelfHosted" },
//!       "dependsOn": ["factory"]
//!     },
//!     "portal": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-portal",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "portal",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', parameters('factoryName'))]",
//!               "groupIds": ["portal"]
//!             }
//!           }
//!         ]
//!       },
//!       "dependsOn": ["factory"]
//!     }
//!   }
//! }
//! ```
//!
//! The configuration says that the template is all there is:
//!
//! ```jsonc bad closed-world without=adf/portal-public-access-remains
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "publicNetworkAccess": "Disabled" // expect: adf/private-endpoint-missing
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { "type": "SelfHosted" }
//!   }
//! ]
//! ```
//!
//! ```jsonc good without=adf/portal-public-access-remains
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir-onprem",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "factory",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! A template without private endpoints leaves them to others:
//!
//! ```jsonc good without=adf/portal-public-access-remains
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir-onprem",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { "type": "SelfHosted" }
//!   }
//! ]
//! ```

use armlint_engine::dialect::{Dialect, World};
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::adf::private_endpoint_on_linked_factory;
use crate::model::endpoint::Connections;
use crate::model::factory::{FACTORIES, Factories};
use crate::model::runtime::RuntimeClass;
use crate::model::{deployed, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-endpoint-missing",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Azure Private Link for Azure Data Factory, 2023-07-13"],
    sentences: &["A3", "A7"],
    check: Check::Resource(&[FACTORIES], check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || graph.dialect != Dialect::Template || deployed::has_remote_parts(graph) {
        return;
    }
    let access = resource.property("publicNetworkAccess");
    if access.assumed || !access.is_text("Disabled").is_true() {
        return;
    }
    let (factories, connections) = (cx.derived(Factories::build), cx.derived(Connections::build));
    let Some(factory) = factories.of(resource) else { return };
    let runtime = factory
        .runtimes_of(graph, RuntimeClass::SelfHosted)
        .find(|runtime| deployed::along(runtime, resource));
    let Some(runtime) = runtime else { return };
    // Where there are none at all, somebody else deploys them.
    let sibling = connections.list().first();
    if sibling.is_none() && graph.world == World::Open
        || !connections.reach(resource, Some("dataFactory")).is_false()
        || private_endpoint_on_linked_factory::has_misplaced_endpoint(resource, cx)
    {
        return;
    }
    let name = snippet::written(&resource.name.last(), "factory");
    let id = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(expression) => format!("[resourceId('{FACTORIES}', {expression})]"),
        None => format!("[resourceId('{FACTORIES}', '{name}')]"),
    };
    let finding = cx.report_on(
        resource,
        &access,
        "Public access is disabled but no private endpoint carries the self-hosted runtime's command channel",
    );
    if graph.world == World::Closed {
        finding.severity(Severity::High);
    }
    finding.related(runtime.place, "the self-hosted runtime");
    if let Some(sibling) = sibling {
        finding.related(graph.resource(sibling.resource).place, "a private endpoint to something else");
    }
    finding.traced(&access).help(format!(
        "add a `Microsoft.Network/privateEndpoints` resource with the connection \
         {{ \"privateLinkServiceId\": \"{id}\", \"groupIds\": [\"dataFactory\"] }}"
    ));
}
