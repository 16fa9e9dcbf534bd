//! Subnets that need no security group, and firewalls of services.

use super::sorted;

pub(super) const SUBNETS: &str = include_str!("../../facts/subnets_without_security_group.tsv");

pub(super) const FIREWALLS: &str = include_str!("../../facts/firewall_rules.tsv");

/// Whether a subnet needs no security group: `key` is `name` or `delegation`.
pub fn needs_no_security_group(key: &str, value: &str) -> bool {
    let rows = SUBNETS.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'));
    rows.into_iter().any(|mut cells| {
        cells.next() == Some(key) && cells.next().is_some_and(|own| own.eq_ignore_ascii_case(value))
    })
}

/// Where a firewall of a service lists addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirewallList {
    /// The first address, or a range.
    pub start: &'static str,
    /// The last address; empty where `start` is a range.
    pub end: &'static str,
    /// 0.0.0.0 alone stands for all of Azure.
    pub azure: bool,
}

/// The lists of a resource type, without regard to case.
pub fn firewall_lists_of(ty: &str) -> impl Iterator<Item = FirewallList> + use<'_> {
    sorted::lines_of(FIREWALLS, ty).filter_map(|line| {
        let mut cells = line.split('\t').skip(1);
        Some(FirewallList { start: cells.next()?, end: cells.next()?, azure: cells.next()? == "Y" })
    })
}

/// The resource types that have such lists.
pub fn firewall_types() -> Vec<&'static str> {
    let rows = FIREWALLS.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut types: Vec<&str> = rows.filter_map(|line| line.split('\t').next()).collect();
    types.dedup();
    types
}
