//! Built-in roles.

use super::table::{Row, Table};

pub(super) const TABLE: &str = include_str!("../../facts/roles.tsv");

/// A built-in role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltInRole {
    /// The last segment of the id of its definition: a GUID in lower case.
    pub id: &'static str,
    /// The name as the documentation spells it.
    pub name: &'static str,
    /// What an assignment lets somebody do.
    pub grants: Vec<&'static str>,
}

/// All roles of the table.
pub fn roles() -> Vec<BuiltInRole> {
    let role =
        |row: Row<'_>| BuiltInRole { id: row.cell("id"), name: row.cell("name"), grants: row.list("grants") };
    Table::read(TABLE).rows().map(role).collect()
}

/// The roles that grant something.
pub fn roles_granting(grant: &str) -> Vec<BuiltInRole> {
    roles().into_iter().filter(|role| role.grants.contains(&grant)).collect()
}
