//! Data factory accepts self-hosted runtime traffic from public networks
//!
//! ## Why
//!
//! A self-hosted integration runtime fetches its work from the factory's service endpoint. That endpoint
//! is open to public networks unless `publicNetworkAccess` is `Disabled`; a factory that does not set the
//! property is open. A private endpoint adds a second way in and closes nothing (private-endpoint-overview,
//! 2023-08-02: private endpoints do not necessarily restrict public network access).
//!
//! The switch concerns the self-hosted runtime only. Azure and Azure-SSIS runtimes ignore it, and the
//! portal stays reachable from public networks (data-factory-private-link, 2023-07-13). So the rule speaks
//! only of factories that have a self-hosted runtime or a private endpoint for one, and with `adf.strict` of
//! all; and only in templates: a Git folder does not hold the property.
//!
//! ## How to fix
//!
//! Set `publicNetworkAccess` to `Disabled`. The runtimes then need a private endpoint to the sub-resource
//! `dataFactory`, and must resolve the factory's name to it.
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
//!     "properties": { "publicNetworkAccess": "Enabled" } // expect: adf/public-network-access
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
//!
//! A private endpoint does not close the public one:
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
//!       "properties": {} // expect: adf/public-network-access
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-factory",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "factory",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', parameters('factoryName'))]",
//!               "groupIds": ["dataFactory"]
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
//! A strict configuration wants the switch in every factory:
//!
//! ```jsonc bad strict
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {} // expect: adf/public-network-access
//!   }
//! ]
//! ```
//!
//! Without a self-hosted runtime there is no such traffic:
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
//! What a deployment chooses is not known here:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "access": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "[parameters('access')]" }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/shir-onprem",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!       "properties": { "type": "SelfHosted" }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Confidence, Edit, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{Truth, Value};

use crate::model::endpoint::Connections;
use crate::model::factory::{FACTORIES, Factories};
use crate::model::facts::Fact;
use crate::model::runtime::{Presence, RuntimeClass, presence};
use crate::model::{deployed, edit};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/public-network-access",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &["CKV_AZURE_104", "AZU-0035"],
    references: &[
        "Azure Private Link for Azure Data Factory, 2023-07-13",
        "What is a private endpoint, 2023-08-02",
    ],
    sentences: &["A1", "A3", "A7"],
    check: Check::Resource(&[FACTORIES], check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let switch = Fact::FactoryPublicAccess.holds(cx.settings().as_of);
    if resource.existing || graph.dialect.is_folder() || !switch {
        return;
    }
    let access = resource.property("publicNetworkAccess");
    let open = match presence(&access) {
        Presence::Absent => Truth::True,
        Presence::Present => !access.is_text("Disabled"),
        Presence::Unknown => Truth::Unknown,
    };
    if !open.is_true() {
        return;
    }
    let (factories, connections) = (cx.derived(Factories::build), cx.derived(Connections::build));
    let Some(factory) = factories.of(resource) else { return };
    let runtime = factory
        .runtimes_of(graph, RuntimeClass::SelfHosted)
        .find(|runtime| deployed::along(runtime, resource));
    let connection = connections
        .first(resource, Some("dataFactory"))
        .map(|connection| graph.resource(connection.resource))
        .filter(|endpoint| deployed::along(endpoint, resource));
    if runtime.is_none() && connection.is_none() && !cx.settings().adf.strict {
        return;
    }
    let mut message = String::from("Data factory accepts self-hosted runtime traffic from public networks");
    if connection.is_some() {
        message.push_str(": a private endpoint does not close the public endpoint");
    }
    let place = if resource.properties.is_absent() { resource.place } else { access.origin.span };
    let edit = closing(graph, resource, &access);
    let finding = cx.report_on(resource, &place, message);
    if let Some(edit) = edit {
        finding.fix("Close the factory to public networks", Applicability::Unsafe, vec![edit]);
    }
    if let Some(runtime) = runtime {
        finding.related(runtime.place, "the self-hosted runtime");
    }
    if let Some(endpoint) = connection {
        finding.related(endpoint.place, "the private endpoint to the factory");
    }
    if access.assumed {
        finding.confidence(Confidence::Medium);
    }
    finding.traced(&access).help(
        "set `\"publicNetworkAccess\": \"Disabled\"` in `properties`; self-hosted runtimes then need a private \
         endpoint to the sub-resource `dataFactory`",
    );
}

// Sets the switch, where it or the properties are written in place.
fn closing(graph: &Graph, resource: &Resource, access: &Value) -> Option<Edit> {
    const KEY: &str = "publicNetworkAccess";
    const DISABLED: &str = "\"Disabled\"";
    if presence(access) == Presence::Present {
        return edit::replace(access, DISABLED);
    }
    if resource.properties.is_absent() {
        return edit::add_member(graph, resource.span, "properties", &format!("{{ \"{KEY}\": {DISABLED} }}"));
    }
    let written = access.is_absent() && resource.properties.object().is_some();
    let own = written.then_some(resource.properties.origin.span)?;
    edit::add_member(graph, own, KEY, DISABLED)
}
