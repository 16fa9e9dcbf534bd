//! Address ranges: `parseCidr`, `cidrSubnet`, `cidrHost`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Body, CallFault, CallResult, Function, Invocation};
use crate::value::{Discloses, Entry, Number, Object, Type, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    cidr_function("cidrHost", 2, Type::String, cidr_host),
    cidr_function("cidrSubnet", 3, Type::String, cidr_subnet),
    cidr_function("parseCidr", 1, Type::Object, parse_cidr),
];

const fn cidr_function(
    name: &'static str,
    count: usize,
    returns: Type,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function {
        name,
        min: count,
        max: count,
        returns: Some(returns),
        discloses: Discloses::Whole,
        body: Body::Known(body),
    }
}

/// A block of addresses.
#[derive(Clone, Copy)]
struct Network {
    /// The first address; IPv4 in the low 32 bits.
    first: u128,
    /// How many bits of an address belong to the network.
    prefix: u32,
    /// 32 or 128.
    bits: u32,
}

impl Network {
    /// Reads `address/prefix`; an address alone is a block of one, which the service takes too.
    fn parse(text: &str) -> Option<Network> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let (address, bits) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        let prefix = match prefix {
            None => bits,
            Some(digits) if digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= bits)?
            }
            Some(_) => return None,
        };
        let network = Network { first: 0, prefix, bits };
        Some(Network { first: address & !network.host_mask(), ..network })
    }

    fn host_mask(&self) -> u128 {
        let host_bits = self.bits - self.prefix;
        1_u128.checked_shl(host_bits).map_or(u128::MAX, |size| size - 1)
    }

    fn last(&self) -> u128 {
        self.first | self.host_mask()
    }

    fn show(&self, address: u128) -> String {
        if self.bits == 32 {
            // Addresses of a 32-bit network never leave the low 32 bits.
            Ipv4Addr::from(address as u32).to_string()
        } else {
            Ipv6Addr::from(address).to_string()
        }
    }

    // An IPv4 network of more than two addresses keeps its first and last for itself.
    fn reserved(&self) -> u128 {
        u128::from(self.bits == 32 && self.prefix < 31)
    }
}

fn network(call: &Invocation<'_>) -> Result<Network, CallFault> {
    let text = call.known_text(0)?;
    Network::parse(text)
        .ok_or_else(|| call.fault(0, format!("'{text}' is no address range such as 10.0.0.0/16")))
}

fn parse_cidr(call: &Invocation<'_>) -> CallResult {
    let network = network(call)?;
    let mask = !network.host_mask() & if network.bits == 32 { u128::from(u32::MAX) } else { u128::MAX };
    let string = |key: &str, address: u128| entry(key, call.string(network.show(address)));
    let mut entries = vec![string("network", network.first), string("netmask", mask)];
    if network.bits == 32 {
        entries.push(string("broadcast", network.last()));
    }
    entries.push(string("firstUsable", network.first + network.reserved()));
    entries.push(string("lastUsable", network.last() - network.reserved()));
    let prefix = ValueKind::Number(Number::Int(i64::from(network.prefix)));
    entries.push(entry("cidr", call.shallow(prefix)));
    Ok(call.shallow(Object::built(entries).into()))
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), value, key_span: None }
}

fn cidr_subnet(call: &Invocation<'_>) -> CallResult {
    let parent = network(call)?;
    let (prefix, index) = (call.int(1)?, call.int(2)?);
    let prefix = u32::try_from(prefix).ok().filter(|prefix| (parent.prefix..=parent.bits).contains(prefix));
    let prefix = prefix.ok_or_else(|| {
        let range = format!("{} to {}", parent.prefix, parent.bits);
        call.fault(1, format!("cidrSubnet() takes a prefix from {range} for this network"))
    })?;
    let index = u128::try_from(index).map_err(|_| call.fault(2, "cidrSubnet() takes no negative index"))?;
    let child = Network { prefix, ..parent };
    // What the service does with an index beyond the network is not documented.
    let offset = child.host_mask().checked_add(1).and_then(|size| size.checked_mul(index));
    let first = match (offset, index) {
        (Some(offset), _) => parent.first.checked_add(offset).filter(|first| *first <= parent.last()),
        (None, 0) => Some(parent.first),
        (None, _) => None,
    };
    Ok(match first {
        Some(first) => call.string(format!("{}/{prefix}", parent.show(first))),
        None => call.unknown(),
    })
}

fn cidr_host(call: &Invocation<'_>) -> CallResult {
    let network = network(call)?;
    let index = call.int(1)?;
    let index = u128::try_from(index).map_err(|_| call.fault(1, "cidrHost() takes no negative index"))?;
    let start = network.first + u128::from(network.bits - network.prefix > 1);
    let last = network.last() - network.reserved();
    let address = start.checked_add(index).filter(|address| *address <= last);
    let address =
        address.ok_or_else(|| call.fault(1, format!("cidrHost() has no host {index} in this network")))?;
    Ok(call.string(network.show(address)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::check;

    #[test]
    fn networks() {
        let v4 = json!({
            "network": "10.144.0.0", "netmask": "255.255.240.0", "broadcast": "10.144.15.255",
            "firstUsable": "10.144.0.1", "lastUsable": "10.144.15.254", "cidr": 20
        });
        let v6 = json!({
            "network": "fdad:3236:5555::", "netmask": "ffff:ffff:ffff::", "firstUsable": "fdad:3236:5555::",
            "lastUsable": "fdad:3236:5555:ffff:ffff:ffff:ffff:ffff", "cidr": 48
        });
        let single = json!({
            "network": "192.168.1.0", "netmask": "255.255.255.255", "broadcast": "192.168.1.0",
            "firstUsable": "192.168.1.0", "lastUsable": "192.168.1.0", "cidr": 32
        });
        check(&[
            ("parseCidr", json!(["10.144.0.0/20"]), v4),
            ("parseCidr", json!(["fdad:3236:5555::/48"]), v6),
            ("parseCidr", json!(["192.168.1.0"]), single),
            ("parseCidr", json!(["10.0.0.0/33"]), json!("!")),
            ("parseCidr", json!(["1000.0.0.0/8"]), json!("!")),
            ("parseCidr", json!(["10.0.0.0/+8"]), json!("!")),
            ("parseCidr", json!([5]), json!("!")),
            ("cidrSubnet", json!(["10.144.0.0/20", 24, 2]), json!("10.144.2.0/24")),
            ("cidrSubnet", json!(["0.0.0.0/0", 0, 0]), json!("0.0.0.0/0")),
            ("cidrSubnet", json!(["::/0", 0, 0]), json!("::/0")),
            ("cidrSubnet", json!(["::/0", 1, 1]), json!("8000::/1")),
            ("cidrSubnet", json!(["10.0.0.0/16", 8, 0]), json!("!")),
            ("cidrSubnet", json!(["10.0.0.0/16", 24, -1]), json!("!")),
            (
                "cidrSubnet",
                json!(["10.0.0.0/24", 25, 2]),
                json!({"$unknown": "cidrSubnet('10.0.0.0/24', 25, 2)"}),
            ),
            ("cidrHost", json!(["10.144.3.0/24", 0]), json!("10.144.3.1")),
            ("cidrHost", json!(["10.144.3.0/24", 253]), json!("10.144.3.254")),
            ("cidrHost", json!(["10.144.3.0/24", 254]), json!("!")),
            ("cidrHost", json!(["10.144.3.0/31", 1]), json!("10.144.3.1")),
            ("cidrHost", json!(["::/0", i64::MAX]), json!("::8000:0:0:0")),
        ]);
    }
}
