//! Facts about Azure, from the tables in `rules/facts/`.
//!
//! Every table is parsed once, when something of it is first asked for. The parsed tables are constants
//! of the program that happen to be written as text: nothing can change them, so that sharing them
//! between threads and sessions shares no state.

mod linked_services;
mod network;
mod private_link;
mod profiles;
mod secret_paths;
mod table;

use armlint_engine::settings::Date;

pub use linked_services::{Credential, LinkedService, linked_service, linked_services};
pub use network::{
    AddressSpace, RuntimeDestination, ServiceTag, runtime_destination, runtime_destinations, service_tag,
    service_tags,
};
pub use private_link::{PrivateLink, by_host, private_link, private_links, private_links_of, zones};
pub use profiles::Fact;
pub use secret_paths::{SecretPath, Within, secret_paths};
pub use table::{Period, Setting};

/// Whether, and how, a managed private endpoint reaches something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagedEndpoint {
    /// It is on a list of the documentation.
    Listed,
    /// It is on no list, but the service is known to take it.
    Accepted,
    /// Only through a private link service of one's own.
    PrivateLinkService,
    /// Certainly not.
    No,
    /// Nothing is known about it.
    Unknown,
}

impl ManagedEndpoint {
    fn read(cell: &str) -> ManagedEndpoint {
        match cell {
            "yes" => ManagedEndpoint::Listed,
            "accepted" => ManagedEndpoint::Accepted,
            "private-link-service" => ManagedEndpoint::PrivateLinkService,
            "no" => ManagedEndpoint::No,
            _ => ManagedEndpoint::Unknown,
        }
    }
}

/// The day that the facts were last collected on: the newest `date:` of the tables.
pub fn facts_date() -> Date {
    let tables = [
        linked_services::TABLE,
        network::DESTINATIONS,
        network::TAGS,
        private_link::TABLE,
        profiles::TABLE,
        secret_paths::TABLE,
    ];
    let dates = tables.into_iter().map(|text| {
        let date = text.lines().find_map(|line| line.strip_prefix("# date: "));
        date.and_then(|rest| rest.get(..10)?.parse().ok())
    });
    dates.flatten().max().unwrap_or(Date { year: 2026, month: 1, day: 1 })
}

#[cfg(test)]
mod tests;
