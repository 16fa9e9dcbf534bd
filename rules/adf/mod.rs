//! Data Factory, and what Synapse shares with it.

mod azure_runtime_not_isolated;
mod credential_not_in_key_vault;
mod dangling_reference;
mod duplicate_name;
mod encrypted_credential_wrong_runtime;
mod expression_syntax;
mod key_vault_reference_invalid;
mod linked_service_public_runtime;
mod managed_endpoint_approval;
mod managed_endpoint_group_id;
mod managed_endpoint_missing;
mod managed_endpoint_unsupported_source;
mod managed_endpoint_wrong_group;
mod managed_runtime_location;
mod managed_vnet_reference_invalid;
mod misplaced_artefact;
mod missing_depends_on;
mod name_file_mismatch;
mod private_dns_zone_mismatch;
mod private_dns_zone_missing;
mod private_endpoint_group_id;
mod private_endpoint_missing;
mod public_network_access;
mod secret_literal;
mod secret_parameter_default;
mod secret_parameter_not_secure;
mod shir_egress_blocked;
mod shir_host_exposed;
mod ssis_network;
mod unknown_expression_function;
mod unresolved_expression_name;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &azure_runtime_not_isolated::RULE,
    &credential_not_in_key_vault::RULE,
    &dangling_reference::RULE,
    &duplicate_name::RULE,
    &encrypted_credential_wrong_runtime::RULE,
    &expression_syntax::RULE,
    &key_vault_reference_invalid::RULE,
    &linked_service_public_runtime::RULE,
    &managed_endpoint_approval::RULE,
    &managed_endpoint_group_id::RULE,
    &managed_endpoint_missing::RULE,
    &managed_endpoint_unsupported_source::RULE,
    &managed_endpoint_wrong_group::RULE,
    &managed_runtime_location::RULE,
    &managed_vnet_reference_invalid::RULE,
    &misplaced_artefact::RULE,
    &missing_depends_on::RULE,
    &name_file_mismatch::RULE,
    &private_dns_zone_mismatch::RULE,
    &private_dns_zone_missing::RULE,
    &private_endpoint_group_id::RULE,
    &private_endpoint_missing::RULE,
    &public_network_access::RULE,
    &secret_literal::RULE,
    &secret_parameter_default::RULE,
    &secret_parameter_not_secure::RULE,
    &shir_egress_blocked::RULE,
    &shir_host_exposed::RULE,
    &ssis_network::RULE,
    &unknown_expression_function::RULE,
    &unresolved_expression_name::RULE,
];
