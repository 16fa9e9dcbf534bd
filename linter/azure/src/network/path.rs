//! The whole way from an interface to something outside.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::{Presence, Truth, presence};

use super::address::{Peer, Service};
use super::interface::{Interface, Surroundings};
use super::port::decided;
use super::verdict::{Barrier, Decision, Verdict};
use crate::existence;
use crate::network::firewall;
use crate::network::lookup::{self, Lookup};
use crate::network::route::{Hop, RouteTable};
use crate::network::security::{Flow, SecurityGroup};
use crate::network::subnet::Subnet;
use crate::types::ROUTE_TABLES;

/// Whether the security groups around an interface let a flow through.
pub fn groups(surroundings: &Surroundings, flow: &Flow<'_>) -> Verdict {
    let decide = |group: &Lookup<SecurityGroup>| match group {
        Lookup::Found(group) => group.decide(flow),
        Lookup::Nothing => Verdict::FREE,
        Lookup::Elsewhere => Verdict::UNKNOWN,
    };
    let [subnet, interface] = &surroundings.groups;
    decide(subnet).and(decide(interface))
}

/// Whether an interface reaches a service at its public addresses.
pub fn to_service(
    graph: &Graph,
    interface: &Interface,
    surroundings: &Surroundings,
    service: &Service,
    port: u16,
) -> Verdict {
    let peer = Peer::Service(service.clone());
    let flow = Flow { outbound: true, port, peer: &peer, own: &surroundings.own };
    let groups = groups(surroundings, &flow);
    let Lookup::Found(subnet) = &surroundings.subnet else { return groups.and(Verdict::UNKNOWN) };
    let owner = graph.resource(subnet.resource);
    match has_endpoint(subnet, service) {
        Truth::True => return groups,
        Truth::Unknown => return groups.and(Verdict::UNKNOWN),
        Truth::False => {}
    }
    let way = match hop(graph, subnet, owner, &peer) {
        Hop::Unknown => Verdict::UNKNOWN,
        Hop::Nowhere(route) => Verdict::by(Decision::Deny, route),
        Hop::Appliance { address, .. } => match firewall::at(graph, &address) {
            Some(found) if existence::exists_with(found, owner) => {
                firewall::decide(graph, found, service, port, &surroundings.own)
            }
            _ => Verdict::UNKNOWN,
        },
        Hop::Internet { routed } => leave(subnet, owner, interface, routed),
    };
    groups.and(way)
}

/// Whether an interface reaches something in its virtual network, which no route takes away.
pub fn to_private(surroundings: &Surroundings, peer: &Peer, port: u16) -> Verdict {
    let flow = Flow { outbound: true, port, peer, own: &surroundings.own };
    groups(surroundings, &flow)
}

/// Where traffic from a subnet to something outside goes; `owner` declares the subnet.
pub fn hop(graph: &Graph, subnet: &Subnet, owner: &Resource, peer: &Peer) -> Hop {
    match lookup::referenced(graph, &subnet.properties.get("routeTable"), ROUTE_TABLES) {
        Lookup::Nothing => Hop::Internet { routed: false },
        Lookup::Found(table) if existence::exists_with(table, owner) => {
            RouteTable::read(graph, table).hop(peer)
        }
        _ => Hop::Unknown,
    }
}

// Whether the subnet has a service endpoint to a service, which no route takes away
// (virtual-network-service-endpoints-overview, 2024).
fn has_endpoint(subnet: &Subnet, service: &Service) -> Truth {
    if service.endpoints.is_empty() {
        return Truth::False;
    }
    let endpoints = subnet.properties.get("serviceEndpoints");
    match endpoints.elements() {
        Some(all) => Truth::any(all.iter().map(|one| {
            decided(&one.get("service"), &|name| {
                Truth::from(service.endpoints.iter().any(|own| own.eq_ignore_ascii_case(name)))
            })
        })),
        None if presence(&endpoints) == Presence::Absent => Truth::False,
        None => Truth::Unknown,
    }
}

// Without an address of its own, a machine leaves its subnet by the default that the subnet may close
// (default-outbound-access, 2024).
fn leave(subnet: &Subnet, owner: &Resource, interface: &Interface, routed: bool) -> Verdict {
    let default = subnet.properties.get("defaultOutboundAccess");
    if default.assumed || !default.truth().is_false() {
        return Verdict::FREE;
    }
    let gateway = presence(&subnet.properties.get("natGateway"));
    let certain = gateway == Presence::Absent
        && interface.public_addresses().is_empty()
        && interface.properties.get("ipConfigurations").elements().is_some()
        && !interface.is_load_balanced();
    if !certain || routed {
        return Verdict::UNKNOWN;
    }
    let what = "The closed default outbound access".to_string();
    Verdict::by(Decision::Deny, Barrier { place: default.origin.span, resource: owner.id, what })
}
