//! Facts about Azure, from the tables in `linter/azure/facts/`.
//!
//! Every table is parsed once, when something of it is first asked for. The parsed tables are constants
//! of the program that happen to be written as text: nothing can change them, so that sharing them
//! between threads and sessions shares no state.

mod closing_switches;
mod internet_ports;
mod microsoft_domains;
mod network;
mod private_endpoint_groups;
mod private_link;
mod public_network_access;
mod regions;
mod removed_properties;
mod required_properties;
mod retired_types;
mod roles;
mod schema_exceptions;
mod secret_properties;
mod service_tags;
mod settings;
pub mod sorted;
pub mod table;

use armlint_engine::settings::Date;

pub use closing_switches::{ClosingSwitch, closing_switches};
pub use internet_ports::{InternetPort, internet_ports};
pub use microsoft_domains::microsoft_domains;
pub use network::{FirewallList, firewall_lists_of, firewall_types, needs_no_security_group};
pub use private_endpoint_groups::{EndpointGroup, endpoint_groups_of};
pub use private_link::{PrivateLink, by_host, private_link, private_links, private_links_of, zones};
pub use public_network_access::{AccessLevel, PublicAccess, public_access_of, public_access_types};
pub use regions::{RegionPair, region_names, region_pair_types, region_pairs_of};
pub use removed_properties::{RemovedProperty, removed_properties};
pub use required_properties::{RequiredProperty, required_properties};
pub use retired_types::{RetiredType, retired_type};
pub use roles::{BuiltInRole, roles, roles_granting};
pub use schema_exceptions::{ExceptionKind, is_excepted};
pub use secret_properties::{
    ReadablePlace, ReadableProperty, SecretKind, SecretProperty, readable_properties_of, secret_properties_of,
};
pub use service_tags::{AddressSpace, ServiceTag, service_tag, service_tags};
pub use settings::{ServiceSetting, settings_of, types_of};
pub use table::{Period, Setting};

// All tables, by the names of their files.
const TABLES: [(&str, &str); 19] = [
    ("microsoft_domains", microsoft_domains::TABLE),
    ("private_endpoint_groups", private_endpoint_groups::TABLE),
    ("region_pairs", regions::PAIRS),
    ("regions", regions::REGIONS),
    ("firewall_rules", network::FIREWALLS),
    ("internet_ports", internet_ports::TABLE),
    ("public_network_access", public_network_access::TABLE),
    ("subnets_without_security_group", network::SUBNETS),
    ("private_link", private_link::TABLE),
    ("readable_properties", secret_properties::READABLE),
    ("roles", roles::TABLE),
    ("secret_properties", secret_properties::SECRETS),
    ("service_tags", service_tags::TABLE),
    ("settings", settings::TABLE),
    ("closing_switches", closing_switches::TABLE),
    ("removed_properties", removed_properties::TABLE),
    ("required_properties", required_properties::TABLE),
    ("retired_types", retired_types::TABLE),
    ("schema_exceptions", schema_exceptions::TABLE),
];

/// The day that these facts were last collected on: the newest `date:` of the tables.
pub fn collected_on() -> Option<Date> {
    TABLES.into_iter().filter_map(|(_, text)| table::date(text)).max()
}

#[cfg(test)]
mod tests;
