//! Templates, whatever they deploy.

mod copy_count;
mod dependency_cycle;
mod duplicate_key;
mod duplicate_resource;
mod evaluation_error;
mod expression_syntax;
mod internal_error;
mod limits;
mod nonstandard_json;
mod outer_scope_secret;
mod parameter_default_type;
mod parameter_missing;
mod parameter_secret_in_file;
mod parameter_type;
mod parameter_unknown;
mod secret_in_output;
mod secure_parameter_default;
mod syntax_error;
mod undefined_name;
mod unknown_function;
mod unused_existing;
mod unused_parameter;
mod unused_variable;
mod wrong_argument_count;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &copy_count::RULE,
    &dependency_cycle::RULE,
    &duplicate_key::RULE,
    &duplicate_resource::RULE,
    &evaluation_error::RULE,
    &expression_syntax::RULE,
    &internal_error::RULE,
    &limits::RULE,
    &nonstandard_json::RULE,
    &outer_scope_secret::RULE,
    &parameter_default_type::RULE,
    &parameter_missing::RULE,
    &parameter_secret_in_file::RULE,
    &parameter_type::RULE,
    &parameter_unknown::RULE,
    &secret_in_output::RULE,
    &secure_parameter_default::RULE,
    &syntax_error::RULE,
    &undefined_name::RULE,
    &unknown_function::RULE,
    &unused_existing::RULE,
    &unused_parameter::RULE,
    &unused_variable::RULE,
    &wrong_argument_count::RULE,
];
