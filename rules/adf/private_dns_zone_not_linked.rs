use std::collections::HashSet;

use armlint_azure::dns::{self, Declared, Registrations};
use armlint_azure::facts::private_links_of;
use armlint_azure::private_link::{self, Connections};
use armlint_azure::types::{PRIVATE_DNS_ZONE_LINKS, PRIVATE_DNS_ZONES, VIRTUAL_NETWORKS};
use armlint_azure::{existence, wording};
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Presence, Text, Truth, presence};
use armlint_factory::factory::Factories;
use armlint_factory::machine::{Machine, Machines};

// A zone that has to answer in a network, because of an endpoint that is registered in it.
struct Need<'g> {
    zone: &'g Resource,
    network: &'g Resource,
    endpoint: &'g Resource,
    // The machine that asks; none where it is the network of the endpoint.
    host: Option<&'g Resource>,
}

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.of_type(PRIVATE_DNS_ZONES).all(|zone| zone.existing) || existence::has_remote_parts(graph) {
        return;
    }
    // What several need is one link.
    let mut judged: HashSet<(ResourceId, ResourceId)> = HashSet::new();
    for need in needs(cx.view()) {
        if judged.insert((need.zone.id, need.network.id)) && is_unlinked(graph, need.zone, need.network) {
            report(&need, cx);
        }
    }
}

fn needs(view: View<'_>) -> Vec<Need<'_>> {
    let (graph, declared) = (view.graph(), Declared::in_view(view));
    let mut needs = Vec::new();
    for registration in Registrations::in_view(view).list() {
        let endpoint = graph.resource(registration.endpoint);
        let zone = declared.zone(graph, &registration.zone.identity.id).filter(|zone| !zone.repeated);
        let Some(zone) = zone.filter(|_| !endpoint.repeated) else { continue };
        needs.extend(of_machines(zone, endpoint, view));
        let network = dns::network_of(endpoint).and_then(|id| declared.network(graph, &id));
        needs.extend(
            network
                .filter(|network| !network.repeated && existence::exists_with(network, zone))
                .filter(|_| is_private_link(endpoint))
                .map(|network| Need { zone, network, endpoint, host: None }),
        );
    }
    needs
}

// The machines of the runtimes of a factory find its endpoint by the zone.
fn of_machines<'g>(zone: &'g Resource, endpoint: &'g Resource, view: View<'g>) -> Vec<Need<'g>> {
    let graph = view.graph();
    let needs = Machines::in_view(view).list().iter().filter_map(|machine| {
        let runtime = graph.resource(machine.runtime?);
        let factory = Factories::in_view(view).of(runtime)?.declared(graph)?;
        let first = Connections::in_view(view).first(factory, Some("dataFactory"))?;
        let network = network_of(machine, view).filter(|_| first.resource == endpoint.id)?;
        let host = graph.resource(machine.resource);
        let exist = existence::exists_with(network, zone) && existence::exists_with(zone, host);
        exist.then_some(Need { zone, network, endpoint, host: Some(host) })
    });
    needs.collect()
}

// The declared network of a machine that certainly asks its name servers.
fn network_of<'g>(machine: &Machine, view: View<'g>) -> Option<&'g Resource> {
    let Some([interface]) = machine.interfaces.as_deref() else { return None };
    let servers = interface.properties.at("dnsSettings.dnsServers");
    if !interface.certain || presence(&servers) != Presence::Absent {
        return None;
    }
    let id = dns::network_of_subnet(&interface.subnet_id()?)?;
    Declared::in_view(view).network(view.graph(), &id).filter(|network| !network.repeated)
}

fn report(need: &Need<'_>, cx: &mut Context<'_>) {
    let Need { zone, network, endpoint, host } = need;
    let name = wording::called(network, "the virtual network of its endpoint");
    let id = wording::id_of(VIRTUAL_NETWORKS, &network.name.last(), "name of the network");
    let own = wording::called(zone, "this zone");
    let whose = match host {
        Some(_) => "where nodes of the self-hosted runtime have to find the private endpoint",
        None => "whose private endpoint is registered in it",
    };
    let message = format!("Private DNS zone {own} is not linked to {name}, {whose}");
    let finding = cx.report_on(zone, &zone.place, message);
    finding.related(network.place, "the virtual network");
    if let Some(host) = host {
        finding.related(host.place, "nodes of the runtime run here");
    }
    finding.related(endpoint.place, "the private endpoint");
    finding.help(format!(
        "Add a `{PRIVATE_DNS_ZONE_LINKS}` resource with {{ \"registrationEnabled\": false, \"virtualNetwork\": \
         {{ \"id\": \"{id}\" }} }} and the location `global`"
    ));
}

fn is_private_link(resource: &Resource) -> bool {
    private_link::connections(resource)
        .iter()
        .any(|connection| connection.ty().is_some_and(|ty| private_links_of(ty).next().is_some()))
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
