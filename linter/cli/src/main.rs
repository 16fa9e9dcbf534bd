//! The command line of armlint: finds files, has the engine check them, prints what was found.

mod arguments;
mod baseline;
mod check;
mod clock;
mod commit;
mod completions;
mod config;
mod discover;
mod earlier;
mod error;
mod eval;
mod expand;
mod explain;
mod fix;
mod given;
mod init;
mod known;
mod load;
mod lsp;
mod man;
mod map;
mod output;
mod progress;
mod read;
mod report;
mod report_only;
mod rules;
mod schema;
mod selection;
mod style;
mod summary;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments: Arguments = clap::Parser::parse();
    let outcome = match &arguments.command {
        Command::Check(check) => check::run(check, arguments.color),
        Command::Eval(eval) => eval::run(eval),
        Command::Expand(expand) => expand::run(expand),
        Command::Explain(explain) => explain::run(explain, arguments.color),
        Command::Map(map) => map::run(map, arguments.color),
        Command::Rules(rules) => rules::run(rules),
        Command::Init(init) => init::run(init),
        Command::Lsp(_) => return lsp::run(),
        Command::Schema => schema::run(),
        Command::Completions(completions) => completions::run(completions),
        Command::Man => man::run(),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(error) => {
            error.print();
            Status::Incomplete.into()
        }
    }
}

/// How a run ended; scripts depend on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Something was checked, and nothing at or above the threshold was found.
    Clean,
    /// There are findings at or above the threshold.
    Findings,
    /// Not everything that should have been checked could be.
    Incomplete,
    /// There was nothing to check.
    Nothing,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Incomplete => 2,
            Status::Nothing => 3,
        })
    }
}
