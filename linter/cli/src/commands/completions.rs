//! `armlint completions`: a script with which a shell completes commands, options and the names of rules.

use armlint_engine::finding::Category;
use armlint_engine::rule::Catalogue;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::error::Error;
use crate::output;
use crate::status::Status;

/// The arguments that take the name of a rule, by command.
const RULE_ARGUMENTS: [(&str, &[&str]); 2] = [("check", &["select", "ignore"]), ("explain", &["rule"])];

/// Prints the script for a shell.
pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Status, Error> {
    output::to_stdout(&script(arguments.shell, &armlint_rules::catalogue()))?;
    Ok(Status::Clean)
}

fn script(shell: Shell, catalogue: &Catalogue) -> Vec<u8> {
    let mut script = Vec::new();
    let mut command = command(catalogue);
    clap_complete::generate(shell, &mut command, "armlint", &mut script);
    if shell == Shell::Fish {
        script.extend(fish_positionals(&command).into_bytes());
    }
    script
}

/// What clap_complete leaves out of the script for fish: the values of arguments without a dash.
fn fish_positionals(command: &Command) -> String {
    let mut lines = String::new();
    for subcommand in command.get_subcommands() {
        for values in subcommand.get_positionals().map(|argument| argument.get_possible_values()) {
            let names: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
            if !names.is_empty() {
                let condition = format!("__fish_armlint_using_subcommand {}", subcommand.get_name());
                lines += &format!("complete -c armlint -n \"{condition}\" -f -a \"{}\"\n", names.join(" "));
            }
        }
    }
    lines
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
        Some(documentation) => PossibleValue::new(id).help(documentation.title.to_string()),
        None => PossibleValue::new(id),
    });
    categories.chain(prefixes).map(PossibleValue::new).chain(named).collect()
}

#[cfg(test)]
mod tests {
    use armlint_workspace::fixture;
    use armlint_workspace::selection::rules_of;
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_script_knows_commands_options_and_rules() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell, &fixture::catalogue())).unwrap();
            // The scripts for Elvish and PowerShell complete no values.
            let has_values = !matches!(shell, Shell::Elvish | Shell::PowerShell);
            for name in ["explain", "write-baseline"] {
                assert!(script.contains(name), "{shell}: {name}");
            }
            for name in ["adf/secret-literal", "template/", "correctness"] {
                assert_eq!(script.contains(name), has_values, "{shell}: {name}");
            }
        }
    }

    #[test]
    fn names_are_those_that_select() {
        for name in names(&fixture::catalogue()) {
            assert!(rules_of(&fixture::catalogue(), name.get_name()).is_ok(), "{name:?}");
        }
    }
}
