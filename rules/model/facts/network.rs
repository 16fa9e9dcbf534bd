//! Service tags, and what the machines of integration runtimes must reach.

use std::sync::LazyLock;

use armlint_engine::settings::Cloud;

use super::table::Table;

pub(super) const TAGS: &str = include_str!("../../facts/service_tags.tsv");
pub(super) const DESTINATIONS: &str = include_str!("../../facts/runtime_destinations.tsv");

// Immutable tables, see the module above.
static SERVICE_TAGS: LazyLock<Vec<ServiceTag>> = LazyLock::new(|| {
    let space = |cell: &str| match cell {
        "internet" => AddressSpace::Internet,
        "network" => AddressSpace::Network,
        "platform" => AddressSpace::Platform,
        _ => AddressSpace::Public,
    };
    let table = Table::read(TAGS);
    table.rows().map(|row| ServiceTag { tag: row.cell("tag"), space: space(row.cell("space")) }).collect()
});

static RUNTIME_DESTINATIONS: LazyLock<Vec<RuntimeDestination>> = LazyLock::new(|| {
    let table = Table::read(DESTINATIONS);
    let rows = table.rows().map(|row| RuntimeDestination {
        key: row.cell("key"),
        purpose: row.cell("purpose"),
        hosts: ["hosts_public", "hosts_usgov", "hosts_china"].map(|column| row.list(column)),
        port: row.cell("port").parse().unwrap_or(443),
        tags: row.list("tags"),
        doubtful_tags: row.list("doubtful_tags"),
        service_endpoints: row.list("service_endpoints"),
        source: row.cell("source"),
    });
    rows.collect()
});

/// A service tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceTag {
    /// The tag as the documentation spells it, without a region.
    pub tag: &'static str,
    /// The addresses that it stands for.
    pub space: AddressSpace,
}

/// The addresses that a service tag stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressSpace {
    /// Public addresses of a service.
    Public,
    /// All public addresses.
    Internet,
    /// The virtual network and what is connected to it.
    Network,
    /// Addresses of the platform behind the host.
    Platform,
}

/// Something that the machines of a runtime must reach.
#[derive(Clone, Debug)]
pub struct RuntimeDestination {
    /// Its name in the table.
    pub key: &'static str,
    /// What it is needed for, in words.
    pub purpose: &'static str,
    hosts: [Vec<&'static str>; 3],
    /// The TCP port.
    pub port: u16,
    /// The service tags that hold all its addresses.
    pub tags: Vec<&'static str>,
    /// The service tags that may hold its addresses; `*` is any.
    pub doubtful_tags: Vec<&'static str>,
    /// The service endpoints of a subnet that lead there, past all routes.
    pub service_endpoints: Vec<&'static str>,
    /// Where this stands.
    pub source: &'static str,
}

impl RuntimeDestination {
    /// The host names in a cloud, with `*.` for any name in front.
    pub fn hosts(&self, cloud: Cloud) -> &[&'static str] {
        &self.hosts[super::private_link::index(cloud)]
    }
}

/// All service tags.
pub fn service_tags() -> &'static [ServiceTag] {
    &SERVICE_TAGS
}

/// The service tag that a text is, without regard to case, and whether it is narrowed to a region.
pub fn service_tag(text: &str) -> Option<(&'static ServiceTag, bool)> {
    let find = |name: &str| SERVICE_TAGS.iter().find(|tag| tag.tag.eq_ignore_ascii_case(name));
    if let Some(tag) = find(text) {
        return Some((tag, false));
    }
    let (name, region) = text.split_once('.')?;
    find(name).filter(|_| !region.is_empty()).map(|tag| (tag, true))
}

/// What the machines of runtimes must reach, in the order of the table.
pub fn runtime_destinations() -> &'static [RuntimeDestination] {
    &RUNTIME_DESTINATIONS
}

/// The destination with a name of the table.
pub fn runtime_destination(key: &str) -> Option<&'static RuntimeDestination> {
    RUNTIME_DESTINATIONS.iter().find(|destination| destination.key == key)
}
