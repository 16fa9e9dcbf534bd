//! Facts about Azure, from the tables in `linter/azure/facts/`.
//!
//! Every table is parsed once, when something of it is first asked for. The parsed tables are constants
//! of the program that happen to be written as text: nothing can change them, so that sharing them
//! between threads and sessions shares no state.

mod private_link;
mod roles;
mod service_tags;
pub mod table;

use armlint_engine::settings::Date;

pub use private_link::{PrivateLink, by_host, private_link, private_links, private_links_of, zones};
pub use roles::{BuiltInRole, roles, roles_granting};
pub use service_tags::{AddressSpace, ServiceTag, service_tag, service_tags};
pub use table::{Period, Setting};

// All tables, by the names of their files.
const TABLES: [(&str, &str); 3] =
    [("private_link", private_link::TABLE), ("roles", roles::TABLE), ("service_tags", service_tags::TABLE)];

/// The day that these facts were last collected on: the newest `date:` of the tables.
pub fn collected_on() -> Option<Date> {
    TABLES.into_iter().filter_map(|(_, text)| table::date(text)).max()
}

#[cfg(test)]
mod tests;
