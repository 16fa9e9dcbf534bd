//! Private DNS zone does not serve the sub-resource of its private endpoint
//!
//! ## Why
//!
//! Each sub-resource of Private Link has its own zone: `privatelink.datafactory.azure.net` for the
//! sub-resource `dataFactory`, `privatelink.adf.azure.com` for `portal` (private-endpoint-dns,
//! 2023-11-15). In any other zone the record is never asked for: clients keep resolving the public name.
//!
//! The rule compares names: a zone may live in any resource group or subscription. It is silent where
//! the name of the zone or the sub-resource is not known.
//!
//! ## How to fix
//!
//! Refer to the zone of the sub-resource. Some sub-resources need several zones; declare a configuration
//! for each.
//!
//! ## Examples
//!
//! The endpoint for the portal is registered in the zone for runtimes:
//!
//! ```jsonc bad
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
//!             "groupIds": ["portal"]
//!           }
//!         }
//!       ]
//!     },
//!     "resources": [
//!       {
//!         "type": "privateDnsZoneGroups",
//!         "apiVersion": "2024-05-01",
//!         "name": "default",
//!         "dependsOn": ["pe-portal"],
//!         "properties": {
//!           "privateDnsZoneConfigs": [
//!             {
//!               "name": "portal",
//!               "properties": {
//!                 // expect: adf/private-dns-zone-mismatch
//!                 "privateDnsZoneId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.datafactory.azure.net"
//!               }
//!             }
//!           ]
//!         }
//!       }
//!     ]
//!   }
//! ]
//! ```
//!
//! The zone of `blob` does not serve `dfs`:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "lakeName": { "type": "string" }, "subnetId": { "type": "string" }, "hub": { "type": "string" } },
//!   "resources": {
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "[format('pe-{0}', parameters('lakeName'))]",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "lake",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('lakeName'))]",
//!               "groupIds": ["dfs"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "endpoint::zones": {
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "[format('{0}/{1}', format('pe-{0}', parameters('lakeName')), 'default')]",
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "lake",
//!             "properties": {
//!               // expect: adf/private-dns-zone-mismatch
//!               "privateDnsZoneId": "[resourceId(parameters('hub'), 'Microsoft.Network/privateDnsZones', format('privatelink.blob.{0}', environment().suffixes.storage))]"
//!             }
//!           }
//!         ]
//!       },
//!       "dependsOn": ["endpoint"]
//!     }
//!   }
//! }
//! ```
//!
//! The right zone is declared, and the fix names it:
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.Network/privateDnsZones",
//!     "apiVersion": "2024-06-01",
//!     "name": "privatelink.adf.azure.com",
//!     "location": "global"
//!   },
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
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
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
//!             // expect: adf/private-dns-zone-mismatch
//!             "privateDnsZoneId": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]"
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good
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
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory/default",
//!     "dependsOn": ["[resourceId('Microsoft.Network/privateEndpoints', 'pe-factory')]"],
//!     "properties": {
//!       "privateDnsZoneConfigs": [
//!         {
//!           "name": "factory",
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
//! A zone may carry the name of its region, and a sub-resource may need several zones:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "clusterName": { "type": "string" }, "hub": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-kusto",
//!       "location": "westeurope",
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "kusto",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.Kusto/clusters', parameters('clusterName'))]",
//!               "groupIds": ["cluster"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     {
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-kusto/default",
//!       "dependsOn": ["[resourceId('Microsoft.Network/privateEndpoints', 'pe-kusto')]"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "kusto",
//!             "properties": {
//!               "privateDnsZoneId": "[resourceId(parameters('hub'), 'Microsoft.Network/privateDnsZones', concat('privatelink.', resourceGroup().location, '.kusto.windows.net'))]"
//!             }
//!           },
//!           {
//!             "name": "blob",
//!             "properties": {
//!               "privateDnsZoneId": "[resourceId(parameters('hub'), 'Microsoft.Network/privateDnsZones', 'privatelink.blob.core.windows.net')]"
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Confidence, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::settings::Cloud;
use armlint_engine::value::{Text, Truth, Value};
use smol_str::SmolStr;

