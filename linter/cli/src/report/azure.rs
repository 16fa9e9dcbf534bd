//! Logging commands of Azure Pipelines
//! (<https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>, 2025-10).

use std::io::{self, Write};

use armlint_workspace::text::{lines, said};

use super::View;
use super::words::{Level, count, level, path_or_run, worst_first};

/// A task shows this many issues of each type (`_maxIssueCount` of the agent's `ExecutionContext`, 2025).
const MAX_OF_TYPE: usize = 10;

/// Writes what could not be checked, then the worst findings of each type, then how many there are.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let unread: Vec<_> = view.files.failed.iter().chain(&view.files.unread).collect();
    for (file, reason) in &unread {
        let path = property(&path_or_run(&view.in_repository(file)));
        errors.push(issue(
            "error",
            &format!("sourcepath={path}"),
            &format!("not checked: {}", lines(reason)),
        ));
    }
    for finding in worst_first(view) {
        let region = view.region(finding.primary.span);
        let place = format!(
            "sourcepath={};linenumber={};columnnumber={};code={}",
            property(&path_or_run(&region.path)),
            region.line,
            region.column,
            property(finding.rule)
        );
        let text = format!("{}: {}", finding.severity, said(finding));
        match level(finding.severity) {
            Level::Error => errors.push(issue("error", &place, &text)),
            Level::Warning | Level::Note => warnings.push(issue("warning", &place, &text)),
        }
    }
    let all = errors.len() + warnings.len();
    let shown: Vec<_> =
        errors.into_iter().take(MAX_OF_TYPE).chain(warnings.into_iter().take(MAX_OF_TYPE)).collect();
    for line in &shown {
        writeln!(out, "{line}")?;
    }
    let more = match all - shown.len() {
        0 => String::new(),
        hidden => format!("; {hidden} of them are not listed, since a task shows {MAX_OF_TYPE} of a type"),
    };
    let found = count(view.findings.len(), "finding");
    writeln!(out, "armlint: {found}, {} not checked{more}", count(unread.len(), "file"))
}

fn issue(ty: &str, place: &str, text: &str) -> String {
    format!("##vso[task.logissue type={ty};{place};]{}", data(text))
}

// As `escapedata` and `escape` of `azure-pipelines-task-lib`.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    /// Name, properties and data.
    type Command = (String, Vec<(String, String)>, String);

    // The agent takes the first `##vso[` anywhere in a line, up to the first `]`.
    fn parsed(line: &str) -> Option<Command> {
        let (_, rest) = line.split_once("##vso[")?;
        let (head, data) = rest.split_once(']')?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let unescaped = |text: &str| {
            let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%5D", "]");
            text.replace("%3B", ";").replace("%AZP25", "%")
        };
        let pairs = properties.split(';').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(key, value)| (key.to_string(), unescaped(value))).collect();
        Some((name.to_string(), pairs, unescaped(data)))
    }

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Azure, &Style::file()));
    }

    #[test]
    fn hostile_texts_are_data_of_one_command() {
        let text = fixture::render(&fixture::hostile(), Format::Azure, &Style::file());
        assert!(!text.contains(fixture::NEVER_PRINTED), "{text:?}");
        let commands: Vec<_> = text.lines().filter_map(parsed).collect();
        assert_eq!((commands.len(), text.lines().count()), (3, 4));
        assert!(commands.iter().all(|(name, ..)| name == "task.logissue"));
        let (_, properties, data) = &commands[2];
        let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["type", "sourcepath", "linenumber", "columnnumber", "code"]);
        assert_eq!(properties[1].1, armlint_workspace::text::printable(fixture::HOSTILE));
        assert!(data.starts_with(&format!("low: {}", lines(fixture::HOSTILE))), "{data}");
        assert_eq!(text.matches("##vso[").count(), 3);
    }
}
