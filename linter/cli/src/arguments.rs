//! The arguments, as clap reads them.

pub(crate) mod agent;
mod values;

use std::path::PathBuf;

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::settings::{Cloud, Date};
use armlint_workspace::config::{self, Options};
use armlint_workspace::fixes::FixOptions;
use armlint_workspace::judge::BASELINE_NAME;
use clap::{Args, Parser, Subcommand};

pub(crate) use values::{Color, Format, ListFormat, MapFormat};

use crate::version::version;
use values::{cloud, confidence, output, severity};

/// Checks Azure templates for open networks, exposed secrets and things that do not work.
///
/// Reads ARM templates in JSON and YAML and the Git folders of Data Factory and Synapse. Never opens a
/// network connection and never starts a process.
#[derive(Debug, Parser)]
#[command(name = "armlint", version = version())]
pub(crate) struct Arguments {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check files and folders
    #[command(after_help = EXIT_CODES)]
    Check(Box<CheckArguments>),
    /// Evaluate an expression of the template language
    Eval(EvalArguments),
    /// Print the resources of a template as they would be deployed
    Expand(ExpandArguments),
    /// Draw who reaches what over which path
    #[command(after_help = MAP_EXIT_CODES)]
    Map(MapArguments),
    /// Say what a rule finds, why, and how to mend it
    Explain(ExplainArguments),
    /// List the rules
    Rules(RulesArguments),
    /// Write a rule of one's own to start from
    NewRule(NewRuleArguments),
    /// Run the examples of a pack of rules, which are their tests
    #[command(after_help = TEST_EXIT_CODES)]
    TestRules(TestRulesArguments),
    /// Say what a configuration makes hold for a file, and where each value is from
    Config(ConfigArguments),
    /// Write a configuration to start from
    Init(InitArguments),
    /// Print the JSON Schema of the configuration
    Schema,
    /// Print a script with which a shell completes commands, options and the names of rules
    Completions(CompletionsArguments),
    /// Print the manual page
    Man,
    /// Serve editors: the language server, on standard input and output
    Lsp(LspArguments),
}

const EXIT_CODES: &str = "Exit codes:
  0  nothing found at or above --fail-on
  1  findings at or above --fail-on
  2  incomplete: wrong usage, or something that should have been checked was not: it cannot be read, its text
     is broken, or evaluating it reached a limit
  3  nothing to check";

const TEST_EXIT_CODES: &str = "Exit codes:
  0  all examples hold
  1  some examples do not hold
  2  incomplete: wrong usage, or pages that are no rules";

const MAP_EXIT_CODES: &str = "Exit codes:
  0  something was drawn
  2  incomplete: wrong usage, or something that should have been drawn could not be read
  3  nothing to draw: no factory and no workspace";

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Files, folders or patterns; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The format on standard output [default: pretty, or agent where a coding agent runs the program]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Also write this format to this file
    #[arg(short, long, value_name = "FORMAT=FILE", value_parser = output)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// Read everything, but report findings in these files and folders only
    #[arg(long, value_name = "PATH", num_args = 0..)]
    pub(crate) report_only: Option<Vec<PathBuf>>,
    /// Report only what was not found in this commit: a branch, a tag or an id
    #[arg(long, value_name = "COMMIT")]
    pub(crate) since: Option<String>,
    /// The paths are the files of a change: read everything below the current folder, and report what is found
    /// in them, and elsewhere what was not found in the commit before it [default: HEAD]; for hooks
    #[arg(long, conflicts_with_all = ["report_only", "parameters", "stdin_filename"])]
    pub(crate) changed: bool,
    /// Only these rules: an id, a prefix such as `adf/`, or a category
    #[arg(long, value_name = "RULE|PREFIX/|CATEGORY", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Not these rules
    #[arg(long, value_name = "RULE|PREFIX/|CATEGORY", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Hide findings below this severity [default: low]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub(crate) min_severity: Option<Severity>,
    /// Hide findings below this confidence [default: medium]
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence())]
    pub(crate) min_confidence: Option<Confidence>,
    /// Exit with 1 when a finding of this severity or above is shown [default: medium]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub(crate) fail_on: Option<Severity>,
    /// Exit with 0 whatever was found; an incomplete run still exits with 2
    #[arg(long)]
    pub(crate) exit_zero: bool,
    #[command(flatten)]
    pub(crate) settings: SettingArguments,
    /// Values for the templates among the paths: a parameter file, or the object of the parameters in it;
    /// may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Vec<PathBuf>,
    /// The name of what comes on standard input; files beside it are used to understand it
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Show what comments, metadata and configurations suppress as well
    #[arg(long)]
    pub(crate) no_ignores: bool,
    /// Hide the findings that this file knows; stale entries are told
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = BASELINE_NAME)]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings that are shown to this file, and take those out of it that are gone
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = BASELINE_NAME)]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Worker threads; one for each processor unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Count the findings of each rule
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Show how long each phase took
    #[arg(long)]
    pub(crate) timings: bool,
    /// Say for every file why it was checked or not
    #[arg(long)]
    pub(crate) show_files: bool,
    /// No summary on standard error, only what could not be checked
    #[arg(short, long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) fixes: FixArguments,
}

