//! Private endpoint has no private DNS zone group
//!
//! ## Why
//!
//! A private endpoint gives a store a private address, but clients keep asking for the public name. The
//! group of private DNS zones registers the address in the `privatelink` zone; without it the public name
//! keeps resolving to the public address, and traffic is refused or leaves the network
//! (private-endpoint-dns, 2023-11-15).
//!
//! Zone groups are often added by Azure Policy or another team. So the rule speaks only where the
//! template declares some private DNS zone or zone group, and none for this endpoint; with
//! `adf.closed-world` it always does.
//!
//! ## How to fix
//!
//! Add a `privateDnsZoneGroups` child to the endpoint that names the zone of its sub-resource.
//!
//! ## Examples
//!
//! One endpoint has its zone group, the other was forgotten:
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
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-lake", // expect: adf/private-dns-zone-missing
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "lake",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!             "groupIds": ["dfs"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! The zone is referred to, but the endpoint is not registered in it:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "vaultName": { "type": "string" }, "subnetId": { "type": "string" } },
//!   "resources": {
//!     "zone": { // expect: template/unused-existing
//!       "existing": true,
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2024-06-01",
//!       "name": "privatelink.vaultcore.azure.net"
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "[format('pe-{0}', parameters('vaultName'))]", // expect: adf/private-dns-zone-missing
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[parameters('subnetId')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "vault",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))]",
//!               "groupIds": ["vault"]
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! The configuration says that nobody else adds it:
//!
//! ```jsonc bad closed-world
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-lake", // expect: adf/private-dns-zone-missing
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!             "groupIds": ["dfs"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! A zone group under a condition counts:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "zoneId": { "type": "string", "defaultValue": "" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-lake",
//!       "location": "westeurope",
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "lake",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!               "groupIds": ["dfs"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     {
//!       "condition": "[not(empty(parameters('zoneId')))]",
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-lake/default",
//!       "dependsOn": ["[resourceId('Microsoft.Network/privateEndpoints', 'pe-lake')]"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           { "name": "lake", "properties": { "privateDnsZoneId": "[parameters('zoneId')]" } }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! Without any zone in the template, policy or another team adds the group:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-lake",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "lake",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!             "groupIds": ["dfs"]
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```

use std::collections::HashSet;

use armlint_engine::dialect::World;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::settings::Cloud;
use armlint_engine::span::Span;
use armlint_engine::value::Text;
use smol_str::SmolStr;

use crate::model::dns::{ENDPOINTS, ZONE_GROUPS as GROUPS, ZONES};
use crate::model::facts::{self, PrivateLink};
use crate::model::{deployed, endpoint, id, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-dns-zone-missing",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Azure Private Endpoint private DNS zone values, 2023-11-15"],
    sentences: &["A7", "A12"],
    check: Check::Deployment(check),
};

const RECORDS: &str = "Microsoft.Network/privateDnsZones/A";

// What registers endpoints in zones.
#[derive(Default)]
struct Registered {
    // Endpoints that are the declared parent of a zone group.
    parents: HashSet<ResourceId>,
    // The names of other endpoints that zone groups belong to.
    names: HashSet<SmolStr>,
    // Names of endpoints that are not known.
    open: Vec<Option<Text>>,
    // The zones that hold address records.
    zones: Vec<Text>,
}

impl Registered {
    fn read(graph: &Graph) -> Registered {
        let mut registered = Registered::default();
        for group in graph.of_type(GROUPS) {
            registered.parents.extend(group.parent);
            let name = group.name.segments.first().filter(|_| group.name.segments.len() > 1);
            match name {
                Some(name) if name.known().is_some() => {
                    registered.names.insert(id::name_key(name));
                }
                name => registered.open.push(name.cloned()),
            }
        }
        let records = graph.of_type(RECORDS).filter_map(|record| record.name.segments.first().cloned());
        registered.zones = records.collect();
        registered
    }

    // A name that is not known may be that of the endpoint.
    fn holds(&self, endpoint: &Resource) -> bool {
        let name = endpoint.name.last();
        let may_be =
            |open: &Option<Text>| open.as_ref().is_none_or(|open| !id::same_name(open, &name).is_false());
        let named = match name.known() {
            Some(_) => self.names.contains(&id::name_key(&name)),
            None => {
                self.names.iter().any(|key| !name.equals_ignore_case(&Text::Known(key.clone())).is_false())
            }
        };
        self.parents.contains(&endpoint.id) || named || self.open.iter().any(may_be)
    }

    // Records in the zone, or in one whose name is not known, may be those of the endpoint.
    fn has_record(&self, link: &PrivateLink, cloud: Cloud) -> bool {
        self.zones.iter().any(|zone| zone.known().is_none_or(|zone| link.is_zone(zone, cloud)))
    }
}

fn check(cx: &mut Context<'_>) {
    let (graph, cloud) = (cx.graph(), cx.settings().cloud);
    let sibling = graph.of_type(ZONES).chain(graph.of_type(GROUPS)).next();
    if sibling.is_none() && graph.world == World::Open || deployed::has_remote_parts(graph) {
        return;
    }
    let registered = Registered::read(graph);
    for endpoint in graph.of_type(ENDPOINTS).filter(|endpoint| !endpoint.existing) {
        if let Some((link, target)) = served(endpoint, cloud)
            && !registered.holds(endpoint)
            && !registered.has_record(link, cloud)
        {
            report(endpoint, link, target, sibling, cx);
        }
    }
}

fn report(
    resource: &Resource,
    link: &PrivateLink,
    target: Span,
    sibling: Option<&Resource>,
    cx: &mut Context<'_>,
) {
    let zone = link.zones(cx.settings().cloud).first().copied().unwrap_or_default();
    let name = Text::concat([resource.name.last(), Text::Known("/default".into())]);
    let name = snippet::written(&name, "name of the endpoint>/<default");
    let finding = cx.report_on(
        resource,
        &resource.place,
        "Private endpoint has no private DNS zone group, so clients keep resolving the public name",
    );
    finding.related(target, "what it leads to");
    if let Some(sibling) = sibling {
        finding.related(sibling.place, "the template declares this one");
    }
    finding.help(format!(
        "add {{ \"type\": \"{GROUPS}\", \"apiVersion\": \"2024-05-01\", \"name\": \"{name}\", \"properties\": \
         {{ \"privateDnsZoneConfigs\": [{{ \"name\": \"default\", \"properties\": {{ \"privateDnsZoneId\": \
         \"[resourceId('{ZONES}', '{zone}')]\" }} }}] }} }}"
    ));
}

// The sub-resource of the first connection, where its zone is known, and where its target is written.
fn served(resource: &Resource, cloud: Cloud) -> Option<(&'static PrivateLink, Span)> {
    let connections = endpoint::connections(resource);
    let connection = connections.first()?;
    let ty = connection.identity.as_ref()?.ty.as_deref()?;
    let group = connection.groups.elements()?.first()?;
    let link = facts::private_link(ty, group.known_text()?)?;
    (!link.zones(cloud).is_empty()).then_some((link, connection.target.origin.span))
}
