//! Azure Firewall: the first rule that matches decides, network rules before application rules; what no
//! rule allows is denied.
//!
//! Source: firewall rule-processing, 2024-03.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::{Presence, Text, Truth, Value, presence};

use super::address::{self, Own, Peer, Service};
use super::port::{self, Listed, decided};
use super::verdict::{Barrier, Decision, Tally, Verdict};
use crate::network::lookup::{self, Lookup, only};
use crate::network::{policy, subnet};
use crate::types::{AZURE_FIREWALLS, FIREWALL_POLICIES};
use crate::wording;

/// A collection of rules with one action.
#[derive(Clone, Debug)]
pub struct Collection {
    /// The action as written.
    pub action: Value,
    /// Its place among the others; the smallest comes first.
    pub order: Option<Vec<i64>>,
    /// Its rules.
    pub rules: Vec<(RuleKind, Value)>,
    /// It may hold more, or may not be there.
    pub doubtful: bool,
    /// The resource that holds it.
    pub owner: armlint_engine::graph::ResourceId,
    /// Its name as written.
    pub name: Value,
}

/// What a rule of a firewall looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Addresses and ports.
    Network,
    /// Host names.
    Application,
}

/// The declared firewall that stands at an address; `None` where none does for certain.
pub fn at<'g>(graph: &'g Graph, address: &Value) -> Option<&'g Resource> {
    let mut firewalls = graph.of_type(AZURE_FIREWALLS).filter(|firewall| !firewall.existing);
    let text = address.text()?;
    match &text {
        Text::Known(known) => {
            let own = address::block(known)?;
            let firewall = only(firewalls)?;
            let in_subnet = subnet::named(graph, "AzureFirewallSubnet").any(|subnet| {
                subnet.blocks().is_some_and(|all| all.iter().any(|block| block.contains(&own)))
            });
            in_subnet.then_some(firewall)
        }
        Text::Symbolic(_) => {
            let reference = text.only_hole()?.term.reference()?;
            firewalls.find(|firewall| reference.is_of(&firewall.resource_id))
        }
    }
}

/// Whether a firewall lets TCP traffic to a service through.
pub fn decide(graph: &Graph, firewall: &Resource, service: &Service, port: u16, own: &Own) -> Verdict {
    let policy = lookup::referenced(graph, &firewall.property("firewallPolicy"), FIREWALL_POLICIES);
    let (owner, collections) = match policy {
        Lookup::Nothing => (firewall, classic(firewall)),
        Lookup::Found(found) => (found, policy::collections(graph, found)),
        Lookup::Elsewhere => return Verdict::UNKNOWN,
    };
    let Some(mut collections) = collections else { return Verdict::UNKNOWN };
    collections.sort_by(|a, b| a.order.cmp(&b.order));
    let peer = Peer::Service(service.clone());
    let mut tally = Tally::default();
    for kind in [RuleKind::Network, RuleKind::Application] {
        for collection in &collections {
            let action = Decision::of(&collection.action.get("type"));
            let of_kind = collection.rules.iter().filter(|(own, _)| *own == kind);
            for (_, rule) in of_kind {
                let matched = match kind {
                    RuleKind::Network => network(rule, &peer, service, port, own),
                    RuleKind::Application => application(rule, service, port, own),
                };
                let certain = collection.order.is_some() && !collection.doubtful;
                match matched {
                    Truth::False => {}
                    Truth::True if certain => {
                        return tally.close(Verdict::by(action, barrier(collection, rule)));
                    }
                    _ => tally.may(action),
                }
            }
        }
    }
    let name = wording::called(owner, "the firewall");
    let what = match owner.is(AZURE_FIREWALLS) {
        true => format!("Firewall {name} without a rule that allows it"),
        false => format!("Firewall policy {name} without a rule that allows it"),
    };
    tally.close(Verdict::by(Decision::Deny, Barrier { place: owner.place, resource: owner.id, what }))
}

fn barrier(collection: &Collection, rule: &Value) -> Barrier {
    let name = rule.get("name").text().or_else(|| collection.name.text());
    let name = name.and_then(|name| wording::quoted(&name));
    let what = name.map_or("A firewall rule".into(), |name| format!("Firewall rule {name}"));
    Barrier { place: collection.action.get("type").origin.span, resource: collection.owner, what }
}

