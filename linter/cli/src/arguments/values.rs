//! The values that arguments take, by their names.

use std::path::PathBuf;

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::settings::Cloud;
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set; everywhere if CLICOLOR_FORCE is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the lines that each finding is about
    Pretty,
    /// One line for each finding
    Concise,
    /// For programs
    Json,
    /// For programs that read line by line
    Jsonl,
    /// For code scanning of GitHub and the scans tab of Azure DevOps: SARIF 2.1.0
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// Logging commands of Azure Pipelines
    Azure,
    /// Code Quality of GitLab
    Gitlab,
    /// JUnit XML
    Junit,
    /// A summary with the maps of factories
    Markdown,
    /// A page for a browser, with the map of factories: one file
    Html,
    /// For coding agents: one line for each finding, with its fix
    Agent,
    /// For spreadsheets
    Csv,
    /// For reviewdog, with suggestions
    Rdjson,
    /// Checkstyle XML
    Checkstyle,
}

/// The formats of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MapFormat {
    /// Aligned lines
    Text,
    /// A flow chart that Markdown and pull requests draw
    Mermaid,
    /// For Graphviz
    Dot,
    /// A picture
    Svg,
    /// For diagrams.net
    Drawio,
    /// A page for a browser, with what was found
    Html,
}

/// The formats of the list of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    Text,
    /// For programs
    Json,
}

/// Reads `FORMAT=FILE`.
pub(super) fn output(argument: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = argument.split_once('=').ok_or("write it as FORMAT=FILE")?;
    let names = || {
        let names = Format::value_variants().iter().filter_map(Format::to_possible_value);
        names.map(|value| value.get_name().to_string()).collect::<Vec<_>>().join(", ")
    };
    let format = Format::from_str(format, false)
        .map_err(|_| format!("`{format}` is no format; there are {}", names()))?;
    match file {
        "" => Err("the name of the file is missing".to_string()),
        file => Ok((format, file.into())),
    }
}

/// The names of severities.
pub(super) fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(["low", "medium", "high", "critical"])
        .try_map(|name| name.parse().map_err(|()| format!("`{name}` is no severity")))
}

/// The names of confidences.
pub(super) fn confidence() -> impl TypedValueParser<Value = Confidence> {
    PossibleValuesParser::new(["low", "medium", "high"]).map(|name| match name.as_str() {
        "low" => Confidence::Low,
        "medium" => Confidence::Medium,
        _ => Confidence::High,
    })
}

/// The names of clouds.
pub(super) fn cloud() -> impl TypedValueParser<Value = Cloud> {
    PossibleValuesParser::new(["public", "usgov", "china"]).map(|name| match name.as_str() {
        "usgov" => Cloud::UsGovernment,
        "china" => Cloud::China,
        _ => Cloud::Public,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_names_format_and_file() {
        assert_eq!(output("json=a=b.json"), Ok((Format::Json, "a=b.json".into())));
        assert!(output("json").is_err());
        assert!(output("json=").is_err());
        assert!(output("xml=a").unwrap_err().contains("pretty, concise, json"));
    }
}
