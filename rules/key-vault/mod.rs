//! Key vaults.

pub(crate) mod purge_protection_off;
pub(crate) mod soft_delete_off;
