//! `armlint man`: the manual page, with all commands on one page.
//!
//! The page for a command that clap_mangen writes begins each section at the level of a page; here they
//! become parts of the section of their command.

use std::io;

use armlint_workspace::config;
use armlint_workspace::judge::BASELINE_NAME;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::arguments::Arguments;
use crate::error::Error;
use crate::output;
use crate::status::Status;

const FILES: [(&str, &str); 2] = [
    (config::FILE_NAME, "The configuration of the files below its folder: the nearest one holds alone."),
    (BASELINE_NAME, "The findings that are known, unless --baseline names another file."),
];

const ENVIRONMENT: [(&str, &str); 3] = [
    ("NO_COLOR", "No colours, unless --color says otherwise."),
    ("CLICOLOR_FORCE", "Colours although standard output is no terminal."),
    (
        "AI_AGENT, CLAUDECODE, CODEX_SANDBOX, CURSOR_AGENT, GEMINI_CLI and their like",
        "A coding agent runs the program: the report is in the format `agent`, unless --format names one.",
    ),
];

/// Prints the page, in the language of man(7).
pub(crate) fn run() -> Result<Status, Error> {
    let page = page().map_err(Error::Stdout)?;
    output::to_stdout(&page)?;
    Ok(Status::Clean)
}

fn page() -> io::Result<Vec<u8>> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let man = Man::new(with_usage(command.clone()))
        .date(armlint_rules::facts_date().to_string())
        .source(concat!("armlint ", env!("CARGO_PKG_VERSION")))
        .manual("Manual of armlint");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    page.extend(b".SH COMMANDS\n");
    for subcommand in command.get_subcommands() {
        section(subcommand, &mut page)?;
    }
    let mut rest = Roff::new();
    definitions(&mut rest, "FILES", &FILES);
    definitions(&mut rest, "ENVIRONMENT", &ENVIRONMENT);
    rest.control("SH", ["SEE ALSO"]).text([roman(env!("CARGO_PKG_REPOSITORY"))]);
    rest.to_writer(&mut page)?;
    Ok(page)
}

fn section(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    // What holds for all commands is said once.
    let is_general = |argument: &clap::Arg| argument.is_global_set() || argument.get_id() == "help";
    let command = command.clone().mut_args(|argument| match is_general(&argument) {
        true => argument.hide(true),
        false => argument,
    });
    let heading = command.get_bin_name().unwrap_or_else(|| command.get_name());
    Roff::new().control("SS", [heading]).to_writer(page)?;
    let man = Man::new(with_usage(command.clone()));
    let mut parts = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    man.render_synopsis_section(&mut parts[0])?;
    man.render_description_section(&mut parts[1])?;
    man.render_options_section(&mut parts[2])?;
    man.render_extra_section(&mut parts[3])?;
    for part in parts {
        page.extend(b".PP\n");
        let lines = part.split_inclusive(|byte| *byte == b'\n');
        lines.filter(|line| !line.starts_with(b".SH ")).for_each(|line| page.extend(line));
    }
    Ok(())
}

/// The command with the usage of its help as synopsis, which does not name every option.
fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).to_string();
    command.override_usage(usage)
}

fn definitions(roff: &mut Roff, heading: &str, entries: &[(&str, &str)]) {
    roff.control("SH", [heading]);
    for (name, meaning) in entries {
        roff.control("TP", []).text([bold(*name)]).text([roman(*meaning)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_command_and_option() {
        let page = String::from_utf8(page().unwrap()).unwrap();
        let mut command = Arguments::command();
        command.build();
        for subcommand in command.get_subcommands().filter(|command| command.get_name() != "help") {
            assert!(page.contains(&format!(".SS \"armlint {}\"\n", subcommand.get_name())), "{subcommand:?}");
            for option in subcommand.get_arguments().filter_map(|argument| argument.get_long()) {
                let written = format!("\\-\\-{}", option.replace('-', "\\-"));
                assert!(page.contains(&written), "{option}");
            }
        }
        assert!(page.contains("\n.TH armlint 1 20"), "the title has a date");
    }
}
