//! Data Factory, and what Synapse shares with it.

mod activity_secret;
mod api_version;
mod azure_runtime_not_isolated;
mod cmk_identity_missing;
mod cmk_key_unsupported;
mod cmk_vault_unprotected;
mod copy_diu_too_small;
mod copy_runtime_conflict;
mod cosmos_debug_unsupported;
mod credential_not_in_key_vault;
mod custom_activity_key_vault;
mod custom_dns_no_private_resolution;
mod dangling_reference;
mod data_flow_runtime;
mod duplicate_name;
mod encrypted_credential_wrong_runtime;
mod expression_syntax;
mod factory_identity_missing;
mod global_parameter_secret;
mod insecure_transport;
mod key_vault_permission_missing;
mod key_vault_reference_invalid;
mod key_vault_unreachable;
mod linked_runtime_identity;
mod linked_service_public_runtime;
mod managed_endpoint_approval;
mod managed_endpoint_connection_state;
mod managed_endpoint_duplicate;
mod managed_endpoint_fqdns;
mod managed_endpoint_group_id;
mod managed_endpoint_missing;
mod managed_endpoint_parent;
mod managed_endpoint_shadowed_store;
mod managed_endpoint_target;
mod managed_endpoint_unapproved_scope;
mod managed_endpoint_unsupported_source;
mod managed_endpoint_unused;
mod managed_endpoint_wrong_group;
mod managed_runtime_location;
mod managed_vnet_egress;
mod managed_vnet_missing;
mod managed_vnet_on_existing_factory;
mod managed_vnet_reference_invalid;
mod misplaced_artefact;
mod missing_depends_on;
mod name_file_mismatch;
mod portal_endpoint_duplicate;
mod portal_public_access_remains;
mod prefer_managed_identity;
mod private_dns_zone_mismatch;
mod private_dns_zone_missing;
mod private_dns_zone_not_linked;
mod private_endpoint_group_id;
mod private_endpoint_missing;
mod private_endpoint_on_linked_factory;
mod private_host_on_public_runtime;
mod private_link_credential_not_in_key_vault;
mod private_link_not_data_path;
mod public_network_access;
mod purview_private;
mod runtime_network_switch;
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
mod ttl_placement;
mod unknown_expression_function;
mod unresolved_expression_name;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &activity_secret::RULE,
    &api_version::RULE,
    &azure_runtime_not_isolated::RULE,
    &cmk_identity_missing::RULE,
    &cmk_key_unsupported::RULE,
    &cmk_vault_unprotected::RULE,
    &copy_diu_too_small::RULE,
    &copy_runtime_conflict::RULE,
    &cosmos_debug_unsupported::RULE,
    &credential_not_in_key_vault::RULE,
    &custom_activity_key_vault::RULE,
    &custom_dns_no_private_resolution::RULE,
    &dangling_reference::RULE,
    &data_flow_runtime::RULE,
    &duplicate_name::RULE,
    &encrypted_credential_wrong_runtime::RULE,
    &expression_syntax::RULE,
    &factory_identity_missing::RULE,
    &global_parameter_secret::RULE,
    &insecure_transport::RULE,
    &key_vault_permission_missing::RULE,
    &key_vault_reference_invalid::RULE,
    &key_vault_unreachable::RULE,
    &linked_runtime_identity::RULE,
    &linked_service_public_runtime::RULE,
    &managed_endpoint_approval::RULE,
    &managed_endpoint_connection_state::RULE,
    &managed_endpoint_duplicate::RULE,
    &managed_endpoint_fqdns::RULE,
    &managed_endpoint_group_id::RULE,
    &managed_endpoint_missing::RULE,
    &managed_endpoint_parent::RULE,
    &managed_endpoint_shadowed_store::RULE,
    &managed_endpoint_target::RULE,
    &managed_endpoint_unapproved_scope::RULE,
    &managed_endpoint_unsupported_source::RULE,
    &managed_endpoint_unused::RULE,
    &managed_endpoint_wrong_group::RULE,
    &managed_runtime_location::RULE,
    &managed_vnet_egress::RULE,
    &managed_vnet_missing::RULE,
    &managed_vnet_on_existing_factory::RULE,
    &managed_vnet_reference_invalid::RULE,
    &misplaced_artefact::RULE,
    &missing_depends_on::RULE,
    &name_file_mismatch::RULE,
    &portal_endpoint_duplicate::RULE,
    &portal_public_access_remains::RULE,
    &prefer_managed_identity::RULE,
    &private_dns_zone_mismatch::RULE,
    &private_dns_zone_missing::RULE,
    &private_dns_zone_not_linked::RULE,
    &private_endpoint_group_id::RULE,
    &private_endpoint_missing::RULE,
    &private_endpoint_on_linked_factory::RULE,
    &private_host_on_public_runtime::RULE,
    &private_link_credential_not_in_key_vault::RULE,
    &private_link_not_data_path::RULE,
    &public_network_access::RULE,
    &purview_private::RULE,
    &runtime_network_switch::RULE,
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
    &ttl_placement::RULE,
    &unknown_expression_function::RULE,
    &unresolved_expression_name::RULE,
];
