//! Runtime in the managed virtual network is in another region than the factory
//!
//! ## Why
//!
//! The managed virtual network exists in the region of the factory only, and a runtime in it must run in
//! that region (managed-virtual-network-private-endpoint, 2023-08-02). The first edition of that page
//! (2020-03-26) announced that the limit would go; it did not.
//!
//! ## How to fix
//!
//! Set the location to `AutoResolve`, which means the region of the factory.
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
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ir-managed",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!     "properties": {
//!       "type": "Managed",
//!       "typeProperties": {
//!         "computeProperties": { "location": "East US" } // expect: adf/managed-runtime-location
//!       },
//!       "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc bad
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "northeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": {
//!       "computeProperties": { "location": "West Europe" } // expect: adf/managed-runtime-location
//!     },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! ```
//!
//! The display name and the short name are the same region:
//!
//! ```jsonc good
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "northeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "North Europe" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "location": { "type": "string", "defaultValue": "[resourceGroup().location]" } },
//!   "resources": {
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales",
//!       "location": "[parameters('location')]",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {}
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/default",
//!       "properties": {},
//!       "dependsOn": ["factory"]
//!     },
//!     "runtime": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/ir-managed",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "[parameters('location')]" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       },
//!       "dependsOn": ["network"]
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Confidence, Edit, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::{Factories, INTEGRATION_RUNTIMES};
use crate::model::facts::Fact;
use crate::model::runtime::{self, RuntimeClass};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-runtime-location",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &["B9"],
    check: Check::Resource(INTEGRATION_RUNTIMES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let bound = Fact::SameRegion.holds(cx.settings().as_of);
    if !bound || runtime::class(resource) != RuntimeClass::Managed {
        return;
    }
    let factories = cx.derived(Factories::build);
    let factory = factories.of(resource).and_then(|factory| factory.declared(graph));
    let Some(factory) = factory else { return };
    let region = factory.location();
    let location = resource.property("typeProperties.computeProperties.location");
    let (Some(own), Some(wanted)) = (location.known_text(), region.known_text()) else { return };
    if own.is_empty() || wanted.is_empty() || is_region(own, "AutoResolve") || is_region(own, wanted) {
        return;
    }
    let name = snippet::called(resource, "declared here");
    let finding = cx.report_on(
        resource,
        &location,
        format!("Managed-network runtime {name} is in `{own}`, the factory in `{wanted}`"),
    );
    finding
        .related(region.origin.span, "the region of the factory")
        .traced(&location)
        .traced(&region)
        .help("write \"location\": \"AutoResolve\"");
    if location.assumed || region.assumed {
        finding.confidence(Confidence::Medium);
    }
    if location.origin.via.is_none() && !location.assumed {
        let edit = Edit { span: location.origin.span, text: "\"AutoResolve\"".into() };
        finding.fix("Let the runtime follow the factory", Applicability::Safe, vec![edit]);
    }
}

// "West Europe" and "westeurope" are one region.
fn is_region(a: &str, b: &str) -> bool {
    let letters = |text: &'_ str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(a) == letters(b)
}
