//! What the machines of integration runtimes must reach.

use std::sync::LazyLock;

use armlint_azure::facts::table::{Table, cloud_index};
use armlint_azure::network::address::Service;
use armlint_engine::settings::Cloud;

pub(super) const TABLE: &str = include_str!("../../facts/runtime_destinations.tsv");

// An immutable table, see the module above.
static RUNTIME_DESTINATIONS: LazyLock<Vec<RuntimeDestination>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
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
    /// The same as the end of a way through a network, by the names that it has in a cloud.
    pub fn service(&self, hosts: Vec<String>) -> Service {
        let (tags, doubtful_tags) = (self.tags.clone(), self.doubtful_tags.clone());
        Service { hosts, tags, doubtful_tags, endpoints: self.service_endpoints.clone() }
    }

    /// The host names in a cloud, with `*.` for any name in front.
    pub fn hosts(&self, cloud: Cloud) -> &[&'static str] {
        &self.hosts[cloud_index(cloud)]
    }
}

/// What the machines of runtimes must reach, in the order of the table.
pub fn runtime_destinations() -> &'static [RuntimeDestination] {
    &RUNTIME_DESTINATIONS
}

/// The destination with a name of the table.
pub fn runtime_destination(key: &str) -> Option<&'static RuntimeDestination> {
    RUNTIME_DESTINATIONS.iter().find(|destination| destination.key == key)
}
