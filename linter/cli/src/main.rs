//! The command line of armlint: a workspace is checked as the arguments say, and what was found is printed.
//!
//! A module names only modules above it in this list, and a test holds that.

mod status;
mod version;

mod arguments;
mod error;

mod output;
mod progress;
mod style;

mod report;

mod map;
mod summary;

mod commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: arguments::Arguments = clap::Parser::parse();
    commands::run(&arguments)
}
