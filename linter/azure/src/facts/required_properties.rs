//! Properties without which services refuse a resource, whatever its version.

use std::sync::LazyLock;

use super::table::Table;

pub(super) const TABLE: &str = include_str!("../../facts/required_properties.tsv");

// An immutable table, see the module above.
static REQUIRED: LazyLock<Vec<RequiredProperty>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    table.rows().map(|row| RequiredProperty { ty: row.cell("type"), path: row.cell("path") }).collect()
});

/// A property without which the service refuses a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequiredProperty {
    /// The resource type.
    pub ty: &'static str,
    /// The path from the resource on.
    pub path: &'static str,
}

/// All of them.
pub fn required_properties() -> &'static [RequiredProperty] {
    &REQUIRED
}
