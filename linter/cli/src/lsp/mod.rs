//! `armlint lsp`: the language server over standard input and output.
//!
//! It checks what `armlint check` checks, by the same configurations: a finding in the editor is the
//! finding of the command line.

#[allow(dead_code)]
mod artefact;
#[allow(dead_code)]
pub(crate) mod definition;
#[allow(dead_code)]
pub(crate) mod hover;
mod place;
#[allow(dead_code)]
mod pointer;
#[allow(dead_code)]
pub(crate) mod symbols;

pub(crate) use place::Place;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
