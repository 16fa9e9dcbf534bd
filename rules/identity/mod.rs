//! Who somebody is, and what they may do.

pub(crate) mod anonymous_access;
pub(crate) mod blob_anonymous_access_allowed;
pub(crate) mod local_authentication;
pub(crate) mod registry_admin_user;
