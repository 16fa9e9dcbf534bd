//! `armlint completions`: a script with which a shell completes commands, options and the names of rules.

use armlint_engine::finding::Category;
use armlint_engine::rule::Catalogue;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};

use crate::arguments::{Arguments, CompletionsArguments};
use crate::error::Error;
use crate::{Status, output};

/// The arguments that take the name of a rule, by command.
const RULE_ARGUMENTS: [(&str, &[&str]); 2] = [("check", &["select", "ignore"]), ("explain", &["rule"])];

/// Prints the script for a shell.
pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Status, Error> {
    let mut script = Vec::new();
    let mut command = command(&armlint_rules::catalogue());
    clap_complete::generate(arguments.shell, &mut command, "armlint", &mut script);
    output::to_stdout(&script)?;
    Ok(Status::Clean)
}

/// The command line with the names of rules as values. While arguments are read they are plain text, so
/// that a wrong name gets the same error from there as from a configuration.
fn command(catalogue: &Catalogue) -> Command {
    let names = PossibleValuesParser::new(names(catalogue));
    RULE_ARGUMENTS.iter().fold(Arguments::command(), |command, (name, arguments)| {
        command.mut_subcommand(name, |command| {
            arguments.iter().fold(command, |command, argument| {
                command.mut_arg(argument, |argument| argument.value_parser(names.clone()))
            })
        })
    })
}

/// Everything that stands for rules: categories, prefixes and ids, with titles.
fn names(catalogue: &Catalogue) -> Vec<PossibleValue> {
    let ids = || catalogue.rules().iter().map(|rule| rule.id);
    let mut prefixes: Vec<_> = ids().filter_map(|id| Some(&id[..=id.find('/')?])).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    let categories = Category::ALL.into_iter().map(Category::as_str);
    let named = ids().map(|id| match catalogue.documentation(id) {
        Some(documentation) => PossibleValue::new(id).help(documentation.title()),
        None => PossibleValue::new(id),
    });
    categories.chain(prefixes).map(PossibleValue::new).chain(named).collect()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use clap_complete::Shell;

    use super::*;
    use crate::report::fixture;

    fn script(shell: Shell) -> String {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(&fixture::catalogue()), "armlint", &mut script);
        String::from_utf8(script).unwrap()
    }

    #[test]
    fn every_script_knows_commands_options_and_rules() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for name in ["explain", "write-baseline", "powershell"] {
                assert!(script.contains(name), "{shell}: {name}");
            }
            // Elvish and PowerShell complete no values.
            if !matches!(shell, Shell::Elvish | Shell::PowerShell) {
                for name in ["adf/secret-literal", "template/", "network"] {
                    assert!(script.contains(name), "{shell}: {name}");
                }
            }
        }
    }

    #[test]
    fn names_are_those_that_select() {
        for name in names(&fixture::catalogue()) {
            assert!(crate::selection::rules_of(&fixture::catalogue(), name.get_name()).is_ok(), "{name:?}");
        }
    }
}
