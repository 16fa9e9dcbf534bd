//! Properties that newer versions of their types ignore.

use std::sync::LazyLock;

use armlint_engine::finding::Severity;

use super::table::Table;

pub(super) const TABLE: &str = include_str!("../../facts/removed_properties.tsv");

// An immutable table, see the module above.
static REMOVED: LazyLock<Vec<RemovedProperty>> = LazyLock::new(|| {
    let table = Table::read(TABLE);
    let removed = |row: super::table::Row<'_>| RemovedProperty {
        ty: row.cell("type"),
        was: row.cell("was"),
        now: row.cell("now"),
        instead: row.cell("instead"),
        from: row.cell("from"),
        severity: if row.cell("severity") == "high" { Severity::High } else { Severity::Medium },
        effect: row.cell("effect"),
    };
    table.rows().map(removed).collect()
});

/// A property that newer versions of its type ignore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemovedProperty {
    /// The resource type.
    pub ty: &'static str,
    /// The path of the property that was.
    pub was: &'static str,
    /// The path of what is read in its place.
    pub now: &'static str,
    /// The path of what must not be there: where it is, somebody has seen to it.
    pub instead: &'static str,
    /// The first version that ignores it.
    pub from: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What happens.
    pub effect: &'static str,
}

/// All of them.
pub fn removed_properties() -> &'static [RemovedProperty] {
    &REMOVED
}
