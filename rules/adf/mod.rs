//! Data Factory, and what Synapse shares with it.

mod azure_runtime_not_isolated;
mod dangling_reference;
mod linked_service_public_runtime;
mod managed_endpoint_approval;
mod managed_endpoint_group_id;
mod managed_endpoint_missing;
mod managed_endpoint_unsupported_source;
mod managed_endpoint_wrong_group;
mod managed_runtime_location;
mod managed_vnet_reference_invalid;
mod private_dns_zone_mismatch;
mod private_dns_zone_missing;
mod private_endpoint_group_id;
mod private_endpoint_missing;
mod public_network_access;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &azure_runtime_not_isolated::RULE,
    &dangling_reference::RULE,
    &linked_service_public_runtime::RULE,
    &managed_endpoint_approval::RULE,
    &managed_endpoint_group_id::RULE,
    &managed_endpoint_missing::RULE,
    &managed_endpoint_unsupported_source::RULE,
    &managed_endpoint_wrong_group::RULE,
    &managed_runtime_location::RULE,
    &managed_vnet_reference_invalid::RULE,
    &private_dns_zone_mismatch::RULE,
    &private_dns_zone_missing::RULE,
    &private_endpoint_group_id::RULE,
    &private_endpoint_missing::RULE,
    &public_network_access::RULE,
];