use crate::model::dns::{self, Owners, ZONES};
use crate::model::facts::{self, PrivateLink};
use crate::model::{deployed, edit, endpoint};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-dns-zone-mismatch",
    category: Category::Network,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Azure Private Endpoint private DNS zone values, 2023-11-15",
        "Azure Private Link for Azure Data Factory, 2023-07-13",
    ],
    sentences: &["A7", "A12"],
    check: Check::Resource(&["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"], check),
};

// A zone that is right in another cloud is right: templates name the cloud they are written for.
const CLOUDS: [Cloud; 3] = [Cloud::Public, Cloud::UsGovernment, Cloud::China];

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let (graph, cloud) = (cx.graph(), cx.settings().cloud);
    let owners = cx.derived(Owners::build);
    let Some(endpoint) = owners.endpoint_of(graph, resource) else { return };
    let Some(links) = links(endpoint) else { return };
    let configs = dns::configs(resource);
    let configs: Vec<(&Value, &Text)> =
        configs.iter().filter_map(|config| Some((&config.id, config.name()?))).collect();
    let serves = |zone: &Text| Truth::any(links.iter().map(|link| serves(zone, link)));
    let one_zone = links.iter().all(|link| link.zones(cloud).len() == 1);
    if one_zone && links.len() == 1 && configs.iter().any(|(_, zone)| serves(zone).is_true()) {
        return;
    }
    for (id, zone) in configs.iter().filter(|(_, zone)| serves(zone).is_false()) {
        let Some(link) = links.first() else { return };
        let expected = link.zones(cloud).join("` or `");
        let zone = zone.display();
        let (group, ty) = (link.group, link.ty);
        let edit = right_zone(graph, resource, link, cloud).and_then(|zone| {
            edit::replace_expression(graph, id, &format!("\"[resourceId('{ZONES}', '{zone}')]\""))
        });
        let finding = cx.report_on(
            resource,
            *id,
            format!("Zone `{zone}` does not serve sub-resource `{group}` of `{ty}`; expected `{expected}`"),
        );
        finding.related(endpoint.place, "the private endpoint").traced(id);
        finding.help(format!("name the zone `{expected}` in `privateDnsZoneId`"));
        if id.assumed {
            finding.confidence(Confidence::Medium);
        }
        if let Some(edit) = edit.filter(|_| links.len() == 1) {
            finding.fix("Name the declared zone of the sub-resource", Applicability::Safe, vec![edit]);
        }
    }
}

// The name of the zone of the sub-resource, where the same template declares it.
fn right_zone(graph: &Graph, group: &Resource, link: &PrivateLink, cloud: Cloud) -> Option<SmolStr> {
    let mut zones = graph.of_type(ZONES).filter(|zone| {
        zone.module == group.module && zone.span.source == group.span.source && deployed::along(zone, group)
    });
    let right = |zone: &Resource| {
        let name = zone.name.last();
        name.known().filter(|name| link.is_zone(name, cloud) && !zone.existing).cloned()
    };
    zones.find_map(right)
}

// The sub-resources that the endpoint leads to; none where one of them is not known.
fn links(endpoint: &Resource) -> Option<Vec<&'static PrivateLink>> {
    let mut links = Vec::new();
    for connection in endpoint::connections(endpoint) {
        let ty = connection.identity.as_ref()?.ty.clone()?;
        for group in connection.groups.elements()? {
            links.push(facts::private_link(&ty, group.known_text()?)?);
        }
    }
    let known = !links.is_empty() && links.iter().all(|link| !link.zones(Cloud::Public).is_empty());
    known.then_some(links)
}

// Whether a zone serves a sub-resource in some cloud; the zone without `privatelink.` does so for clients
// that ask for the private name itself.
fn serves(zone: &Text, link: &PrivateLink) -> Truth {
    if let Some(zone) = zone.known() {
        let private = format!("privatelink.{zone}");
        let right = |cloud: &Cloud| link.is_zone(zone, *cloud) || link.is_zone(&private, *cloud);
        return Truth::from(CLOUDS.iter().any(right));
    }
    let expected = CLOUDS.iter().flat_map(|cloud| link.zones(*cloud));
    Truth::any(expected.map(|expected| match (expected.find('{'), expected.rfind('}')) {
        (Some(_), Some(end)) => zone.ends_with(&expected[end + 1..]).and(Truth::Unknown),
        _ => zone.equals_ignore_case(&Text::Known((*expected).into())),
    }))
}
