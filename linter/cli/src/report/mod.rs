//! From a report to bytes: one module per format.
//!
//! Reporters see a [`View`] of a [`Digest`], in which no text of a secret is left; the lines of sources they get
//! through [`snippet`], which masks.

mod agent;
mod azure;
mod checkstyle;
mod concise;
mod csv;
pub(crate) mod evaluated;
mod github;
mod gitlab;
pub(crate) mod html;
mod json;
mod jsonl;
mod junit;
mod markdown;
pub(crate) mod network;
mod rdjson;
mod sarif;
mod snippet;
mod terminal;
mod words;

#[cfg(test)]
pub(crate) mod fixture;

use std::io::{self, Write};

use armlint_engine::finding::{Finding, Label};
use armlint_engine::rule::Catalogue;
use armlint_engine::session::{FileStatus, Outcome};
use armlint_engine::span::Span;
use armlint_workspace::digest::Digest;
use armlint_workspace::error::Error;
use armlint_workspace::input::RepositoryPaths;

use crate::arguments::Format;
use crate::status::Status;
use crate::style::Style;
use network::Network;

/// What is shown of a report.
#[derive(Debug)]
pub(crate) struct View<'a> {
    digest: &'a Digest,
    catalogue: &'a Catalogue,
    /// The findings to show, in the order of the report, without secrets.
    pub(crate) findings: Vec<Finding>,
    /// Findings that would be shown if nothing suppressed them, likewise; they never count.
    pub(crate) suppressed: Vec<Finding>,
    /// The files, without secrets.
    pub(crate) files: Files,
    /// The maps of factories, for formats that draw.
    pub(crate) chart: Chart,
    /// Paths from the root of the repository; none shows them as they are.
    pub(crate) repository: Option<RepositoryPaths>,
    /// The same as a picture.
    pub(crate) network: Option<Network>,
    /// Findings that are left out since an earlier commit has them, likewise.
    pub(crate) known: Vec<Finding>,
    /// What a report says of the run.
    pub(crate) run: RunFacts,
}

/// What a report says of the run.
#[derive(Clone, Debug)]
pub(crate) struct RunFacts {
    /// How it ends.
    pub(crate) status: Status,
    /// How many findings make it fail.
    pub(crate) failing: usize,
    /// The days and clouds that were checked against.
    pub(crate) days: Vec<String>,
    /// The commit that is checked out.
    pub(crate) commit: Option<String>,
    /// The commit that it is compared with, as the user named it.
    pub(crate) since: Option<String>,
    /// Findings below the least severity or confidence.
    pub(crate) hidden: usize,
    /// Files that the configurations exclude.
    pub(crate) excluded: usize,
    /// Files that are nothing for this linter.
    pub(crate) others: usize,
}

/// The maps of factories as one chart.
#[derive(Clone, Debug)]
pub(crate) enum Chart {
    /// There is no factory, or nobody asked.
    Nothing,
    /// There is more than Mermaid draws.
    TooLarge,
    /// In the language of Mermaid, without secrets.
    Drawn(String),
}

/// A part of a text: lines and columns are 1-based, columns count UTF-16 units, the end is exclusive.
#[derive(Debug)]
struct Region {
    /// From the root of the repository; empty without a source.
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// What became of the files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// How many were checked, those included of which parts could not be.
    pub(crate) checked: usize,
    /// Of which parts were not checked, and why.
    pub(crate) partial: Vec<(String, String)>,
    /// Of how many of these something was not checked that should have been.
    pub(crate) gaps: usize,
    /// What should have been checked but could not be, and why.
    pub(crate) failed: Vec<(String, String)>,
    /// Arguments and folders that could not be read, and why.
    pub(crate) unread: Vec<(String, String)>,
    /// What is nothing for this linter, and why.
    pub(crate) ignored: Vec<(String, String)>,
    /// Those of the ignored that something has to render first.
    pub(crate) unrendered: Vec<(String, String)>,
    /// Those of the ignored that are no text at all.
    pub(crate) unreadable: Vec<(String, String)>,
}

impl Default for RunFacts {
    fn default() -> RunFacts {
        RunFacts {
            status: Status::Clean,
            failing: 0,
            days: Vec::new(),
            commit: None,
            since: None,
            hidden: 0,
            excluded: 0,
            others: 0,
        }
    }
}

impl Files {
    /// Whether something was not checked that should have been.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.gaps > 0 || !self.failed.is_empty() || !self.unread.is_empty()
    }

    /// Whether everything was checked, and all of it.
    pub(crate) fn is_whole(&self) -> bool {
        self.checked > 0
            && !self.is_incomplete()
            && self.partial.is_empty()
            && self.unrendered.is_empty()
            && self.unreadable.is_empty()
    }
}

