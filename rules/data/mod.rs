//! Data at rest.

pub(crate) mod encryption_off;
pub(crate) mod recovery_off;
