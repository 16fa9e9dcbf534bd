//! Facts about data factories and workspaces, from the tables in `linter/factory/facts/`.
//!
//! Every table is parsed once, as those of [`armlint_azure::facts`] are.

mod linked_services;
mod managed_endpoints;
mod profiles;
mod runtime_destinations;
mod secret_paths;

use armlint_azure::facts::table;
use armlint_engine::settings::Date;

pub use linked_services::{Credential, HostKey, LinkedService, linked_service, linked_services};
pub use managed_endpoints::{ManagedSupport, ManagedTarget, is_listed, managed_target, private_links_for};
pub use profiles::Fact;
pub use runtime_destinations::{RuntimeDestination, runtime_destination, runtime_destinations};
pub use secret_paths::{SecretPath, Within, secret_paths};

// All tables, by the names of their files.
const TABLES: [(&str, &str); 5] = [
    ("linked_services", linked_services::TABLE),
    ("managed_endpoints", managed_endpoints::TABLE),
    ("profiles", profiles::TABLE),
    ("runtime_destinations", runtime_destinations::TABLE),
    ("secret_paths", secret_paths::TABLE),
];

/// The day that these facts were last collected on: the newest `date:` of the tables.
pub fn collected_on() -> Option<Date> {
    TABLES.into_iter().filter_map(|(_, text)| table::date(text)).max()
}

#[cfg(test)]
mod tests;
