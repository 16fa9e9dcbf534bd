//! Debug runs against Cosmos DB do not work from the managed virtual network
//!
//! ## Why
//!
//! While the managed virtual network was in preview, debug runs that connect to Cosmos DB failed in it,
//! those of data flows and those of pipelines (managed-virtual-network-private-endpoint, 2020-03-26). No
//! later edition of the page says so: the rule speaks for days before 2020-07-15 only.
//!
//! ## How to fix
//!
//! Run the pipeline by a trigger. Debug it on a runtime outside of the managed virtual network.
//!
//! ## Examples
//!
//! ```jsonc bad as-of=2020-04-01
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/cosmos-orders.json
//! {
//!   "name": "cosmos-orders",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/orders/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-orders",
//!     "groupId": "Sql"
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
//! // file: linkedService/ls_orders.json
//! {
//!   "name": "ls_orders",
//!   "properties": {
//!     "type": "CosmosDb", // expect: adf/cosmos-debug-unsupported
//!     "typeProperties": { "accountEndpoint": "https://cosmos-orders.documents.azure.com:443/", "database": "orders" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```
//!
//! ```jsonc bad as-of=2020-04-01
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" }, "accountEndpoint": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/default')]",
//!       "properties": {}
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
//!       "name": "[concat(parameters('factoryName'), '/ls_orders')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', parameters('factoryName'), 'ir-managed')]"],
//!       "properties": {
//!         "type": "CosmosDb", // expect: adf/cosmos-debug-unsupported
//!         "typeProperties": { "accountEndpoint": "[parameters('accountEndpoint')]", "database": "orders" },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! The same folder today:
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/cosmos-orders.json
//! {
//!   "name": "cosmos-orders",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/orders/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-orders",
//!     "groupId": "Sql"
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
//! // file: linkedService/ls_orders.json
//! {
//!   "name": "ls_orders",
//!   "properties": {
//!     "type": "CosmosDb",
//!     "typeProperties": { "accountEndpoint": "https://cosmos-orders.documents.azure.com:443/", "database": "orders" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! ```
//!
//! Outside of the managed virtual network:
//!
//! ```jsonc good as-of=2020-04-01
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-orders/shir-onprem",
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-orders/ls_orders",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-orders', 'shir-onprem')]"],
//!     "properties": {
//!       "type": "CosmosDb",
//!       "typeProperties": { "accountEndpoint": "https://cosmos-orders.documents.azure.com:443/", "database": "orders" },
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" }
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::LINKED_SERVICES;
use crate::model::facts::Fact;
use crate::model::{reach, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/cosmos-debug-unsupported",
    category: Category::Correctness,
    severity: Severity::Low,
    equivalents: &[],
    references: &["Data Factory, managed virtual network (preview), 2020-03-26"],
    sentences: &["B33"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let ty = resource.property("type");
    if !Fact::NoCosmosDebug.holds(cx.settings().as_of) || !ty.is_text("CosmosDb").is_true() {
        return;
    }
    let consumers = reach::consumers(resource, cx);
    if consumers.is_empty() {
        return;
    }
    let name = snippet::called(resource, "this linked service");
    let message = format!("Debug runs against the Cosmos DB of {name} fail in the managed virtual network");
    let finding = cx.report_on(resource, &ty, message);
    for consumer in consumers {
        finding.related(consumer.place, consumer.label);
    }
    finding.help("run the pipeline by a trigger, or debug it outside of the managed virtual network");
}
