//! The addresses that the firewalls of services let in.

use std::net::{IpAddr, Ipv4Addr};

use armlint_engine::finding::Confidence;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::{Truth, Value};

use super::address::block;
use super::internet::is_wide;
use crate::facts::{self, FirewallList};
use crate::{children, select};

/// Addresses that a firewall lets in.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The value that says so.
    pub place: Value,
    /// Whom it lets in.
    pub who: Who,
    /// How sure that is.
    pub confidence: Confidence,
}

/// Whom a firewall lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Everybody,
    /// A large part of the internet.
    Many,
    /// Whatever runs in Azure, of any customer.
    Azure,
}

/// How many addresses are a large part of the internet.
const MANY: u32 = 1 << 24;

/// The entries of a resource's firewall that let in more than some addresses. None where the public endpoint is
/// closed, or may be.
pub fn admitted(graph: &Graph, resource: &Resource) -> Vec<Admitted> {
    if resource.existing || !is_closed(graph, resource).is_false() {
        return Vec::new();
    }
    facts::firewall_lists_of(&resource.ty).flat_map(|list| of_list(list, resource)).collect()
}

fn of_list(list: FirewallList, resource: &Resource) -> Vec<Admitted> {
    let starts = select::select(resource, list.start);
    if list.end.is_empty() {
        return starts.iter().filter_map(|start| range(&list, &start.value)).collect();
    }
    let ends = select::select(resource, list.end);
    starts.iter().zip(&ends).filter_map(|(start, end)| pair(&list, &start.value, &end.value)).collect()
}

fn pair(list: &FirewallList, start: &Value, end: &Value) -> Option<Admitted> {
    let (first, last) = (start.known_text()?.trim().parse().ok()?, end.known_text()?.trim().parse().ok()?);
    let who = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => of_addresses(list, first, last)?,
        (IpAddr::V6(first), IpAddr::V6(last)) => (first.is_unspecified()
            && last.segments().iter().all(|part| *part == 0xffff))
        .then_some(Who::Everybody)?,
        _ => return None,
    };
    let confidence = if start.assumed || end.assumed { Confidence::Medium } else { Confidence::High };
    let place = if who == Who::Azure { start } else { end };
    Some(Admitted { place: place.clone(), who, confidence })
}

fn of_addresses(list: &FirewallList, first: Ipv4Addr, last: Ipv4Addr) -> Option<Who> {
    if first.is_unspecified() && last.is_unspecified() {
        return list.azure.then_some(Who::Azure);
    }
    if first.is_unspecified() && last == Ipv4Addr::BROADCAST {
        return Some(Who::Everybody);
    }
    let count = u32::from(last).checked_sub(u32::from(first))?;
    (count >= MANY - 1 && !first.is_private()).then_some(Who::Many)
}

// A range in CIDR notation, an address, or several with commas between them.
fn range(list: &FirewallList, value: &Value) -> Option<Admitted> {
    let text = value.known_text()?;
    let confidence = if value.assumed { Confidence::Medium } else { Confidence::High };
    let one = |text: &str| {
        let block = block(text)?;
        let who = match block.prefix_len() {
            0 => Who::Everybody,
            32 if list.azure && block.addr().is_unspecified() => Who::Azure,
            _ if is_wide(&block) => Who::Many,
            _ => return None,
        };
        Some(Admitted { place: value.clone(), who, confidence })
    };
    text.split(',').find_map(one)
}

// Whether the server, or the resource itself, takes nothing from public networks.
fn is_closed(graph: &Graph, resource: &Resource) -> Truth {
    let closes = |resource: &Resource| {
        let paths = ["properties.publicNetworkAccess", "properties.network.publicNetworkAccess"];
        Truth::any(paths.iter().map(|path| resource.body.at(path).is_text("Disabled")))
    };
    let server = resource.ty.rsplit_once('/').map(|(ty, _)| ty).unwrap_or("");
    let servers = graph.of_type(server).filter(|server| !server.existing);
    let of_server = servers.map(|server| children::belongs(resource, server).and(closes(server)));
    closes(resource).or(Truth::any(of_server))
}
