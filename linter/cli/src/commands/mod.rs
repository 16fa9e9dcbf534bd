//! The subcommands, one file for each: from its arguments to its exit code.

mod check;
mod completions;
mod config;
mod eval;
mod eval_inputs;
mod expand;
mod explain;
mod init;
mod lowered;
mod lsp;
mod man;
mod map;
mod new_rule;
mod rules;
mod schema;
mod test_rules;

use std::process::ExitCode;

use crate::arguments::{Arguments, Command};
use crate::status::Status;

/// Runs the command that the arguments name.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let outcome = match &arguments.command {
        Command::Check(check) => check::run(check, arguments.color),
        Command::Eval(eval) => eval::run(eval),
        Command::Expand(expand) => expand::run(expand),
        Command::Explain(explain) => explain::run(explain, arguments.color),
        Command::Map(map) => map::run(map, arguments.color),
        Command::Rules(rules) => rules::run(rules),
        Command::NewRule(new) => new_rule::run(new),
        Command::TestRules(test) => test_rules::run(test),
        Command::Config(config) => config::run(config),
        Command::Init(init) => init::run(init),
        Command::Lsp(lsp) => return lsp::run(lsp),
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
