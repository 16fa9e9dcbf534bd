//! Service tags.

use std::sync::LazyLock;

use super::table::Table;

pub(super) const TABLE: &str = include_str!("../../facts/service_tags.tsv");

// An immutable table, see the module above.
static SERVICE_TAGS: LazyLock<Vec<ServiceTag>> = LazyLock::new(|| {
    let space = |cell: &str| match cell {
        "internet" => AddressSpace::Internet,
        "network" => AddressSpace::Network,
        "platform" => AddressSpace::Platform,
        _ => AddressSpace::Public,
    };
    let table = Table::read(TABLE);
    table.rows().map(|row| ServiceTag { tag: row.cell("tag"), space: space(row.cell("space")) }).collect()
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
