//! Two portal private endpoints are registered in one private DNS zone
//!
//! ## Why
//!
//! The private endpoint to the sub-resource `portal` registers one and the same name in its zone,
//! whichever factory it leads to. So a zone holds one such endpoint: the record of a second overwrites
//! that of the first (data-factory-private-link, 2023-07-13: there can be only one private endpoint for
//! portal in a DNS zone). Either record reaches the portal, but which network the traffic takes is left
//! to chance, and deleting one endpoint breaks the other.
//!
//! ## How to fix
//!
//! Keep one portal endpoint for the networks that share the zone: it serves all factories. For networks
//! that must be apart use a zone each.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-one",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-one')]",
//!             "groupIds": ["portal"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-one/default",
//!     "dependsOn": ["[resourceId('Microsoft.Network/privateEndpoints', 'pe-one')]"],
//!     "properties": {
//!       "privateDnsZoneConfigs": [
//!         {
//!           "name": "zone",
//!           "properties": {
//!             "privateDnsZoneId": "[resourceId('hub', 'Microsoft.Network/privateDnsZones', 'privatelink.adf.azure.com')]"
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-two",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-two')]",
//!             "groupIds": ["portal"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-two/default",
//!     "dependsOn": ["[resourceId('Microsoft.Network/privateEndpoints', 'pe-two')]"],
//!     "properties": {
//!       "privateDnsZoneConfigs": [
//!         {
//!           "name": "zone",
//!           "properties": {
//!             // expect: adf/portal-endpoint-duplicate
//!             "privateDnsZoneId": "[resourceId('hub', 'Microsoft.Network/privateDnsZones', 'privatelink.adf.azure.com')]"
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! The zone is whatever is given to one parameter:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": {
//!     "portalZoneId": { "type": "string", "defaultValue": "" },
//!     "subnetId": { "type": "string" }
//!   },
//!   "resources": {
//!     "one": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-one",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-one')]",
//!               "groupIds": ["portal"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "one::zones": {
//!       "condition": "[not(empty(parameters('portalZoneId')))]",
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-one/default",
//!       "dependsOn": ["one"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "portal",
//!             "properties": { "privateDnsZoneId": "[parameters('portalZoneId')]" }
//!           }
//!         ]
//!       }
//!     },
//!     "two": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-two",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-two')]",
//!               "groupIds": ["portal"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "two::zones": {
//!       "condition": "[not(empty(parameters('portalZoneId')))]",
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-two/default",
//!       "dependsOn": ["two"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "portal",
//!             "properties": {
//!               "privateDnsZoneId": "[parameters('portalZoneId')]" // expect: adf/portal-endpoint-duplicate
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! The other endpoint leads to runtimes, and has a zone of its own:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-portal",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-one')]",
//!             "groupIds": ["portal"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-portal/default",
//!     "dependsOn": ["[resourceId('Microsoft.Network/privateEndpoints', 'pe-portal')]"],
//!     "properties": {
//!       "privateDnsZoneConfigs": [
//!         {
//!           "name": "zone",
//!           "properties": {
//!             "privateDnsZoneId": "[resourceId('hub', 'Microsoft.Network/privateDnsZones', 'privatelink.adf.azure.com')]"
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-runtimes",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-one')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-runtimes/default",
//!     "dependsOn": ["[resourceId('Microsoft.Network/privateEndpoints', 'pe-runtimes')]"],
//!     "properties": {
//!       "privateDnsZoneConfigs": [
//!         {
//!           "name": "zone",
//!           "properties": {
//!             "privateDnsZoneId": "[resourceId('hub', 'Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]"
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! Networks that are apart have a zone each:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": {
//!     "firstZoneId": { "type": "string" },
//!     "secondZoneId": { "type": "string" },
//!     "subnetId": { "type": "string" }
//!   },
//!   "resources": {
//!     "one": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-one",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-one')]",
//!               "groupIds": ["portal"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "one::zones": {
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-one/default",
//!       "dependsOn": ["one"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "portal",
//!             "properties": { "privateDnsZoneId": "[parameters('firstZoneId')]" }
//!           }
//!         ]
//!       }
//!     },
//!     "two": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-two",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-two')]",
//!               "groupIds": ["portal"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "two::zones": {
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-two/default",
//!       "dependsOn": ["two"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "portal",
//!             "properties": { "privateDnsZoneId": "[parameters('secondZoneId')]" }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use smol_str::SmolStr;

use crate::model::dns::{Registration, Registrations};
use crate::model::factory::FACTORIES;
use crate::model::{deployed, endpoint};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/portal-endpoint-duplicate",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Azure Private Link for Azure Data Factory, 2023-07-13"],
    sentences: &["A2"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let registrations = cx.derived(Registrations::build);
    let mut zones: HashMap<SmolStr, Vec<&Registration>> = HashMap::new();
    for registration in registrations.list() {
        if !is_portal(graph.resource(registration.endpoint)) {
            continue;
        }
        let Some(key) = registration.zone.key() else { continue };
        let others = zones.entry(key).or_default();
        // One finding for a zone, at the second endpoint.
        let earlier = others.iter().find(|other| is_second(graph, other, registration));
        if let Some(earlier) = earlier.filter(|_| others.len() == 1) {
            report(registration, earlier, cx);
        }
        others.push(registration);
    }
}

fn report(registration: &Registration, earlier: &Registration, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let id = &registration.zone.id;
    let finding = cx.report_on(
        graph.resource(registration.group),
        id,
        "A DNS zone can hold one portal private endpoint; this second one overwrites the record of the first",
    );
    finding
        .related(graph.resource(registration.endpoint).place, "the second portal endpoint")
        .related(graph.resource(earlier.endpoint).place, "the first portal endpoint")
        .related(earlier.zone.id.origin.span, "it is registered in the same zone")
        .traced(id)
        .help("keep one portal endpoint for a zone: it serves all factories");
    if id.assumed {
        finding.confidence(Confidence::Medium);
    }
}

fn is_portal(resource: &Resource) -> bool {
    endpoint::connections(resource).iter().any(|connection| {
        let ty = connection.identity.as_ref().and_then(|identity| identity.ty.as_deref());
        ty.is_some_and(|ty| ty.eq_ignore_ascii_case(FACTORIES)) && connection.holds("portal").is_true()
    })
}

// Whether two registrations are of two endpoints that exist at the same time.
fn is_second(graph: &Graph, first: &Registration, second: &Registration) -> bool {
    let (one, other) = (graph.resource(first.group), graph.resource(second.group));
    first.endpoint != second.endpoint && (deployed::along(one, other) || deployed::along(other, one))
}
