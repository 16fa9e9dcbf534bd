//! Data Factory, and what Synapse shares with it.

mod credential_not_in_key_vault;
mod encrypted_credential_wrong_runtime;
mod key_vault_reference_invalid;
mod secret_literal;
mod secret_parameter_default;
mod secret_parameter_not_secure;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &credential_not_in_key_vault::RULE,
    &encrypted_credential_wrong_runtime::RULE,
    &key_vault_reference_invalid::RULE,
    &secret_literal::RULE,
    &secret_parameter_default::RULE,
    &secret_parameter_not_secure::RULE,
];
