//! What the resources of Azure mean, whatever declares them: their ids, Private Link and DNS, the network around a
//! machine, connection strings and hosts, and the facts of its documentation.
//!
//! It knows no service that is built of other resources: such a one has a package of its own above this one.

pub mod children;
pub mod connection_string;
pub mod container_file;
pub mod dns;
pub mod existence;
pub mod facts;
pub mod host;
pub mod identity;
pub mod manifest;
mod models;
pub mod network;
pub mod outside;
pub mod private_link;
pub mod region;
pub mod resource_id;
pub mod schema;
pub mod secret;
pub mod select;
pub mod settings;
mod text_with_holes;
pub mod types;
pub mod wording;
