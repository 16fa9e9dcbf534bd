//! `armlint lsp` as an editor sees it.

mod actions;
mod client;
mod configuration;
mod diagnostics;
#[path = "../folder/mod.rs"]
mod folder;
mod protocol;
mod queries;
mod texts;
