//! Regions, and which resources have to be in the same one.

use std::sync::LazyLock;

use armlint_engine::finding::Severity;

use super::sorted;
use super::table::Table;

pub(super) const REGIONS: &str = include_str!("../../facts/regions.tsv");

pub(super) const PAIRS: &str = include_str!("../../facts/region_pairs.tsv");

/// A resource that has to be in the region of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionPair {
    /// The way to the id of the other one, or of something in it.
    pub path: &'static str,
    /// The type of the other one.
    pub other: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

// An immutable table, see the module above.
static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| Table::read(REGIONS).rows().map(|row| row.cell("name")).collect());

/// The names of all regions, in lower case and without blanks.
pub fn region_names() -> &'static [&'static str] {
    &NAMES
}

/// The pairs of a resource type, without regard to case.
pub fn region_pairs_of(ty: &str) -> impl Iterator<Item = RegionPair> + use<'_> {
    sorted::lines_of(PAIRS, ty).filter_map(|line| {
        let mut cells = line.split('\t').skip(1);
        let (path, other) = (cells.next()?, cells.next()?);
        let severity = if cells.next()? == "high" { Severity::High } else { Severity::Medium };
        Some(RegionPair { path, other, severity })
    })
}

/// The resource types that have such pairs.
pub fn region_pair_types() -> Vec<&'static str> {
    let rows = PAIRS.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut types: Vec<&str> = rows.filter_map(|line| line.split('\t').next()).collect();
    types.dedup();
    types
}
