//! Workflow commands of GitHub Actions
//! (<https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>, 2025-10).

use std::io::{self, Write};

use armlint_engine::finding::Finding;
use armlint_workspace::text::{lines, said};

use super::View;
use super::words::{Level, count, level, path_or_run, worst_first};

/// A step shows this many annotations of each level and drops the rest
/// (<https://docs.github.com/en/rest/checks/runs>, and `actions/toolkit` pull request 734).
const MAX_OF_LEVEL: usize = 10;

/// Writes what could not be checked, then the worst findings of each level, then how many there are.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut left = [MAX_OF_LEVEL; 3];
    let mut room = |level: Level| {
        let left = &mut left[level as usize];
        let is_room = *left > 0;
        *left = left.saturating_sub(1);
        is_room
    };
    let mut shown = 0;
    let unread: Vec<_> = view.files.failed.iter().chain(&view.files.unread).collect();
    for (file, reason) in &unread {
        if room(Level::Error) {
            shown += 1;
            let place = format!("file={}", property(&path_or_run(&view.in_repository(file))));
            writeln!(out, "::error {place},title=not checked::{}", data(&lines(reason)))?;
        }
    }
    for finding in worst_first(view) {
        if room(level(finding.severity)) {
            shown += 1;
            annotation(view, finding, out)?;
        }
    }
    let hidden = unread.len() + view.findings.len() - shown;
    let more = match hidden {
        0 => String::new(),
        hidden => {
            format!("; {hidden} of them without an annotation, since a step shows {MAX_OF_LEVEL} of a level")
        }
    };
    let found = count(view.findings.len(), "finding");
    writeln!(out, "armlint: {found}, {} not checked{more}", count(unread.len(), "file"))
}

fn annotation(view: &View<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let command = match level(finding.severity) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let region = view.region(finding.primary.span);
    let place = path_or_run(&region.path).into_owned();
    write!(out, "::{command} file={},line={}", property(&place), region.line)?;
    // Columns are taken only within one line.
    if region.line == region.end_line {
        write!(out, ",col={},endColumn={}", region.column, region.end_column)?;
    }
    let title = format!("{} ({})", finding.rule, finding.severity);
    writeln!(out, ",endLine={},title={}::{}", region.end_line, property(&title), data(&said(finding)))
}

// As `escapeData` and `escapeProperty` of `@actions/core`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    /// Name, properties and data.
    type Command = (String, Vec<(String, String)>, String);

    // The runner reads a line so: `::name key=value,key=value::data`.
    fn parsed(line: &str) -> Option<Command> {
        let rest = line.trim_start().strip_prefix("::")?;
        let (head, data) = rest.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
        let unescaped = |text: &str| {
            let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":");
            text.replace("%2C", ",").replace("%25", "%")
        };
        let pairs = pairs.map(|(key, value)| (key.to_string(), unescaped(value))).collect();
        Some((name.to_string(), pairs, unescaped(data)))
    }

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Github, &Style::file()));
    }

    #[test]
    fn hostile_texts_are_data_of_one_command() {
        let text = fixture::render(&fixture::hostile(), Format::Github, &Style::file());
        assert!(!text.contains(fixture::NEVER_PRINTED), "{text:?}");
        let commands: Vec<_> = text.lines().filter_map(parsed).collect();
        let names: Vec<&str> = commands.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!((names, text.lines().count()), (vec!["error", "error", "notice"], 4));
        let (_, properties, data) = &commands[2];
        let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["file", "line", "col", "endColumn", "endLine", "title"]);
        assert_eq!(properties[0].1, armlint_workspace::text::printable(fixture::HOSTILE));
        assert!(data.starts_with(&lines(fixture::HOSTILE)), "{data}");
        // The older form is looked for in all of a line.
        assert!(!text.contains("##["), "{text}");
    }

    #[test]
    fn a_step_gets_no_more_than_it_shows() {
        let mut report = fixture::minimal("{}", 0, 1);
        report.findings = vec![report.findings[0].clone(); 25];
        let text = fixture::render(&report, Format::Github, &Style::file());
        assert_eq!(text.lines().filter(|line| line.starts_with("::notice")).count(), 10);
        assert!(
            text.ends_with("; 15 of them without an annotation, since a step shows 10 of a level\n"),
            "{text}"
        );
    }
}
