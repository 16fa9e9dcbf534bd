//! Data factories and Synapse workspaces: what their artefacts are, and four questions about them: on which runtime
//! a linked service runs, which store is behind it, which endpoints lead where, and how its secrets are held.

pub mod activity;
pub mod address;
pub mod adf_expression;
pub mod artefact;
pub mod connection_string;
pub mod copy;
pub mod coverage;
pub mod credential_relay;
pub mod customer_managed_key;
pub mod dynamic;
pub mod encrypted_credential;
pub mod endpoint_host_names;
pub mod endpoint_use;
pub mod factory;
pub mod facts;
pub mod foreign_endpoint;
pub mod git_folder;
pub mod host_reach;
pub mod identity;
pub mod machine;
pub mod machine_need;
pub mod managed_endpoint;
pub mod map;
pub mod missing_endpoint;
mod models;
pub mod pipeline_order;
pub mod private_factory;
pub mod reach;
pub mod reference;
pub mod runtime;
pub mod secret;
pub mod store;
pub mod suggestion;
pub mod vault_reads;
