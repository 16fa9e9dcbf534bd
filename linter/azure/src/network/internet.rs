//! What is open to the internet: rules of security groups, and ranges of addresses.

use std::net::IpAddr;

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::syntax::Number;
use armlint_engine::value::{Presence, Text, Truth, Value, ValueKind, presence};
use ipnet::IpNet;

use super::address::block;
use super::policy;
use super::port::Listed;
use crate::children;
use crate::facts::{self, InternetPort};
use crate::types::{NETWORK_SECURITY_GROUPS, SECURITY_RULES};

/// How many ports make a range a wide one.
const WIDE: u32 = 1000;

/// The first port of the platform's own range, which gateways need.
const PLATFORM: u16 = 65200;

/// A rule of a security group that lets the internet in.
#[derive(Clone, Debug)]
pub struct OpenRule {
    /// Its name, where it has one.
    pub name: Option<Text>,
    /// The source that is the internet.
    pub source: Value,
    /// What it opens.
    pub opened: Opened,
    /// How sure that is.
    pub confidence: Confidence,
}

/// What a rule opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Every port, or a wide range, as written.
    Wide(String),
    /// These ports of the table.
    Ports(Vec<&'static InternetPort>),
}

impl Opened {
    /// Whether a port of management is among them.
    pub fn has_management(&self) -> bool {
        matches!(self, Opened::Ports(ports) if ports.iter().any(|port| port.is_management))
    }

    /// How bad it is: as the worst of the ports.
    pub fn severity(&self) -> Severity {
        match self {
            Opened::Wide(_) => Severity::High,
            Opened::Ports(ports) => ports.iter().map(|port| port.severity).max().unwrap_or(Severity::High),
        }
    }
}

/// The rules that a resource writes, itself or in its list, that let the internet in.
pub fn open_rules(graph: &Graph, resource: &Resource) -> Vec<OpenRule> {
    let rules = written(resource);
    let open: Vec<(Value, OpenRule)> = rules
        .iter()
        .filter_map(|(name, properties)| Some((properties.clone(), open_rule(name, properties)?)))
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let denials = denials(graph, resource);
    // One that may deny it leaves it open for nobody knows whom.
    let is_open = |(properties, rule): &(Value, OpenRule)| {
        let covered = denials.iter().map(|(deny, belongs)| belongs.and(covers(deny, properties, rule)));
        Truth::any(covered).is_false()
    };
    open.into_iter().filter(is_open).map(|(_, rule)| rule).collect()
}

// The name and the properties of each rule.
fn written(resource: &Resource) -> Vec<(Option<Text>, Value)> {
    if resource.is(SECURITY_RULES) {
        return vec![(Some(resource.name.last()), resource.properties.clone())];
    }
    let list = resource.property("securityRules");
    let rules = list.alternatives().iter().flat_map(|list| list.elements().unwrap_or_default());
    rules.map(|rule| (rule.get("name").text(), rule.get("properties").tainted_by(&list))).collect()
}

// The rules of the group that may deny something to the inside, and whether they are of it.
fn denials(graph: &Graph, resource: &Resource) -> Vec<(Value, Truth)> {
    let belongs = |group: &Resource| match resource.is(SECURITY_RULES) {
        true => children::belongs(resource, group),
        false => Truth::from(group.id == resource.id),
    };
    let mut found = Vec::new();
    for group in graph.of_type(NETWORK_SECURITY_GROUPS) {
        let of_group = belongs(group);
        if of_group.is_false() {
            continue;
        }
        found.extend(written(group).into_iter().map(|(_, properties)| (properties, of_group)));
        let children = children::of(graph, group, SECURITY_RULES);
        found.extend(children.map(|(child, own)| (child.properties.clone(), own.and(of_group))));
    }
    found.retain(|(rule, _)| {
        !rule.get("access").is_text("Deny").is_false() && !rule.get("direction").is_text("Inbound").is_false()
    });
    found
}

fn says(rule: &Value, key: &str, word: &str) -> bool {
    rule.get(key).is_text(word).is_true()
}

fn open_rule(name: &Option<Text>, rule: &Value) -> Option<OpenRule> {
    if !says(rule, "access", "Allow") || !says(rule, "direction", "Inbound") {
        return None;
    }
    let protocol = rule.get("protocol");
    let (tcp, udp) = match () {
        () if says(rule, "protocol", "*") => (true, true),
        () => (protocol.is_text("Tcp").is_true(), protocol.is_text("Udp").is_true()),
    };
    // Only what is in the virtual network belongs to an application security group.
    let groups = rule.get("sourceApplicationSecurityGroups");
    if !(tcp || udp)
        || presence(&groups) != Presence::Absent && groups.elements().is_none_or(|all| !all.is_empty())
    {
        return None;
    }
    let sources = Listed::read(rule, &["sourceAddressPrefix", "sourceAddressPrefixes"]);
    let (source, sure) = sources
        .values()
        .iter()
        .filter_map(|source| Some((source.clone(), is_internet(source)?)))
        .max_by_key(|(_, sure)| *sure)?;
    let ports = Listed::read(rule, &["destinationPortRange", "destinationPortRanges"]);
    let (opened, of_ports) = opened(ports.values(), tcp, udp)?;
    Some(OpenRule { name: name.clone(), source, opened, confidence: sure.min(of_ports) })
}