// The collections of a firewall without a policy; `None` where they are not known.
fn classic(firewall: &Resource) -> Option<Vec<Collection>> {
    let mut found = Vec::new();
    let kinds = [
        ("networkRuleCollections", RuleKind::Network),
        ("applicationRuleCollections", RuleKind::Application),
    ];
    for (key, kind) in kinds {
        let list = firewall.property(key);
        let Some(collections) = list.elements() else {
            if presence(&list) == Presence::Absent {
                continue;
            }
            return None;
        };
        for collection in collections {
            let properties = collection.get("properties");
            let rules = properties.get("rules");
            let listed = rules.elements().map(<[Value]>::to_vec);
            found.push(Collection {
                action: properties.get("action"),
                order: policy::priority(&properties).map(|own| vec![own]),
                doubtful: listed.is_none() || collection.object().is_none(),
                rules: listed.unwrap_or_default().into_iter().map(|rule| (kind, rule)).collect(),
                owner: firewall.id,
                name: collection.get("name"),
            });
        }
    }
    // What is not listed may allow anything.
    found.iter().all(|collection| !collection.doubtful).then_some(found)
}

fn source(rule: &Value, own: &Own) -> Truth {
    let groups = Listed::read(rule, &["sourceIpGroups"]);
    let addresses = Listed::read(rule, &["sourceAddresses"]);
    let group = if groups.is_empty() { Truth::False } else { Truth::Unknown };
    addresses.any(|prefix| address::holds_own(prefix, own)).or(group)
}

fn network(rule: &Value, peer: &Peer, service: &Service, port: u16, own: &Own) -> Truth {
    let protocols = Listed::read(rule, &["protocols", "ipProtocols"]);
    let protocol = protocols
        .any(|name| Truth::from(name.eq_ignore_ascii_case("TCP") || name.eq_ignore_ascii_case("Any")));
    let ports = Listed::read(rule, &["destinationPorts"]).any(|range| port::holds(range, port));
    let addresses = Listed::read(rule, &["destinationAddresses"]).any(|prefix| match prefix.contains('-') {
        // A range of addresses.
        true => Truth::Unknown,
        false => address::holds_peer(prefix, peer),
    });
    let groups = Listed::read(rule, &["destinationIpGroups"]);
    let groups = if groups.is_empty() { Truth::False } else { Truth::Unknown };
    let names = Listed::read(rule, &["destinationFqdns"]).any(|name| holds_hosts(name, service));
    protocol.and(ports).and(addresses.or(groups).or(names)).and(source(rule, own))
}

fn application(rule: &Value, service: &Service, port: u16, own: &Own) -> Truth {
    let protocols = rule.get("protocols");
    let protocol = match protocols.elements() {
        Some(protocols) => Truth::any(protocols.iter().map(|protocol| {
            let name = decided(&protocol.get("protocolType"), &|name| {
                Truth::from(["Https", "Mssql"].iter().any(|known| name.eq_ignore_ascii_case(known)))
            });
            let number = protocol.get("port");
            let same = match presence(&number) {
                Presence::Absent => Truth::from(port == 443),
                _ => decided(&number, &|number| port::holds(number, port)),
            };
            name.and(same)
        })),
        None => Truth::Unknown,
    };
    let names = Listed::read(rule, &["targetFqdns"]).any(|name| holds_hosts(name, service));
    let others = Listed::read(rule, &["fqdnTags", "webCategories", "targetUrls"]);
    let others = if others.is_empty() { Truth::False } else { Truth::Unknown };
    protocol.and(names.or(others)).and(source(rule, own))
}

// Whether a name of a rule holds the hosts of a service: all of them, none, or some.
fn holds_hosts(name: &str, service: &Service) -> Truth {
    Truth::unanimous(service.hosts.iter().map(|host| holds_host(name, host)))
}

/// Whether a host name of a rule, perhaps with `*` in front, holds a host, perhaps with `*.` in front.
pub fn holds_host(name: &str, host: &str) -> Truth {
    let (name, host) = (name.trim().to_ascii_lowercase(), host.to_ascii_lowercase());
    if name == "*" {
        return Truth::True;
    }
    let any = host.strip_prefix('*');
    match (name.strip_prefix('*'), any) {
        (Some(end), None) => Truth::from(host.ends_with(end)),
        (Some(end), Some(own)) if own.ends_with(end) => Truth::True,
        (Some(end), Some(own)) if end.ends_with(own) => Truth::Unknown,
        (Some(_), Some(_)) => Truth::False,
        (None, None) => Truth::from(name == host),
        (None, Some(own)) if name.ends_with(own) => Truth::Unknown,
        (None, Some(_)) => Truth::False,
    }
}
