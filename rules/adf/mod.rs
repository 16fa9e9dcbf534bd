//! Data Factory, and what Synapse shares with it.

mod azure_runtime_not_isolated;
mod copy_diu_too_small;
mod copy_runtime_conflict;
mod cosmos_debug_unsupported;
mod credential_not_in_key_vault;
mod dangling_reference;
mod data_flow_runtime;
mod encrypted_credential_wrong_runtime;
mod key_vault_reference_invalid;
mod linked_service_public_runtime;
mod managed_endpoint_approval;
mod managed_endpoint_fqdns;
mod managed_endpoint_group_id;
mod managed_endpoint_missing;
mod managed_endpoint_shadowed_store;
mod managed_endpoint_unsupported_source;
mod managed_endpoint_wrong_group;
mod managed_runtime_location;
mod managed_vnet_egress;
mod managed_vnet_missing;
mod managed_vnet_on_existing_factory;
mod managed_vnet_reference_invalid;
mod private_dns_zone_mismatch;
mod private_dns_zone_missing;
mod private_endpoint_group_id;
mod private_endpoint_missing;
mod private_host_on_public_runtime;
mod public_network_access;
mod runtime_network_switch;
mod secret_literal;
mod secret_parameter_default;
mod secret_parameter_not_secure;
mod ttl_placement;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &azure_runtime_not_isolated::RULE,
    &copy_diu_too_small::RULE,
    &copy_runtime_conflict::RULE,
    &cosmos_debug_unsupported::RULE,
    &credential_not_in_key_vault::RULE,
    &dangling_reference::RULE,
    &data_flow_runtime::RULE,
    &encrypted_credential_wrong_runtime::RULE,
    &key_vault_reference_invalid::RULE,
    &linked_service_public_runtime::RULE,
    &managed_endpoint_approval::RULE,
    &managed_endpoint_fqdns::RULE,
    &managed_endpoint_group_id::RULE,
    &managed_endpoint_missing::RULE,
    &managed_endpoint_shadowed_store::RULE,
    &managed_endpoint_unsupported_source::RULE,
    &managed_endpoint_wrong_group::RULE,
    &managed_runtime_location::RULE,
    &managed_vnet_egress::RULE,
    &managed_vnet_missing::RULE,
    &managed_vnet_on_existing_factory::RULE,
    &managed_vnet_reference_invalid::RULE,
    &private_dns_zone_mismatch::RULE,
    &private_dns_zone_missing::RULE,
    &private_endpoint_group_id::RULE,
    &private_endpoint_missing::RULE,
    &private_host_on_public_runtime::RULE,
    &public_network_access::RULE,
    &runtime_network_switch::RULE,
    &secret_literal::RULE,
    &secret_parameter_default::RULE,
    &secret_parameter_not_secure::RULE,
    &ttl_placement::RULE,
];
