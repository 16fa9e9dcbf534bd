//! Templates, whatever they deploy.

mod duplicate_key;
mod expression_syntax;
mod internal_error;
mod nonstandard_json;
mod syntax_error;
mod undefined_name;
mod unknown_function;
mod wrong_argument_count;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] = &[
    &duplicate_key::RULE,
    &expression_syntax::RULE,
    &internal_error::RULE,
    &nonstandard_json::RULE,
    &syntax_error::RULE,
    &undefined_name::RULE,
    &unknown_function::RULE,
    &wrong_argument_count::RULE,
];
