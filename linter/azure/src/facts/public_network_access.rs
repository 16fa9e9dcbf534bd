//! What closes the public endpoint of a service.

use super::sorted;

pub(super) const TABLE: &str = include_str!("../../facts/public_network_access.tsv");

/// What closes the public endpoint of a resource type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAccess {
    /// The property that closes it.
    pub switch: &'static str,
    /// The values that do, with `|` between them.
    pub closed: &'static str,
    /// It is open where the switch is not written.
    pub absent_is_open: bool,
    /// The default action of the firewall; empty where it has none.
    pub firewall: &'static str,
    /// The values that keep out all but the listed, with `|` between them.
    pub firewall_closed: &'static str,
    /// The child that may say both instead: `networkRuleSets/default`.
    pub child: &'static str,
    /// Properties with addresses.
    pub lists: Vec<&'static str>,
    /// Types of children with addresses.
    pub child_lists: Vec<&'static str>,
    /// An address that is listed keeps the others out.
    pub list_closes: bool,
    /// A private endpoint closes what is not written.
    pub closed_by_endpoint: bool,
    /// Where there is no public endpoint: `path=value|value`.
    pub unless: &'static str,
    /// It is secrets that can be reached.
    pub has_secrets: bool,
    /// When an open endpoint is said.
    pub level: AccessLevel,
}

/// When an open endpoint is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLevel {
    /// Always.
    Default,
    /// Of the tier Premium, since others cannot close it.
    Premium,
    /// Where `strict` is chosen.
    Strict,
}

/// The endpoints of a resource type, without regard to case.
pub fn public_access_of(ty: &str) -> impl Iterator<Item = PublicAccess> + use<'_> {
    sorted::lines_of(TABLE, ty).filter_map(|line| {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let list = |cell: &'static str| cell.split(',').filter(|one| !one.is_empty()).collect();
        let [
            _,
            switch,
            closed,
            absent,
            firewall,
            firewall_closed,
            child,
            lists,
            child_lists,
            closes,
            by,
            unless,
            class,
            level,
            _,
        ] = *cells.as_slice()
        else {
            return None;
        };
        Some(PublicAccess {
            switch,
            closed,
            absent_is_open: absent == "open",
            firewall,
            firewall_closed,
            child,
            lists: list(lists),
            child_lists: list(child_lists),
            list_closes: closes == "Y",
            closed_by_endpoint: by == "Y",
            unless,
            has_secrets: class == "secrets",
            level: match level {
                "default" => AccessLevel::Default,
                "premium" => AccessLevel::Premium,
                _ => AccessLevel::Strict,
            },
        })
    })
}

/// The resource types with such endpoints.
pub fn public_access_types() -> Vec<&'static str> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut types: Vec<&str> = rows.filter_map(|line| line.split('\t').next()).collect();
    types.dedup();
    types
}
