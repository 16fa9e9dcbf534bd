//! `armlint check`: the run from the arguments to the exit code.

use std::io::{self, Write};
use std::time::Instant;

use armlint_engine::finding::Finding;
use armlint_engine::session::{Outcome, Report};
use armlint_engine::settings::Settings;

use crate::arguments::{CheckArguments, Color};
use crate::discover::{Discovery, Request};
use crate::error::Error;
use crate::load::{self, Loaded};
use crate::progress::Progress;
use crate::report::{self, View};
use crate::selection::Selection;
use crate::style::Style;
use crate::summary::{self, Timings};
use crate::{Status, clock, output};

/// Runs the check and writes all reports. An error is what keeps it from running at all.
pub(crate) fn run(arguments: &CheckArguments, color: Color) -> Result<Status, Error> {
    let selection = Selection::new(&armlint_rules::catalogue(), &arguments.select, &arguments.ignore)?;
    let pool = load::pool(arguments.threads)?;
    let progress = Progress::start();
    let mut timings = Timings::default();
    pool.install(|| {
        let request = Request {
            paths: &arguments.paths,
            parameters: &arguments.parameters,
            stdin_filename: arguments.stdin_filename.as_deref(),
            explain: arguments.show_files,
            threads: pool.current_num_threads(),
        };
        let Loaded { session, found } = load::load(request, &progress, &mut timings)?;
        let start = Instant::now();
        let as_of = arguments.as_of.unwrap_or_else(clock::today);
        let report = session.check(&Settings::new(as_of, arguments.cloud));
        timings.check = start.elapsed();
        progress.phase(|| "writing".to_string());
        let shown = |finding: &Finding| {
            finding.severity >= arguments.min_severity && finding.confidence >= arguments.min_confidence
        };
        let wanted = |finding: &Finding| selection.wants(finding.rule);
        let start = Instant::now();
        let view = View::new(&report, session.catalogue(), &found.problems, |finding| {
            wanted(finding) && shown(finding)
        });
        let mut status = status(arguments, &view);
        let hidden = report.findings.iter().filter(|finding| wanted(finding) && !shown(finding)).count();
        drop(progress);
        for error in reports(arguments, &view, color) {
            error.print();
            status = Status::Incomplete;
        }
        timings.report = start.elapsed();
        close(arguments, &report, &view, &found, hidden, &timings);
        Ok(status)
    })
}

// What could not be checked weighs more than what was found, since nobody knows what it hides.
fn status(arguments: &CheckArguments, view: &View<'_>) -> Status {
    if !view.files.unread.is_empty() || !view.files.failed.is_empty() {
        Status::Incomplete
    } else if view.findings.iter().any(|finding| finding.severity >= arguments.fail_on) {
        if arguments.exit_zero { Status::Clean } else { Status::Findings }
    } else if view.files.checked == 0 {
        Status::Nothing
    } else {
        Status::Clean
    }
}

// Files first: a reader of standard output may leave.
fn reports(arguments: &CheckArguments, view: &View<'_>, color: Color) -> Vec<Error> {
    let mut errors = Vec::new();
    for (format, path) in &arguments.output {
        let mut bytes = Vec::new();
        let written = report::write(*format, view, &Style::file(), &mut bytes)
            .map_err(|source| Error::Write { path: path.to_string_lossy().into_owned(), source });
        errors.extend(written.and_then(|()| output::to_file(path, &bytes)).err());
    }
    let mut bytes = Vec::new();
    let written = report::write(arguments.format, view, &Style::stdout(color), &mut bytes);
    errors.extend(written.map_err(Error::Stdout).and_then(|()| output::to_stdout(&bytes)).err());
    errors
}

// The summary comes last, so that it is what stays on the screen.
fn close(
    arguments: &CheckArguments,
    report: &Report,
    view: &View<'_>,
    found: &Discovery,
    hidden: usize,
    timings: &Timings,
) {
    for problem in &found.problems {
        problem.print();
    }
    let mut text = String::new();
    if arguments.show_files {
        let checked = report.files.iter().filter(|status| status.outcome == Outcome::Checked);
        let checked: Vec<String> = checked.map(|status| status.path.to_string()).collect();
        text.push_str(&summary::show_files(&view.files, &checked, &found.skipped));
    }
    if arguments.statistics {
        text.push_str(&summary::statistics(&view.findings));
    }
    if arguments.timings {
        text.push_str(&summary::timings(timings));
    }
    text.push_str(&summary::closing(&view.files, &view.findings, hidden, found.skipped.len()));
    // Nobody is left to tell when standard error is gone.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use armlint_engine::session::FileStatus;
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};
    use crate::report::fixture;

    fn outcome(options: &[&str], outcomes: &[Outcome], findings: bool) -> Status {
        let arguments = Arguments::parse_from(["armlint", "check"].iter().chain(options));
        let Command::Check(arguments) = arguments.command else { panic!("no check") };
        let mut report = fixture::report();
        if !findings {
            report.findings.clear();
        }
        report.files = outcomes
            .iter()
            .map(|outcome| FileStatus { path: "a.json".into(), outcome: outcome.clone() })
            .collect();
        let catalogue = fixture::catalogue();
        let shown = |finding: &Finding| finding.severity >= arguments.min_severity;
        status(&arguments, &View::new(&report, &catalogue, &[], shown))
    }

    #[test]
    fn the_incomplete_weighs_more_than_findings_and_those_more_than_nothing() {
        let (failed, ignored) = (Outcome::Failed(String::new()), Outcome::Ignored(String::new()));
        let partial = Outcome::Partial(String::new());
        assert_eq!(outcome(&[], &[Outcome::Checked, failed.clone()], true), Status::Incomplete);
        assert_eq!(outcome(&[], std::slice::from_ref(&failed), false), Status::Incomplete);
        assert_eq!(outcome(&["--exit-zero"], &[failed], true), Status::Incomplete);
        assert_eq!(outcome(&[], &[Outcome::Checked], true), Status::Findings);
        assert_eq!(outcome(&["--exit-zero"], &[Outcome::Checked], true), Status::Clean);
        assert_eq!(outcome(&[], &[Outcome::Checked, ignored.clone()], false), Status::Clean);
        assert_eq!(outcome(&[], &[partial], false), Status::Clean);
        assert_eq!(outcome(&[], &[ignored], false), Status::Nothing);
        assert_eq!(outcome(&["--exit-zero"], &[], false), Status::Nothing);
    }

    #[test]
    fn only_what_is_shown_counts_against_the_threshold() {
        assert_eq!(outcome(&["--fail-on", "critical"], &[Outcome::Checked], true), Status::Findings);
        assert_eq!(outcome(&["--min-severity", "critical"], &[Outcome::Checked], true), Status::Findings);
    }
}
