//! Address prefixes and service tags: which of them hold an end of the traffic.

use std::net::{IpAddr, Ipv4Addr};

use armlint_engine::value::{Text, Truth, Value};
use ipnet::{IpNet, Ipv4Net};

use super::port::decided;
use crate::facts::{AddressSpace, service_tag};
use crate::resource_id;

/// The far end of traffic.
#[derive(Clone, Debug)]
pub enum Peer {
    /// A service with public addresses.
    Service(Service),
    /// Something in the virtual network, in these subnets where they are known.
    Private(Vec<IpNet>),
    /// Any host of the internet.
    Internet,
}

/// A service with public addresses.
#[derive(Clone, Debug)]
pub struct Service {
    /// Host names that it is reached by; `*.` is any name in front.
    pub hosts: Vec<String>,
    /// The service tags that hold all its addresses.
    pub tags: Vec<&'static str>,
    /// The service tags that may hold its addresses; `*` is any.
    pub doubtful_tags: Vec<&'static str>,
    /// The service endpoints of a subnet that lead to it, past all routes.
    pub endpoints: Vec<&'static str>,
}

/// The near end of traffic: an interface in a subnet.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// The prefixes of the subnet, where all are known.
    pub blocks: Option<Vec<IpNet>>,
    /// The ids of the application security groups, where all are known.
    pub groups: Option<Vec<Text>>,
}

/// Reads an address prefix; an address alone is a prefix of its own.
pub fn block(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whether a prefix or tag of a rule holds the far end.
pub fn holds_peer(prefix: &str, peer: &Peer) -> Truth {
    let prefix = prefix.trim();
    if is_everything(prefix) {
        return Truth::True;
    }
    if let Some(block) = block(prefix) {
        return block_holds(block, peer);
    }
    let Some((tag, regional)) = service_tag(prefix) else { return Truth::Unknown };
    match (tag.space, peer) {
        (AddressSpace::Platform, _) => Truth::False,
        (AddressSpace::Internet, Peer::Private(_)) => Truth::False,
        (AddressSpace::Internet, _) => Truth::True,
        (AddressSpace::Network, Peer::Private(_)) => Truth::True,
        (AddressSpace::Network, _) => Truth::False,
        (AddressSpace::Public, Peer::Service(service)) => tag_holds(tag.tag, regional, service),
        (AddressSpace::Public, _) => Truth::False,
    }
}

/// Whether a prefix or tag of a rule holds the near end.
pub fn holds_own(prefix: &str, own: &Own) -> Truth {
    let prefix = prefix.trim();
    if is_everything(prefix) {
        return Truth::True;
    }
    if let Some(block) = block(prefix) {
        let Some(own) = own.blocks.as_deref().filter(|own| !own.is_empty()) else { return Truth::Unknown };
        return within(block, own);
    }
    match service_tag(prefix) {
        Some((tag, _)) => Truth::from(tag.space == AddressSpace::Network),
        None => Truth::Unknown,
    }
}

/// Whether the interface belongs to an application security group `{ "id": ".." }` of a rule.
pub fn holds_group(group: &Value, own: &Own) -> Truth {
    let (Some(id), Some(groups)) = (group.get("id").text(), &own.groups) else { return Truth::Unknown };
    let same = |other: &Text| match id.equals_ignore_case(other) {
        // Scopes may be written differently.
        Truth::Unknown => {
            let (id, other) =
                (resource_id::identify_text(id.clone()), resource_id::identify_text(other.clone()));
            resource_id::same_name(&id.name, &other.name)
        }
        truth => truth,
    };
    Truth::any(groups.iter().map(same))
}

/// The prefixes that a list holds, where all are known.
pub fn blocks<'v>(values: impl Iterator<Item = &'v Value>) -> Option<Vec<IpNet>> {
    values.map(|value| value.known_text().filter(|_| !value.assumed).and_then(block)).collect()
}

/// Whether a value is the prefix of everything.
pub fn is_default(value: &Value) -> Truth {
    decided(value, &|text| Truth::from(is_everything(text.trim()) || text.trim() == "::/0"))
}

fn is_everything(prefix: &str) -> bool {
    prefix == "*" || prefix == "0.0.0.0/0" || prefix.eq_ignore_ascii_case("any")
}

fn tag_holds(tag: &str, regional: bool, service: &Service) -> Truth {
    let is = |other: &&str| other.eq_ignore_ascii_case(tag);
    if service.tags.iter().any(is) {
        // Nobody knows the region of every address.
        return if regional { Truth::Unknown } else { Truth::True };
    }
    let doubtful = service.doubtful_tags.iter().any(|other| *other == "*" || is(other));
    if doubtful { Truth::Unknown } else { Truth::False }
}

fn block_holds(block: IpNet, peer: &Peer) -> Truth {
    match peer {
        Peer::Private(own) if own.is_empty() => Truth::Unknown,
        Peer::Private(own) => within(block, own),
        // The whole of the other family is no address of a service that is reached over this one.
        _ if block.prefix_len() == 0 => Truth::False,
        _ if is_private(block) => Truth::False,
        Peer::Service(_) => Truth::Unknown,
        // A few addresses are not the internet; large parts of it may be.
        Peer::Internet => {
            if block.prefix_len() < 8 {
                Truth::Unknown
            } else {
                Truth::False
            }
        }
    }
}

fn within(block: IpNet, own: &[IpNet]) -> Truth {
    let each = own.iter().map(|own| match () {
        () if block.contains(own) => Truth::True,
        () if own.contains(&block) => Truth::Unknown,
        () => Truth::False,
    });
    Truth::unanimous(each)
}

// Addresses that no public service has (RFC 1918, RFC 6598, RFC 3927, RFC 4193).
fn is_private(block: IpNet) -> bool {
    const PRIVATE: [([u8; 4], u8); 6] = [
        ([10, 0, 0, 0], 8),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        ([100, 64, 0, 0], 10),
        ([169, 254, 0, 0], 16),
        ([127, 0, 0, 0], 8),
    ];
    match block {
        IpNet::V4(block) => PRIVATE.iter().any(|(address, length)| {
            Ipv4Net::new(Ipv4Addr::from(*address), *length).is_ok_and(|private| private.contains(&block))
        }),
        IpNet::V6(block) => block.network().segments()[0] & 0xfe00 == 0xfc00,
    }
}
