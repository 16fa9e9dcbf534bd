//! Properties that close or restrict something.

use std::sync::LazyLock;

use super::table::Table;
use crate::schema::{ResourceType, resource_type};

pub(super) const TABLE: &str = include_str!("../../facts/closing_switches.tsv");

// An immutable table, see the module above.
static SWITCHES: LazyLock<Vec<ClosingSwitch>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    let switch = |row: super::table::Row<'_>| {
        let ty = resource_type(row.cell("type"))?;
        Some(ClosingSwitch { ty, path: row.cell("path"), closed: row.list("closed") })
    };
    table.rows().filter_map(switch).collect()
});

/// A property that closes or restricts something; where it is not written it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingSwitch {
    /// The resource type.
    pub ty: ResourceType,
    /// The path from the resource on.
    pub path: &'static str,
    /// The values that close it, in any case of letters.
    pub closed: Vec<&'static str>,
}

/// All of them.
pub fn closing_switches() -> &'static [ClosingSwitch] {
    &SWITCHES
}
