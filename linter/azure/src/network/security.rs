//! Network security groups: the first rule that matches decides, in the order of priorities.
//!
//! Source: network-security-groups-overview, 2024-04, with the rules that every group has.

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::span::Span;
use armlint_engine::syntax::Number;
use armlint_engine::value::{Presence, Text, Truth, Value, ValueKind, presence};

use super::address::{self, Own, Peer};
use super::port::{self, Listed, decided};
use super::verdict::{Barrier, Decision, Tally, Verdict};
use crate::network::lookup::same_text;
use crate::network::policy;
use crate::types::SECURITY_RULES;
use crate::{existence, resource_id, wording};

/// TCP traffic between an interface and a far end.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Whether the interface opens the connection.
    pub outbound: bool,
    /// The port that is connected to.
    pub port: u16,
    /// The far end.
    pub peer: &'a Peer,
    /// The interface.
    pub own: &'a Own,
}

/// A network security group with its rules, as far as they are known.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    resource: ResourceId,
    place: Span,
    name: String,
    rules: Vec<Rule>,
    open: bool,
}

#[derive(Clone, Debug)]
struct Rule {
    resource: ResourceId,
    name: Option<Text>,
    // The rule certainly exists wherever the group does.
    certain: bool,
    priority: Option<i64>,
    properties: Value,
}

impl SecurityGroup {
    /// Reads a group with the rules that are resources of their own.
    pub fn read(graph: &Graph, group: &Resource) -> SecurityGroup {
        let list = group.property("securityRules");
        let open = list.elements().is_none() && presence(&list) != Presence::Absent;
        let mut rules: Vec<Rule> = Vec::new();
        for rule in list.elements().unwrap_or_default() {
            // A loop of unknown length, or a rule of a parameter.
            let certain = rule.object().is_some();
            rules.push(Rule::new(group.id, rule.get("name").text(), rule.get("properties"), certain));
        }
        for child in graph.of_type(SECURITY_RULES).filter(|child| !child.existing) {
            let above = child.name.segments.first();
            let same =
                above.map_or(Truth::Unknown, |above| resource_id::same_name(above, &group.name.last()));
            if child.parent != Some(group.id) && same.is_false() {
                continue;
            }
            let belongs = child.parent == Some(group.id) || same.is_true();
            let certain = belongs && !child.repeated && existence::exists_with(child, group);
            let name = child.name.last();
            if certain {
                rules.retain(|rule| rule.name.as_ref().is_none_or(|own| !same_text(own, &name)));
            }
            rules.push(Rule::new(child.id, Some(name), child.properties.clone(), certain));
        }
        // Those without a priority may stand before any other.
        rules.sort_by_key(|rule| rule.priority);
        let name = wording::called(group, "the network security group");
        SecurityGroup { resource: group.id, place: group.place, name, rules, open }
    }

    /// Whether traffic passes.
    pub fn decide(&self, flow: &Flow<'_>) -> Verdict {
        if self.open {
            return Verdict::UNKNOWN;
        }
        let mut tally = Tally::default();
        for rule in &self.rules {
            match rule.matches(flow) {
                Truth::False => {}
                Truth::True if rule.certain && rule.priority.is_some() => {
                    return tally.close(Verdict::by(rule.decision(), rule.barrier()));
                }
                _ => tally.may(rule.decision()),
            }
        }
        match self.default(flow) {
            Decision::Unknown => Verdict::UNKNOWN,
            decision => {
                let what = format!("Security group {} without a rule that allows it", self.name);
                let barrier = Barrier { place: self.place, resource: self.resource, what };
                tally.close(Verdict::by(decision, barrier))
            }
        }
    }

    /// The inbound ports that rules of the group speak of: one of each range.
    pub fn inbound_ports(&self) -> Vec<u16> {
        let inbound =
            self.rules.iter().filter(|rule| rule.properties.get("direction").is_text("Inbound").is_true());
        let ranges = inbound.flat_map(|rule| rule.ports().values().to_vec());
        let mut ports: Vec<u16> = ranges
            .filter_map(|range| match &range.kind {
                ValueKind::Number(Number::Int(number)) => u16::try_from(*number).ok(),
                _ => port::first(range.known_text()?),
            })
            .collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }

