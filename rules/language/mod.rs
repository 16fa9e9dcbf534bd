//! The language of templates as rules see it: names and scopes, dependencies, parameters and what they are given.

pub mod deployment_order;
pub mod evaluation;
pub mod fault;
pub mod parameter;
pub mod schema;
pub mod secret_argument;
