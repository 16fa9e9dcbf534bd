//! Where resources are.

pub(crate) mod must_match;
pub(crate) mod unknown_name;
