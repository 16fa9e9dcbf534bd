//! The language server of armlint, over standard input and output.
//!
//! It checks what `armlint check` checks, by the same configurations: a finding in the editor is the finding
//! of the command line. Three threads: the reader never waits for the worker, nor the worker for the writer.
//!
//! A module names only modules above it in this list, and a test holds that.

mod error;

mod address;
mod changes;
mod encoding;
mod pointer;
mod preferences;
mod queue;
mod transport;

mod client;
mod document;
mod faults;
mod root;

mod artefact;
mod definition;
mod hover;
mod place;
mod symbols;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

mod diagnostics;
mod workspace;

mod edits;
mod queries;
mod suppress;

mod actions;
mod answers;
mod capabilities;
mod worker;

mod server;

use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::mpsc;

use client::Client;
use place::Place;
use server::Server;

/// Serves the client on standard input and output; gives the exit code of the protocol.
pub fn serve() -> ExitCode {
    // What a panic says may hold text of a file.
    std::panic::set_hook(Box::new(|panic| {
        if let Some(place) = panic.location() {
            eprintln!("armlint: internal error in {}:{}", place.file(), place.line());
        }
    }));
    serve_on(&mut io::stdin().lock(), io::stdout())
}

/// Serves a client on other streams, likewise; what a panic says stays as it is.
pub fn serve_on(input: &mut impl BufRead, mut output: impl Write + Send + 'static) -> ExitCode {
    let (outgoing, sent) = mpsc::channel();
    let writer = std::thread::spawn(move || transport::write_all(&sent, &mut output));
    let client = Client::new(outgoing);
    let code = Server::new(client.clone()).serve(input);
    client.end();
    // Nobody is left to tell when the client is gone.
    let _ = writer.join();
    code
}
