//! Who can reach what.

pub(crate) mod firewall_allows_azure_services;
pub(crate) mod firewall_open_to_internet;
pub(crate) mod nsg_any_port_open;
pub(crate) mod nsg_data_port_open;
pub(crate) mod nsg_management_port_open;
pub(crate) mod private_but_public;
pub(crate) mod private_endpoint_group;
pub(crate) mod private_endpoint_zone_mismatch;
pub(crate) mod public_access_open;
pub(crate) mod subnet_without_nsg;
pub(crate) mod waf_detection_only;
pub(crate) mod waf_disabled;
