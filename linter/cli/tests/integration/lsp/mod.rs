//! `armlint lsp` as an editor sees it.

mod actions;
mod client;
mod configuration;
mod diagnostics;
mod protocol;
mod queries;
mod texts;