    // AllowVnetOutBound, AllowInternetOutBound and DenyAllOutBound; AllowVnetInBound and DenyAllInBound.
    fn default(&self, flow: &Flow<'_>) -> Decision {
        let network = address::holds_peer("VirtualNetwork", flow.peer);
        let allowed = match flow.outbound {
            true => network.or(address::holds_peer("Internet", flow.peer)),
            false => network,
        };
        match allowed {
            Truth::True => Decision::Allow,
            Truth::False => Decision::Deny,
            Truth::Unknown => Decision::Unknown,
        }
    }
}

impl Rule {
    fn new(resource: ResourceId, name: Option<Text>, properties: Value, certain: bool) -> Rule {
        let priority = policy::priority(&properties);
        Rule { resource, name, certain, priority, properties }
    }

    fn decision(&self) -> Decision {
        Decision::of(&self.properties.get("access"))
    }

    fn ports(&self) -> Listed {
        Listed::read(&self.properties, &["destinationPortRange", "destinationPortRanges"])
    }

    fn barrier(&self) -> Barrier {
        let name = self.name.as_ref().and_then(wording::quoted);
        let what = name.map_or("A security rule".into(), |name| format!("Security rule {name}"));
        Barrier { place: self.properties.get("access").origin.span, resource: self.resource, what }
    }

    fn matches(&self, flow: &Flow<'_>) -> Truth {
        let wanted = if flow.outbound { "Outbound" } else { "Inbound" };
        let is = |key: &str, wanted: &str| {
            decided(&self.properties.get(key), &|text| Truth::from(text.eq_ignore_ascii_case(wanted)))
        };
        let direction = is("direction", wanted);
        if direction.is_false() {
            return Truth::False;
        }
        let protocol = is("protocol", "*").or(is("protocol", "Tcp"));
        let ports = self.ports();
        let port = match ports.is_empty() {
            true => Truth::Unknown,
            false => ports.any(|range| port::holds(range, flow.port)),
        };
        // Connections come from any high port.
        let from = Listed::read(&self.properties, &["sourcePortRange", "sourcePortRanges"]);
        let from = match from.any(|range| Truth::from(matches!(range.trim(), "*" | "0-65535" | "1-65535"))) {
            Truth::False => Truth::Unknown,
            truth => truth,
        };
        let (own, peer) = if flow.outbound { ("source", "destination") } else { ("destination", "source") };
        let ends = self.own_end(own, flow).and(self.peer_end(peer, flow));
        direction.and(protocol).and(port).and(from).and(ends)
    }

    fn own_end(&self, side: &str, flow: &Flow<'_>) -> Truth {
        let (prefixes, groups) = self.side(side);
        let groups = match presence(&groups) {
            Presence::Absent => Truth::False,
            _ => match groups.elements() {
                Some(groups) => Truth::any(groups.iter().map(|group| address::holds_group(group, flow.own))),
                None => Truth::Unknown,
            },
        };
        prefixes.any(|prefix| address::holds_own(prefix, flow.own)).or(groups)
    }

    fn peer_end(&self, side: &str, flow: &Flow<'_>) -> Truth {
        let (prefixes, groups) = self.side(side);
        // Only what is in the virtual network belongs to an application security group.
        let empty = groups.elements().is_some_and(<[Value]>::is_empty);
        let groups = match flow.peer {
            Peer::Private(_) if presence(&groups) != Presence::Absent && !empty => Truth::Unknown,
            _ => Truth::False,
        };
        prefixes.any(|prefix| address::holds_peer(prefix, flow.peer)).or(groups)
    }

    fn side(&self, side: &str) -> (Listed, Value) {
        let keys = [format!("{side}AddressPrefix"), format!("{side}AddressPrefixes")];
        let prefixes = Listed::read(&self.properties, &[keys[0].as_str(), keys[1].as_str()]);
        (prefixes, self.properties.get(&format!("{side}ApplicationSecurityGroups")))
    }
}