#[derive(Debug, Args)]
pub(crate) struct FixArguments {
    /// Apply the safe fixes of what is found, and report what is left; of standard input, print the fixed
    /// text and report on standard error
    #[arg(long)]
    pub(crate) fix: bool,
    /// Apply the fixes that are to be looked at, too
    #[arg(long, requires = "fix")]
    pub(crate) unsafe_fixes: bool,
    /// Write nothing, and print what would change, with secrets masked, in place of the report
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SettingArguments {
    /// Check against the Azure of this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<Date>,
    /// The cloud that is deployed to [default: public]
    #[arg(long, value_parser = cloud())]
    pub(crate) cloud: Option<Cloud>,
    /// Report what is advice for high isolation, too
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) configuration: ConfigurationArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigurationArguments {
    /// This configuration for all files, instead of the `armlint.yaml` nearest to each; its patterns
    /// start from the current folder
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// No configuration
    #[arg(long)]
    pub(crate) no_config: bool,
}

impl ConfigurationArguments {
    /// Where configurations are from.
    pub(crate) fn options(&self) -> Options {
        Options { config: self.config.clone(), no_config: self.no_config, ..Options::default() }
    }
}

impl CheckArguments {
    /// What is read: the paths, or the current folder where they are none or only those of a change.
    pub(crate) fn read(&self) -> Vec<PathBuf> {
        if self.changed || self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() }
    }

    /// The format on standard output.
    pub(crate) fn format(&self) -> Format {
        let unnamed =
            || if agent::is_running(|name| std::env::var_os(name)) { Format::Agent } else { Format::Pretty };
        self.format.unwrap_or_else(unnamed)
    }

    /// Whether a report of this format is written, to standard output or to a file.
    pub(crate) fn writes(&self, format: Format) -> bool {
        self.format() == format || self.output.iter().any(|(other, _)| *other == format)
    }
}

impl FixArguments {
    /// How fixes are applied where they are.
    pub(crate) fn options(&self) -> FixOptions {
        FixOptions { with_unsafe: self.unsafe_fixes, diff: self.diff }
    }
}

impl SettingArguments {
    /// What wins over the configurations.
    pub(crate) fn options(&self) -> Options {
        Options { as_of: self.as_of, cloud: self.cloud, strict: self.strict, ..self.configuration.options() }
    }
}

#[derive(Debug, Args)]
pub(crate) struct NewRuleArguments {
    /// The id: the namespace of the pack and the name of the rule, such as `contoso/owner-missing`
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// The folder of the page; that of the pack, or one named like the namespace, unless given
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TestRulesArguments {
    /// A folder of pages, or one page
    #[arg(value_name = "PACK")]
    pub(crate) pack: PathBuf,
    /// The namespace; that of the configuration, or the name of the folder, unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
    /// Only the rules of the pack, and none of armlint's own
    #[arg(long)]
    pub(crate) own_rules: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    /// A file or a folder; it need not exist
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// The format
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) settings: SettingArguments,
}

#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The file to write
    #[arg(default_value = config::FILE_NAME, value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct LspArguments {
    /// Accepted since clients pass it: there is no other way to connect
    #[arg(long)]
    pub(crate) stdio: bool,
    /// The process that started the server; accepted since clients pass it
    #[arg(long = "clientProcessId", value_name = "ID")]
    pub(crate) client_process_id: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArguments {
    /// The expression, with or without its brackets: `concat('a', 'b')`
    #[arg(required_unless_present = "jsonl")]
    pub(crate) expression: Option<String>,
    /// The template whose parameters, variables and functions may be used
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// Values of parameters: a parameter file, or the object of the parameters in it
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<PathBuf>,
    /// The place of the deployment: a JSON object with any of `subscriptionId`, `resourceGroup`,
    /// `location`, `tenantId`, `managementGroup`, `deploymentName` and `scope`
    #[arg(long, value_name = "FILE")]
    pub(crate) context: Option<PathBuf>,
    /// Expressions, one JSON object a line: `expr`, and perhaps `template_parameters`, `parameters` and
    /// `context`; gives a line with `value`, `unknown` or `error` for each
    #[arg(long, value_name = "FILE", conflicts_with = "expression")]
    pub(crate) jsonl: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExpandArguments {
    /// The template
    #[arg(value_name = "TEMPLATE")]
    pub(crate) template: PathBuf,
    /// Values of parameters: a parameter file, or the object of the parameters in it
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<PathBuf>,
    /// The place of the deployment: a JSON object with any of `subscriptionId`, `resourceGroup`,
    /// `location`, `tenantId`, `managementGroup`, `deploymentName` and `scope`
    #[arg(long, value_name = "FILE")]
    pub(crate) context: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct MapArguments {
    /// Files, folders or patterns; `-` is standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The format
    #[arg(long, value_enum, default_value_t = MapFormat::Text)]
    pub(crate) format: MapFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: SettingArguments,
    /// Values for the templates among the paths, as for `check`: one map for each file
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The id of a rule, a prefix such as `adf/`, or the id of another tool's check, such as `CKV_AZURE_3`
    pub(crate) rule: String,
    #[command(flatten)]
    pub(crate) configuration: ConfigurationArguments,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    /// The format of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Only those that look for the same as a check of another tool, such as `CKV_AZURE_3`
    #[arg(long, value_name = "ID")]
    pub(crate) equivalent: Option<String>,
    #[command(flatten)]
    pub(crate) configuration: ConfigurationArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
