//! Domains of Microsoft's services.

use std::sync::LazyLock;

use super::table::Table;

pub(super) const TABLE: &str = include_str!("../../facts/microsoft_domains.tsv");

// An immutable table, see the module above.
static MICROSOFT_DOMAINS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| Table::read(TABLE).rows().map(|row| row.cell("domain")).collect());

/// The domains, in lower case.
pub fn microsoft_domains() -> &'static [&'static str] {
    &MICROSOFT_DOMAINS
}
