//! Resource types that have ended.

use std::sync::LazyLock;

use super::table::Table;

pub(super) const TABLE: &str = include_str!("../../facts/retired_types.tsv");

// An immutable table, see the module above.
static RETIRED: LazyLock<Vec<RetiredType>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    let retired = |row: super::table::Row<'_>| RetiredType {
        ty: row.cell("type"),
        said: row.cell("said"),
        successor: Some(row.cell("successor")).filter(|successor| !successor.is_empty()),
    };
    table.rows().map(retired).collect()
});

/// A type that has ended with all below it, or a provider with all its types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetiredType {
    /// The type or provider.
    pub ty: &'static str,
    /// What a message says of it: `is ..., which has ended`.
    pub said: &'static str,
    /// What there is in its place.
    pub successor: Option<&'static str>,
}

/// What has ended that a type is, or is below.
pub fn retired_type(ty: &str) -> Option<&'static RetiredType> {
    RETIRED.iter().find(|retired| {
        let start = ty.get(..retired.ty.len()).is_some_and(|start| start.eq_ignore_ascii_case(retired.ty));
        start && matches!(ty.as_bytes().get(retired.ty.len()), None | Some(b'/'))
    })
}
