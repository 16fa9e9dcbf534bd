//! Azure integration runtime is outside of the managed virtual network
//!
//! ## Why
//!
//! An Azure integration runtime runs on public compute unless it is created inside of the managed virtual
//! network; only there can it use managed private endpoints. The network alone isolates nothing: each
//! runtime must be put into it (managed-virtual-network-private-endpoint, 2023-08-02).
//!
//! Azure-SSIS and self-hosted runtimes never run there, and are not meant; nor is
//! `AutoResolveIntegrationRuntime` with `adf.allow-auto-resolve`. With `adf.strict` the rule speaks also
//! where the factory has no managed virtual network.
//!
//! ## How to fix
//!
//! Add `managedVirtualNetwork` beside `typeProperties`. A runtime that exists cannot be switched: create
//! another one, move the linked services to it, and delete the old one.
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
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ir-azure",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!     "properties": { // expect: adf/azure-runtime-not-isolated
//!       "type": "Managed",
//!       "typeProperties": { "computeProperties": { "location": "AutoResolve" } }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: integrationRuntime/ir-azure.json
//! {
//!   "name": "ir-azure",
//!   "properties": { // expect: adf/azure-runtime-not-isolated
//!     "type": "Managed",
//!     "typeProperties": {
//!       "computeProperties": {
//!         "location": "AutoResolve",
//!         "dataFlowProperties": { "computeType": "General", "coreCount": 8, "timeToLive": 0 }
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
//! // file: integrationRuntime/shir-onprem.json
//! { "name": "shir-onprem", "properties": { "type": "SelfHosted" } }
//! ```
//!
//! A condition may put the runtime into the network:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "isolated": { "type": "bool", "defaultValue": false } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/default",
//!       "properties": {}
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/ir-azure",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": "[if(parameters('isolated'), createObject('type', 'ManagedVirtualNetworkReference', 'referenceName', 'default'), null())]"
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::adf::managed_vnet_missing;
use crate::model::factory::{Factories, INTEGRATION_RUNTIMES};
use crate::model::runtime::{AUTO_RESOLVE, Presence, RuntimeClass, presence};
use crate::model::{deployed, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/azure-runtime-not-isolated",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &["B2", "B3"],
    check: Check::Resource(INTEGRATION_RUNTIMES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    // A network in the wrong place has a rule of its own.
    let misplaced = presence(&resource.property("typeProperties.managedVirtualNetwork")) != Presence::Absent;
    let (factories, settings) = (cx.derived(Factories::build), &cx.settings().adf);
    let Some(factory) = factories.of(resource) else { return };
    let own = resource.name.last();
    let (class, _) = factory.class_of(graph, &own);
    let allowed = settings.allow_auto_resolve
        && own.known().is_some_and(|name| name.eq_ignore_ascii_case(AUTO_RESOLVE));
    if class != RuntimeClass::Global || misplaced || allowed {
        return;
    }
    let mut networks = factory.networks.iter().map(|id| graph.resource(*id));
    let network = networks.find(|network| deployed::along(network, resource));
    // Of a factory without a network its own rule tells all.
    let told = |id| !managed_vnet_missing::on_public_compute(graph.resource(id), cx).is_empty();
    if network.is_none() && (!settings.strict || factory.resource.is_some_and(told)) {
        return;
    }
    let absent = resource.property("managedVirtualNetwork");
    let name = snippet::called(resource, "declared here");
    let message = format!("Azure integration runtime {name} is not in the managed virtual network");
    let finding = cx.report_on(resource, &absent, message);
    if let Some(network) = network {
        finding.related(network.place, "the managed virtual network");
    }
    finding.help(
        "add \"managedVirtualNetwork\": { \"type\": \"ManagedVirtualNetworkReference\", \"referenceName\": \
         \"default\" } beside `typeProperties`; a runtime that exists already must be created anew",
    );
}
