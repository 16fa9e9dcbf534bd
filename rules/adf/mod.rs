//! Data Factory, and what Synapse shares with it.

mod activity_secret;
mod azure_runtime_not_isolated;
mod credential_not_in_key_vault;
mod custom_activity_key_vault;
mod dangling_reference;
mod duplicate_name;
mod encrypted_credential_wrong_runtime;
mod expression_syntax;
mod factory_identity_missing;
mod global_parameter_secret;
mod insecure_transport;
mod key_vault_permission_missing;
mod key_vault_reference_invalid;
mod key_vault_unreachable;
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
mod prefer_managed_identity;
mod private_dns_zone_mismatch;
mod private_dns_zone_missing;
mod private_endpoint_group_id;
mod private_endpoint_missing;
mod private_link_credential_not_in_key_vault;
mod public_network_access;
mod secret_in_linked_service_parameter;
mod secret_literal;
mod secret_output_not_secured;
mod secret_parameter_default;
mod secret_parameter_not_secure;
mod secret_version_pinned;
mod shir_auth_key_exposed;
mod shir_egress_blocked;
mod shir_host_exposed;
mod ssis_network;
mod unknown_expression_function;
mod unresolved_expression_name;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &activity_secret::RULE,
    &azure_runtime_not_isolated::RULE,
    &credential_not_in_key_vault::RULE,
    &custom_activity_key_vault::RULE,
    &dangling_reference::RULE,
    &duplicate_name::RULE,
    &encrypted_credential_wrong_runtime::RULE,
    &expression_syntax::RULE,
    &factory_identity_missing::RULE,
    &global_parameter_secret::RULE,
    &insecure_transport::RULE,
    &key_vault_permission_missing::RULE,
    &key_vault_reference_invalid::RULE,
    &key_vault_unreachable::RULE,
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
    &prefer_managed_identity::RULE,
    &private_dns_zone_mismatch::RULE,
    &private_dns_zone_missing::RULE,
    &private_endpoint_group_id::RULE,
    &private_endpoint_missing::RULE,
    &private_link_credential_not_in_key_vault::RULE,
    &public_network_access::RULE,
    &secret_in_linked_service_parameter::RULE,
    &secret_literal::RULE,
    &secret_output_not_secured::RULE,
    &secret_parameter_default::RULE,
    &secret_parameter_not_secure::RULE,
    &secret_version_pinned::RULE,
    &shir_auth_key_exposed::RULE,
    &shir_egress_blocked::RULE,
    &shir_host_exposed::RULE,
    &ssis_network::RULE,
    &unknown_expression_function::RULE,
    &unresolved_expression_name::RULE,
];
