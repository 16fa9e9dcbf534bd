//! Templates, whatever they deploy.

mod duplicate_key;
mod expression_syntax;
mod internal_error;
mod nonstandard_json;
mod parameter_default_type;
mod parameter_missing;
mod parameter_secret_in_file;
mod parameter_type;
mod parameter_unknown;
mod syntax_error;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &duplicate_key::RULE,
    &expression_syntax::RULE,
    &internal_error::RULE,
    &nonstandard_json::RULE,
    &parameter_default_type::RULE,
    &parameter_missing::RULE,
    &parameter_secret_in_file::RULE,
    &parameter_type::RULE,
    &parameter_unknown::RULE,
    &syntax_error::RULE,
];
