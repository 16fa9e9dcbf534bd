//! What rules share: facts about Azure, and the parsing of hosts and connection strings.

pub mod connection_string;
pub mod facts;
pub mod host;
mod tape;
