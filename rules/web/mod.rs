//! Web apps.

pub(crate) mod cors_any_origin;
pub(crate) mod remote_debugging_on;
