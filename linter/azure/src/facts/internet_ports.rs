//! Ports that should not be open to the internet.

use std::sync::LazyLock;

use armlint_engine::finding::Severity;

use super::table::Table;

pub(super) const TABLE: &str = include_str!("../../facts/internet_ports.tsv");

// An immutable table, see the module above.
static PORTS: LazyLock<Vec<InternetPort>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    let read = |row: super::table::Row<'_>| {
        Some(InternetPort {
            port: row.cell("port").parse().ok()?,
            tcp: row.cell("protocol") != "udp",
            udp: row.cell("protocol") != "tcp",
            is_management: row.cell("class") == "management",
            service: row.cell("service"),
            severity: if row.cell("severity") == "medium" { Severity::Medium } else { Severity::High },
        })
    };
    table.rows().filter_map(read).collect()
});

/// A port of management or of a data store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InternetPort {
    /// The number.
    pub port: u16,
    /// It is one of TCP.
    pub tcp: bool,
    /// It is one of UDP.
    pub udp: bool,
    /// It is for management; otherwise it is that of a data store.
    pub is_management: bool,
    /// What listens there.
    pub service: &'static str,
    /// How bad it is to open it.
    pub severity: Severity,
}

/// The ports, sorted.
pub fn internet_ports() -> &'static [InternetPort] {
    &PORTS
}
