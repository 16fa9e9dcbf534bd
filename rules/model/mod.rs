//! What rules share: facts about Azure, the parsing of hosts and connection strings, and the model of a
//! factory with its four questions: on which runtime a linked service runs, which store is behind it, which
//! endpoints lead where, and how its secrets are held.

pub mod activity;
pub mod connection_string;
pub mod coverage;
pub mod deployed;
pub mod encrypted;
pub mod endpoint;
pub mod factory;
pub mod facts;
pub mod host;
pub mod id;
pub mod map;
pub mod parameter;
pub mod reach;
pub mod runtime;
pub mod secret;
pub mod snippet;
pub mod store;
mod tape;
pub mod template;