impl<'a> View<'a> {
    /// The view of those findings that `shown` wants; `problems` are the paths that were not even found.
    pub(crate) fn new(
        digest: &'a Digest,
        catalogue: &'a Catalogue,
        problems: &[Error],
        shown: impl Fn(&Finding) -> bool,
    ) -> View<'a> {
        let findings = digest.report.findings.iter().filter(|finding| shown(finding)).cloned();
        let (findings, suppressed) = findings.partition(|finding: &Finding| finding.suppressed.is_none());
        let files = files(&digest.report.files, problems);
        View {
            digest,
            catalogue,
            findings,
            suppressed,
            files,
            chart: Chart::Nothing,
            repository: None,
            network: None,
            known: Vec::new(),
            run: RunFacts::default(),
        }
    }

    /// A shown path as it is from the root of the repository.
    fn in_repository(&self, path: &str) -> String {
        self.repository.as_ref().map_or_else(|| path.to_string(), |repository| repository.of(path))
    }

    fn region(&self, span: Span) -> Region {
        match self.digest.excerpt(span.source) {
            Some(excerpt) => {
                let (start, end) = (excerpt.position(span.start), excerpt.position(span.end));
                Region {
                    path: self.in_repository(&excerpt.path),
                    line: start.line,
                    column: start.column,
                    end_line: end.line,
                    end_column: end.column,
                }
            }
            None => Region { path: String::new(), line: 1, column: 1, end_line: 1, end_column: 1 },
        }
    }

    /// The path of the source of a label, and the label's first place in it: 1-based line, 1-based column
    /// in UTF-16 units. Without a source: an empty path and the first place.
    fn place(&self, label: &Label) -> (&str, u32, u32) {
        match self.digest.excerpt(label.span.source) {
            Some(excerpt) => {
                let position = excerpt.position(label.span.start);
                (&excerpt.path, position.line, position.column)
            }
            None => ("", 1, 1),
        }
    }
}

/// Writes the view in a format.
pub(crate) fn write(format: Format, view: &View<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Pretty => terminal::write(view, style, out),
        Format::Concise => concise::write(view, out),
        Format::Json => json::write(view, out),
        Format::Jsonl => jsonl::write(view, out),
        Format::Sarif => sarif::write(view, out),
        Format::Github => github::write(view, out),
        Format::Azure => azure::write(view, out),
        Format::Gitlab => gitlab::write(view, out),
        Format::Junit => junit::write(view, out),
        Format::Markdown => markdown::write(view, out),
        Format::Html => html::write(view, out),
        Format::Agent => agent::write(view, out),
        Format::Csv => csv::write(view, out),
        Format::Rdjson => rdjson::write(view, out),
        Format::Checkstyle => checkstyle::write(view, out),
    }
}

fn files(statuses: &[FileStatus], problems: &[Error]) -> Files {
    let mut files = Files::default();
    for status in statuses {
        let entry = |reason: &str| (status.path.to_string(), reason.to_string());
        match &status.outcome {
            Outcome::Checked => files.checked += 1,
            Outcome::Partial(gap) => {
                files.checked += 1;
                files.gaps += usize::from(gap.is_failure());
                files.partial.push(entry(&gap.reason));
            }
            Outcome::Failed(reason) => files.failed.push(entry(reason)),
            Outcome::Ignored(reason) => files.ignored.push(entry(reason)),
            Outcome::Unrendered(reason) => {
                files.ignored.push(entry(reason));
                files.unrendered.push(entry(reason));
            }
            Outcome::Unreadable(reason) => {
                files.ignored.push(entry(reason));
                files.unreadable.push(entry(reason));
            }
        }
    }
    for problem in problems {
        let path = problem.unread().unwrap_or_default();
        files.unread.push((path.to_string(), problem.reason()));
    }
    files
}

#[cfg(test)]
mod tests {
    use armlint_engine::rule::example;
    use armlint_engine::secret::names::is_word;
    use armlint_engine::session::{Input, Report, Session};
    use armlint_engine::settings::{Cloud, Date, Settings};
    use clap::ValueEnum;

    use super::*;

    /// What the engine takes for a secret in an example, where it is written as itself.
    fn secrets(report: &Report) -> Vec<String> {
        let texts = report.secrets.iter().filter_map(|span| {
            let text = report.source(span.source)?.slice(*span);
            text.strip_prefix('"')?.strip_suffix('"')
        });
        let masked = |text: &str| text.trim_matches('*').is_empty();
        let literal = |text: &&str| text.len() >= 6 && !masked(text) && !text.contains(['[', '{', '@', '(']);
        texts.filter(literal).filter(|text| !is_word(text)).map(ToString::to_string).collect()
    }

    #[test]
    fn no_format_holds_a_secret_of_an_example_of_a_rule() {
        let catalogue = armlint_rules::catalogue();
        let mut count = 0;
        for rule in catalogue.rules() {
            for example in catalogue.examples(rule.id).unwrap() {
                let mut session = Session::new(armlint_rules::catalogue());
                let input = |file: &example::ExampleFile| Input {
                    path: file.path.as_str().into(),
                    content: Ok(file.text.clone().into_bytes()),
                    context: false,
                    named: false,
                };
                session.set_all(example.files.iter().map(input).collect());
                let today = Date { year: 2026, month: 1, day: 31 };
                let report = session.check(&Settings::new(example.as_of.unwrap_or(today), Cloud::Public));
                let secrets = secrets(&report);
                count += secrets.len();
                for format in Format::value_variants().iter().filter(|_| !secrets.is_empty()) {
                    let text = fixture::render(&report, *format, &Style::file());
                    for secret in &secrets {
                        assert!(!text.contains(secret), "{} {format:?} {secret}: {text}", rule.id);
                    }
                }
            }
        }
        assert!(count > 0);
    }
}
