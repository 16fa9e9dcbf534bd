//! `armlint lsp`: the language server over standard input and output.
//!
//! It checks what `armlint check` checks, by the same configurations: a finding in the editor is the finding
//! of the command line. Three threads: the reader never waits for the worker, nor the worker for the writer.

mod actions;
mod address;
mod answers;
mod artefact;
mod capabilities;
mod changes;
mod client;
mod definition;
mod diagnostics;
mod document;
mod edits;
mod encoding;
mod faults;
mod hover;
mod loading;
mod place;
mod pointer;
mod preferences;
mod publish;
mod queries;
mod queue;
mod root;
mod server;
mod suppress;
mod symbols;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transport;
mod worker;
mod workspace;

use std::io;
use std::process::ExitCode;
use std::sync::mpsc;

use place::Place;

use client::Client;
use server::Server;

/// Serves the client on standard input and output; gives the exit code of the protocol.
pub(crate) fn run() -> ExitCode {
    // What a panic says may hold text of a file.
    std::panic::set_hook(Box::new(|panic| {
        if let Some(place) = panic.location() {
            eprintln!("armlint: internal error in {}:{}", place.file(), place.line());
        }
    }));
    let (outgoing, sent) = mpsc::channel();
    let writer = std::thread::spawn(move || transport::write_all(&sent, &mut io::stdout().lock()));
    let client = Client::new(outgoing);
    let code = Server::new(client.clone()).serve(&mut io::stdin().lock());
    client.end();
    // Nobody is left to tell when the client is gone.
    let _ = writer.join();
    code
}
