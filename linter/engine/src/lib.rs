//! Turns texts into a resource graph in which every value knows where it came from and what is not known
//! about it, and runs rules over that graph. It does no I/O.

pub mod check;
pub mod dialect;
pub mod examples;
pub mod expand;
pub mod expression;
pub mod finding;
mod fingerprint;
pub mod fix;
pub mod graph;
pub mod rule;
pub mod secret;
pub mod semantics;
pub mod session;
pub mod settings;
pub mod similar;
pub mod source;
pub mod span;
pub mod suppression;
pub mod syntax;
pub mod value;
