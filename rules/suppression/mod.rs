//! Suppressions: what comments and metadata say in vain.

mod expired;
mod missing_reason;
mod unknown;
mod unused;

use armlint_engine::rule::RuleSpec;

/// The Rust rules of this folder, sorted by id.
pub(crate) static RULES: &[&RuleSpec] =
    &[&expired::RULE, &missing_reason::RULE, &unknown::RULE, &unused::RULE];
