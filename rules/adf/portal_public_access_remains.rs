//! Authoring and monitoring of a private data factory stay reachable from public networks
//!
//! ## Why
//!
//! Whoever closes a data factory to public networks, or gives it private endpoints, may think that nobody
//! can open it from elsewhere any more. Neither does that: `publicNetworkAccess` concerns the self-hosted
//! runtimes only, and the private endpoint to `portal` adds a private way to the user interface and
//! closes no public one (data-factory-private-link, 2020-09-01 and 2023-07-13: you can still access the
//! portal through a public network).
//!
//! This is advice, said once for each factory: no property of a template changes it.
//!
//! ## How to fix
//!
//! Decide by roles who may author and run, and by Conditional Access from where they may sign in. If that
//! is settled, leave the rule out in the configuration.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales", // expect: adf/portal-public-access-remains
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
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
//! The endpoint to the portal adds a way and closes none:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "subnetId": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]", // expect: adf/portal-public-access-remains
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {}
//!     },
//!     "portal": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-portal",
//!       "location": "[resourceGroup().location]",
//!       "dependsOn": ["factory"],
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', parameters('factoryName'))]",
//!               "groupIds": ["portal"]
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! A Git folder does not say that its factory is private, but the configuration may:
//!
//! ```jsonc bad private-link=adf-sales
//! // file: factory/adf-sales.json
//! {
//!   "name": "adf-sales", // expect: adf/portal-public-access-remains
//!   "location": "westeurope",
//!   "properties": {}
//! }
//! // file: integrationRuntime/shir.json
//! { "name": "shir", "properties": { "type": "SelfHosted" } }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   }
//! ]
//! ```
//!
//! ```jsonc good
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "properties": {} }
//! // file: integrationRuntime/shir.json
//! { "name": "shir", "properties": { "type": "SelfHosted" } }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::endpoint::Connections;
use crate::model::factory::{FACTORIES, Factories};
use crate::model::private::{Cause, Private};
use crate::model::{deployed, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/portal-public-access-remains",
    category: Category::Network,
    severity: Severity::Low,
    equivalents: &[],
    references: &["Azure Private Link for Azure Data Factory, 2023-07-13"],
    sentences: &["A2", "A6"],
    check: Check::Resource(&[FACTORIES], check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let (factories, private) = (cx.derived(Factories::build), cx.derived(Private::build));
    let Some(factory) = factories.of(resource) else { return };
    // Declared under several conditions it is still one factory.
    if factory.resource != Some(resource.id) {
        return;
    }
    let connections = cx.derived(Connections::build);
    let portal = connections.first(resource, Some("portal")).map(|found| graph.resource(found.resource));
    let portal = portal.filter(|endpoint| deployed::along(endpoint, resource));
    let causes = private.of(factory).map(|privacy| privacy.causes.clone()).unwrap_or_default();
    if portal.is_none() && causes.is_empty() {
        return;
    }
    let name = snippet::called(resource, "this data factory");
    let message = format!(
        "Authoring and monitoring of {name} (portal, SDK, API) stay reachable from public networks: neither a \
         private endpoint nor `publicNetworkAccess` changes that"
    );
    let finding = cx.report_on(resource, &resource.place, message);
    for cause in &causes {
        match cause {
            Cause::Switch(value) => {
                finding.related(value.origin.span, "this concerns self-hosted runtimes only")
            }
            Cause::Endpoint(place) => {
                finding.related(*place, "this endpoint carries self-hosted runtimes only")
            }
            Cause::Configuration => finding,
        };
    }
    if let Some(endpoint) = portal {
        finding.related(endpoint.place, "this endpoint adds a private way to the portal");
    }
    finding.help("decide by roles who may author, and by Conditional Access from where they may sign in");
}
