use std::collections::HashSet;

use armlint_azure::dns::{self, Declared, Registrations};
use armlint_azure::facts::private_links_of;
use armlint_azure::private_link::{self, Connections};
use armlint_azure::types::{PRIVATE_DNS_ZONE_LINKS, PRIVATE_DNS_ZONES, VIRTUAL_NETWORKS};
use armlint_azure::{existence, wording};
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Text, Truth, presence};
use armlint_factory::factory::Factories;
use armlint_factory::machine::Machines;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.of_type(PRIVATE_DNS_ZONES).all(|zone| zone.existing) || existence::has_remote_parts(graph) {
        return;
    }
    let (registrations, declared) = (Registrations::in_view(cx.view()), Declared::in_view(cx.view()));
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
            && existence::exists_with(network, zone)
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
    let (machines, declared) = (Machines::in_view(cx.view()), Declared::in_view(cx.view()));
    let (factories, connections) = (Factories::in_view(cx.view()), Connections::in_view(cx.view()));
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
            && existence::exists_with(network, zone)
            && existence::exists_with(zone, host)
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
    let name = wording::called(network, "the virtual network of its endpoint");
    let written = wording::written(&network.name.last(), "name of the network");
    let id = match written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(expression) => format!("[resourceId('{VIRTUAL_NETWORKS}', {expression})]"),
        None => format!("[resourceId('{VIRTUAL_NETWORKS}', '{written}')]"),
    };
    let own = wording::called(zone, "this zone");
    let message = format!("Private DNS zone {own} is not linked to {name}, {whose}");
    let finding = cx.report_on(zone, &zone.place, message);
    finding.related(network.place, "the virtual network");
    for (resource, text) in labels {
        finding.related(resource.place, *text);
    }
    finding.help(format!(
        "add a `{PRIVATE_DNS_ZONE_LINKS}` resource with {{ \"registrationEnabled\": false, \"virtualNetwork\": \
         {{ \"id\": \"{id}\" }} }} and the location `global`"
    ));
}

fn is_private_link(resource: &Resource) -> bool {
    private_link::connections(resource).iter().any(|connection| {
        let ty = connection.identity.as_ref().and_then(|identity| identity.ty.as_deref());
        ty.is_some_and(|ty| private_links_of(ty).next().is_some())
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
    let links = graph.of_type(PRIVATE_DNS_ZONE_LINKS).filter_map(|link| dns::link_target(link, zone));
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
            peers.push(peering.parent.map(|id| graph.resource(id).resource_id.clone().into())?);
        }
    }
    Some(peers)
}
