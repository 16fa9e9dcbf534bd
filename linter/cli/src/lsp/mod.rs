//! `armlint lsp`: the language server over standard input and output.
//!
//! It checks what `armlint check` checks, by the same configurations: a finding in the editor is the
//! finding of the command line.

mod place;

pub(crate) use place::Place;
