//! `armlint lsp`: the language server over standard input and output.

use std::process::ExitCode;

use crate::arguments::LspArguments;

/// Serves until the client ends it, and gives the exit code of the protocol. There is one way to connect, whatever
/// the arguments say.
pub(crate) fn run(_: &LspArguments) -> ExitCode {
    armlint_lsp::serve()
}
