//! Web apps.

pub(crate) mod remote_debugging_on;
