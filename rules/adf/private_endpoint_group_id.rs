//! Private endpoint to a data factory does not name one of its sub-resources
//!
//! ## Why
//!
//! A data factory has two sub-resources: `dataFactory` for self-hosted integration runtimes and `portal`
//! for authoring and monitoring. A private endpoint leads to exactly one of them
//! (data-factory-private-link, 2023-07-13); any other value, several, or none fails at deployment.
//!
//! ## How to fix
//!
//! Name `dataFactory` or `portal` in `groupIds`. For both, declare two private endpoints.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "factory",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!             "groupIds": ["dataFactories"] // expect: adf/private-endpoint-group-id
//!           }
//!         }
//!       ]
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
//!   "parameters": { "subnetId": { "type": "string" } },
//!   "variables": { "factoryName": "adf-sales" },
//!   "resources": {
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-factory",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "manualPrivateLinkServiceConnections": [
//!           {
//!             "name": "factory",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', variables('factoryName'))]",
//!               "groupIds": ["dataFactory", "portal"] // expect: adf/private-endpoint-group-id
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-portal",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "portal",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!             "groupIds": ["Portal"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "groups": { "type": "array" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-factory",
//!       "location": "westeurope",
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "factory",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!               "groupIds": "[parameters('groups')]"
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Value;

use crate::model::endpoint::{self, Connection};
use crate::model::factory::FACTORIES;
use crate::model::runtime::{Presence, presence};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-endpoint-group-id",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Azure Private Link for Azure Data Factory, 2023-07-13"],
    sentences: &["A2", "A3"],
    check: Check::Resource(&["Microsoft.Network/privateEndpoints"], check),
};

const GROUPS: [&str; 2] = ["dataFactory", "portal"];

fn check(resource: &Resource, cx: &mut Context<'_>) {
    for connection in endpoint::connections(resource) {
        let ty = connection.identity.as_ref().and_then(|identity| identity.ty.as_deref());
        if ty.is_some_and(|ty| ty.eq_ignore_ascii_case(FACTORIES)) {
            check_groups(resource, &connection, cx);
        }
    }
}

fn check_groups(resource: &Resource, connection: &Connection, cx: &mut Context<'_>) {
    const MESSAGE: &str =
        "Private endpoint to a data factory must name exactly one sub-resource: `dataFactory` or `portal`";
    let (place, said): (&Value, String) = match connection.groups.elements() {
        None if presence(&connection.groups) == Presence::Absent => (&connection.groups, MESSAGE.into()),
        None => return,
        Some([]) => (&connection.groups, MESSAGE.into()),
        Some([only]) => {
            if !GROUPS.iter().all(|group| only.is_text(group).is_false()) {
                return;
            }
            let named = only.known_text().map(|name| format!("{MESSAGE}, not `{name}`"));
            (only, named.unwrap_or_else(|| MESSAGE.into()))
        }
        Some(_) => (&connection.groups, format!("{MESSAGE}, not several")),
    };
    let finding = cx.report_on(resource, place, said);
    finding.related(connection.target.origin.span, "the factory").traced(place).help(
        "write `\"groupIds\": [\"dataFactory\"]` for self-hosted runtimes or `\"groupIds\": [\"portal\"]` for \
         authoring, and declare a private endpoint for each",
    );
    if place.assumed {
        finding.confidence(Confidence::Medium);
    }
}
