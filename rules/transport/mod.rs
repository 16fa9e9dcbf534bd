//! Encryption on the way.

pub(crate) mod ftp_allowed;
pub(crate) mod http_backend;
pub(crate) mod https_not_enforced;
pub(crate) mod minimum_tls;
