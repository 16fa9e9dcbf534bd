//! Private DNS zone is not linked to the network of its private endpoint
//!
//! ## Why
//!
//! A private DNS zone answers only in virtual networks that it is linked to (private-endpoint-dns,
//! 2023-11-15). In any other network the name of the factory or store keeps resolving to the public
//! address although the private endpoint stands there and is registered in the zone.
//!
//! The rule speaks where the template declares the zone, the virtual network and the endpoint, and no
//! link from the zone to that network, or to one that it is peered with. A network with DNS servers of
//! its own asks these, so it needs no link. The machines of self-hosted runtimes have to find the private
//! endpoint of their factory, so that the zone is linked to their networks as well.
//!
//! ## How to fix
//!
//! Add a `virtualNetworkLinks` child to the zone for the network whose machines have to reach the
//! endpoint.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.Network/virtualNetworks",
//!     "apiVersion": "2024-05-01",
//!     "name": "vnet1",
//!     "location": "westeurope",
//!     "properties": {
//!       "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
//!       "subnets": [{ "name": "endpoints", "properties": { "addressPrefix": "10.0.0.0/24" } }]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', 'vnet1')]"],
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
//!   },
//!   {
//!     "type": "Microsoft.Network/privateDnsZones",
//!     "apiVersion": "2024-06-01",
//!     "name": "privatelink.datafactory.azure.net", // expect: adf/private-dns-zone-not-linked
//!     "location": "global"
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory/default",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.Network/privateEndpoints', 'pe-factory')]",
//!       "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]"
//!     ],
//!     "properties": {
//!       "privateDnsZoneConfigs": [
//!         {
//!           "name": "zone",
//!           "properties": {
//!             "privateDnsZoneId": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]"
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! The link of the other zone was copied, and this one was forgotten:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "networkName": { "type": "string" }, "vaultName": { "type": "string" } },
//!   "resources": {
//!     "network": {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2024-05-01",
//!       "name": "[parameters('networkName')]",
//!       "location": "westeurope",
//!       "properties": {
//!         "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
//!         "subnets": [{ "name": "endpoints", "properties": { "addressPrefix": "10.0.0.0/24" } }]
//!       }
//!     },
//!     "zone": {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2024-06-01",
//!       "name": "privatelink.vaultcore.azure.net", // expect: adf/private-dns-zone-not-linked
//!       "location": "global"
//!     },
//!     "other": {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2024-06-01",
//!       "name": "privatelink.blob.core.windows.net",
//!       "location": "global"
//!     },
//!     "link": {
//!       "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
//!       "apiVersion": "2024-06-01",
//!       "name": "privatelink.blob.core.windows.net/link",
//!       "location": "global",
//!       "dependsOn": ["network", "other"],
//!       "properties": {
//!         "registrationEnabled": false,
//!         "virtualNetwork": {
//!           "id": "[resourceId('Microsoft.Network/virtualNetworks', parameters('networkName'))]"
//!         }
//!       }
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-vault",
//!       "location": "westeurope",
//!       "dependsOn": ["network"],
//!       "properties": {
//!         "subnet": {
//!           "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('networkName'), 'endpoints')]"
//!         },
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
//!     },
//!     "endpoint::zones": {
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-vault/default",
//!       "dependsOn": ["endpoint", "zone"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "vault",
//!             "properties": {
//!               "privateDnsZoneId": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.vaultcore.azure.net')]"
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
//!     "type": "Microsoft.Network/virtualNetworks",
//!     "apiVersion": "2024-05-01",
//!     "name": "vnet1",
//!     "location": "westeurope",
//!     "properties": {
//!       "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
//!       "subnets": [{ "name": "endpoints", "properties": { "addressPrefix": "10.0.0.0/24" } }]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', 'vnet1')]"],
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
//!   },
//!   {
//!     "type": "Microsoft.Network/privateDnsZones",
//!     "apiVersion": "2024-06-01",
//!     "name": "privatelink.datafactory.azure.net",
//!     "location": "global"
//!   },
//!   {
//!     "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
//!     "apiVersion": "2024-06-01",
//!     "name": "privatelink.datafactory.azure.net/link",
//!     "location": "global",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]"
//!     ],
//!     "properties": {
//!       "registrationEnabled": false,
//!       "virtualNetwork": { "id": "[resourceId('Microsoft.Network/virtualNetworks', 'vnet1')]" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory/default",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.Network/privateEndpoints', 'pe-factory')]",
//!       "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]"
//!     ],
//!     "properties": {
//!       "privateDnsZoneConfigs": [
//!         {
//!           "name": "zone",
//!           "properties": {
//!             "privateDnsZoneId": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]"
//!           }
//!         }
//!       ]
//!     }
//!   }
//! ]
//! ```
//!
//! A network with its own DNS servers asks these, and the zone may be linked to theirs:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "hubId": { "type": "string" }, "servers": { "type": "array" } },
//!   "resources": {
//!     "network": {
//!       "type": "Microsoft.Network/virtualNetworks",
//!       "apiVersion": "2024-05-01",
//!       "name": "vnet1",
//!       "location": "westeurope",
//!       "properties": {
//!         "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
//!         "dhcpOptions": { "dnsServers": "[parameters('servers')]" },
//!         "subnets": [{ "name": "endpoints", "properties": { "addressPrefix": "10.0.0.0/24" } }]
//!       }
//!     },
//!     "zone": {
//!       "type": "Microsoft.Network/privateDnsZones",
//!       "apiVersion": "2024-06-01",
//!       "name": "privatelink.vaultcore.azure.net",
//!       "location": "global"
//!     },
//!     "link": {
//!       "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
//!       "apiVersion": "2024-06-01",
//!       "name": "privatelink.vaultcore.azure.net/hub",
//!       "location": "global",
//!       "dependsOn": ["zone"],
//!       "properties": {
//!         "registrationEnabled": false,
//!         "virtualNetwork": { "id": "[parameters('hubId')]" }
//!       }
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-vault",
//!       "location": "westeurope",
//!       "dependsOn": ["network"],
//!       "properties": {
//!         "subnet": {
//!           "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!         },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "connection",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.KeyVault/vaults', 'kv-sales')]",
//!               "groupIds": ["vault"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     "endpoint::zones": {
//!       "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-vault/default",
//!       "dependsOn": ["endpoint", "zone"],
//!       "properties": {
//!         "privateDnsZoneConfigs": [
//!           {
//!             "name": "vault",
//!             "properties": {
//!               "privateDnsZoneId": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.vaultcore.azure.net')]"
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```

use std::collections::HashSet;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{Text, Truth};

use crate::model::dns::{self, Declared, Registrations, ZONE_LINKS, ZONES};
use crate::model::endpoint::Connections;
use crate::model::factory::Factories;
use crate::model::network::machine::Machines;
use crate::model::runtime::{Presence, presence};
use crate::model::{deployed, endpoint, facts, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-dns-zone-not-linked",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Azure Private Endpoint private DNS zone values, 2023-11-15"],
    sentences: &["A12"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.of_type(ZONES).all(|zone| zone.existing) || deployed::has_remote_parts(graph) {
        return;
    }
    let (registrations, declared) = (cx.derived(Registrations::build), cx.derived(Declared::build));
    let mut judged: HashSet<(ResourceId, ResourceId)> = HashSet::new();
    for registration in registrations.list() {
        let endpoint = graph.resource(registration.endpoint);
        let zone = declared.zone(graph, &registration.zone.identity.id).filter(|zone| !zone.repeated);
        let network = dns::network_of(endpoint).and_then(|id| declared.network(graph, &id));
        let Some(zone) = zone else { continue };
        if !endpoint.repeated {
            check_machines(zone, endpoint, &mut judged, cx);
        }
        let Some(network) = network else { continue };
        let serves = is_private_link(endpoint) && !endpoint.repeated && !network.repeated;
        if serves
            && deployed::along(network, zone)
            && judged.insert((zone.id, network.id))
            && is_unlinked(graph, zone, network)
        {
            let whose = "whose private endpoint is registered in it";
            report(zone, network, whose, &[(endpoint, "the private endpoint")], cx);
        }
    }
}

// The machines of the runtimes of a factory find its endpoint by the zone.
fn check_machines(
    zone: &Resource,
    endpoint: &Resource,
    judged: &mut HashSet<(ResourceId, ResourceId)>,
    cx: &mut Context<'_>,
) {
    let graph = cx.graph();
    let (machines, declared) = (cx.derived(Machines::build), cx.derived(Declared::build));
    let (factories, connections) = (cx.derived(Factories::build), cx.derived(Connections::build));
    for machine in machines.list() {
        let runtime = machine.runtime.map(|id| graph.resource(id));
        let factory = runtime.and_then(|runtime| factories.of(runtime)?.declared(graph));
        let Some(factory) = factory else { continue };
        let first = connections.first(factory, Some("dataFactory")).map(|connection| connection.resource);
        let Some([interface]) = machine.interfaces.as_deref().filter(|_| first == Some(endpoint.id)) else {
            continue;
        };
        let servers = interface.properties.at("dnsSettings.dnsServers");
        let own_dns = presence(&servers) != Presence::Absent;
        let network = interface.subnet_id().and_then(|id| dns::network_of_subnet(&id));
        let network = network.and_then(|id| declared.network(graph, &id));
        let Some(network) = network.filter(|network| !own_dns && !network.repeated) else { continue };
        let host = graph.resource(machine.resource);
        if interface.certain
            && deployed::along(network, zone)
            && deployed::along(zone, host)
            && judged.insert((zone.id, network.id))
            && is_unlinked(graph, zone, network)
        {
            let whose = "where nodes of the self-hosted runtime have to find the private endpoint";
            let labels = [(host, "nodes of the runtime run here"), (endpoint, "the private endpoint")];
            report(zone, network, whose, &labels, cx);
        }
    }
}

fn report(
    zone: &Resource,
    network: &Resource,
    whose: &str,
    labels: &[(&Resource, &str)],
    cx: &mut Context<'_>,
) {
    let name = snippet::called(network, "the virtual network of its endpoint");
    let written = snippet::written(&network.name.last(), "name of the network");
    let id = match written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(expression) => format!("[resourceId('{}', {expression})]", dns::NETWORKS),
        None => format!("[resourceId('{}', '{written}')]", dns::NETWORKS),
    };
    let own = snippet::called(zone, "this zone");
    let message = format!("Private DNS zone {own} is not linked to {name}, {whose}");
    let finding = cx.report_on(zone, &zone.place, message);
    finding.related(network.place, "the virtual network");
    for (resource, text) in labels {
        finding.related(resource.place, *text);
    }
    finding.help(format!(
        "add a `{ZONE_LINKS}` resource with {{ \"registrationEnabled\": false, \"virtualNetwork\": \
         {{ \"id\": \"{id}\" }} }} and the location `global`"
    ));
}

fn is_private_link(resource: &Resource) -> bool {
    endpoint::connections(resource).iter().any(|connection| {
        let ty = connection.identity.as_ref().and_then(|identity| identity.ty.as_deref());
        ty.is_some_and(|ty| facts::private_links_of(ty).next().is_some())
    })
}

// Whether the zone certainly answers neither in the network nor in one that it is peered with.
fn is_unlinked(graph: &Graph, zone: &Resource, network: &Resource) -> bool {
    let servers = network.property("dhcpOptions.dnsServers");
    let own_dns = match servers.elements() {
        Some(servers) => !servers.is_empty(),
        None => presence(&servers) != Presence::Absent,
    };
    if own_dns {
        return false;
    }
    let peers = peers(graph, network);
    let leads = |target: Option<Text>| match target {
        None => Truth::Unknown,
        Some(id) if id.key() == network.resource_id.key() => Truth::True,
        // One id may be written in two ways.
        Some(id) if id.known().is_none() && network.resource_id.known().is_some() => Truth::Unknown,
        Some(id) => match (&peers, last_label(&id), last_label(&network.resource_id)) {
            (None, ..) => Truth::Unknown,
            (Some(peers), ..) if peers.iter().any(|peer| peer.key() == id.key()) => Truth::True,
            (Some(peers), ..) if !peers.is_empty() => Truth::Unknown,
            (_, Some(one), Some(other)) => one.equals_ignore_case(&other),
            _ => Truth::Unknown,
        },
    };
    let links = graph.of_type(ZONE_LINKS).filter_map(|link| dns::link_target(link, zone));
    Truth::any(links.map(leads)).is_false()
}

fn last_label(id: &Text) -> Option<Text> {
    id.split('/').pop()
}

// The ids of the networks that a network is peered with; `None` where they are not known.
fn peers(graph: &Graph, network: &Resource) -> Option<Vec<Text>> {
    let mut peers = Vec::new();
    let inline = network.property("virtualNetworkPeerings");
    match inline.elements() {
        Some(list) => {
            for peering in list {
                peers.push(peering.at("properties.remoteVirtualNetwork.id").text()?);
            }
        }
        None if presence(&inline) == Presence::Absent => {}
        None => return None,
    }
    for peering in graph.of_type("Microsoft.Network/virtualNetworks/virtualNetworkPeerings") {
        let remote = peering.property("remoteVirtualNetwork.id").text()?;
        let owner = peering.name.segments.first()?;
        if !owner.equals_ignore_case(&network.name.last()).is_false() {
            peers.push(remote);
        } else if remote.key() == network.resource_id.key() {
            peers.push(peering.parent.map(|id| graph.resource(id).resource_id.clone())?);
        }
    }
    Some(peers)
}