// How surely a prefix is the internet; none where it is not, or is not known.
fn is_internet(prefix: &Value) -> Option<Confidence> {
    let is = |value: &Value| value.known_text().is_some_and(holds_internet);
    match &prefix.kind {
        ValueKind::OneOf(values) => values.iter().any(is).then_some(Confidence::Low),
        _ => is(prefix).then_some(if prefix.assumed { Confidence::Medium } else { Confidence::High }),
    }
}

/// Whether a prefix or a tag holds the internet, or a large part of it.
pub fn holds_internet(prefix: &str) -> bool {
    let prefix = prefix.trim();
    let word = ["*", "any", "internet"].iter().any(|word| prefix.eq_ignore_ascii_case(word));
    word || block(prefix).is_some_and(|block| is_wide(&block))
}

/// Whether a range is the internet, or a large public part of it: /0 to /8.
pub fn is_wide(block: &IpNet) -> bool {
    // 10.0.0.0/8 and the like, and the loop of the machine itself.
    let private = |block: &IpNet| matches!(block.network(), IpAddr::V4(v4) if block.prefix_len() == 8 && (v4.is_private() || v4.is_loopback() || v4.octets()[0] >= 224 || v4.octets()[0] == 0));
    match block {
        IpNet::V4(v4) => v4.prefix_len() <= 8 && !private(block),
        IpNet::V6(v6) => v6.prefix_len() == 0,
    }
}

// What ranges of ports open, and how surely.
fn opened(ranges: &[Value], tcp: bool, udp: bool) -> Option<(Opened, Confidence)> {
    let mut ports: Vec<&'static InternetPort> = Vec::new();
    let mut confidence = Confidence::High;
    for range in ranges.iter().filter(|range| !range.is_unknown()) {
        let Some(text) = written_range(range) else { continue };
        let Some((first, last)) = bounds(&text) else { continue };
        let sure = if range.assumed { Confidence::Medium } else { Confidence::High };
        if u32::from(last) - u32::from(first) >= WIDE {
            return Some((Opened::Wide(text), sure));
        }
        let known = facts::internet_ports().iter();
        let own =
            known.filter(|port| (first..=last).contains(&port.port) && (tcp && port.tcp || udp && port.udp));
        for port in own.filter(|_| first < PLATFORM) {
            confidence = confidence.min(sure);
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
    }
    (!ports.is_empty()).then_some((Opened::Ports(ports), confidence))
}

fn written_range(range: &Value) -> Option<String> {
    match &range.kind {
        ValueKind::Number(Number::Int(number)) => Some(number.to_string()),
        _ => range.known_text().map(|text| text.trim().to_string()),
    }
}

// The first and the last port of a range.
fn bounds(range: &str) -> Option<(u16, u16)> {
    if range == "*" {
        return Some((0, u16::MAX));
    }
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last))
}

// Whether a rule denies all that another one opens, before it.
fn covers(deny: &Value, allow: &Value, open: &OpenRule) -> Truth {
    let before = match (policy::priority(deny), policy::priority(allow)) {
        (Some(deny), Some(allow)) => Truth::from(deny < allow),
        _ => Truth::Unknown,
    };
    let protocol = deny.get("protocol");
    let same = allow.get("protocol").known_text().map_or(Truth::Unknown, |own| protocol.is_text(own));
    let sources = Listed::read(deny, &["sourceAddressPrefix", "sourceAddressPrefixes"]);
    let everybody = ["*", "any", "internet", "0.0.0.0/0"];
    let sources =
        sources.any(|source| Truth::from(everybody.iter().any(|word| source.eq_ignore_ascii_case(word))));
    let denies = deny.get("access").is_text("Deny").and(deny.get("direction").is_text("Inbound"));
    denies.and(before).and(protocol.is_text("*").or(same)).and(sources).and(holds_ports(deny, &open.opened))
}

fn holds_ports(deny: &Value, opened: &Opened) -> Truth {
    let ranges = Listed::read(deny, &["destinationPortRange", "destinationPortRanges"]);
    let holds = |first: u16, last: u16| {
        ranges.any(|range| match bounds(range.trim()) {
            Some((low, high)) => Truth::from(low <= first && last <= high),
            None => Truth::Unknown,
        })
    };
    match opened {
        Opened::Wide(range) => bounds(range).map_or(Truth::Unknown, |(first, last)| holds(first, last)),
        Opened::Ports(ports) => Truth::all(ports.iter().map(|port| holds(port.port, port.port))),
    }
}
