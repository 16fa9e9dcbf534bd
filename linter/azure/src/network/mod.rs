//! The network around a machine: where it stands, and what security groups, routes and firewalls let
//! through.
//!
//! Every answer is an [`verdict::Decision`]: what a template does not show, or what a parameter's default
//! decides, is unknown and neither allowed nor denied. The order in which the parts are asked is that of
//! the platform: security groups of subnet and interface, the route, the firewall behind it
//! (virtual-networks-udr-overview and network-security-groups-overview, 2024).

pub mod address;
pub mod firewall;
pub mod interface;
pub mod internet;
pub mod lookup;
pub mod path;
pub mod policy;
pub mod port;
pub mod public_access;
pub mod route;
pub mod security;
pub mod service_firewall;
pub mod subnet;
pub mod told;
pub mod verdict;

#[cfg(test)]
mod tests;
