//! Data Factory, and what Synapse shares with it.

mod private_dns_zone_mismatch;
mod private_dns_zone_missing;
mod private_endpoint_group_id;
mod private_endpoint_missing;
mod public_network_access;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &private_dns_zone_mismatch::RULE,
    &private_dns_zone_missing::RULE,
    &private_endpoint_group_id::RULE,
    &private_endpoint_missing::RULE,
    &public_network_access::RULE,
];
