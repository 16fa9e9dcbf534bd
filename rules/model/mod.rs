//! What rules share: facts about Azure, the parsing of hosts and connection strings, and the model of a
//! factory with its four questions: on which runtime a linked service runs, which store is behind it, which
//! endpoints lead where, and how its secrets are held.

pub mod activity;
pub mod address;
pub mod adf_expression;
pub mod answered;
pub mod artefact;
pub mod connection_string;
pub mod copy;
pub mod coverage;
pub mod deployed;
pub mod dns;
pub mod dynamic;
pub mod edit;
pub mod encrypted;
pub mod endpoint;
pub mod factory;
pub mod facts;
pub mod foreign;
pub mod gap;
pub mod host;
pub mod id;
pub mod identity;
pub mod key;
pub mod map;
pub mod network;
pub mod order;
pub mod parameter;
pub mod private;
pub mod reach;
pub mod relay;
pub mod runtime;
pub mod secret;
pub mod similar;
pub mod snippet;
pub mod store;
mod tape;
pub mod template;
pub mod vault_reads;
