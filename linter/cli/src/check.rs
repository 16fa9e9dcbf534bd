//! `armlint check`: the run from the arguments to the exit code.

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use armlint_engine::finding::Finding;
use armlint_engine::session::{Outcome, Report, Session};

use crate::arguments::{CheckArguments, Color, Format};
use crate::clock;
use crate::config::{Configuration, Configurations, EXCLUDED, Options};
use crate::discover::{Base, Discovery, Request};
use crate::error::Error;
use crate::fix::{self, Fixed};
use crate::known::Known;
use crate::load::{self, Loaded};
use crate::progress::Progress;
use crate::report::{self, View};
use crate::report_only::Only;
use crate::selection::Selection;
use crate::style::Style;
use crate::summary::{self, Timings};
use crate::{Status, map, output};

/// Runs the check and writes all reports. An error is what keeps it from running at all.
pub(crate) fn run(arguments: &CheckArguments, color: Color) -> Result<Status, Error> {
    let selection = Selection::new(&armlint_rules::catalogue(), &arguments.select, &arguments.ignore)?;
    let mut known = Known::read(arguments.baseline.as_ref(), arguments.write_baseline.as_ref())?;
    let paths = arguments.read();
    let pool = load::pool(arguments.threads)?;
    let progress = Progress::start();
    let mut timings = Timings::default();
    pool.install(|| {
        let request = Request {
            paths: &paths,
            parameters: &arguments.parameters,
            stdin_filename: arguments.stdin_filename.as_deref(),
            explain: arguments.show_files,
            threads: pool.current_num_threads(),
        };
        let mut loaded = load::load(request, &options(arguments), &progress, &mut timings)?;
        if arguments.timings {
            loaded.session.measure();
        }
        let start = Instant::now();
        let only = Only::new(arguments, &loaded)?;
        let (mut report, fixed) = checked(arguments, &mut loaded, &selection, &mut known, &only);
        timings.check = start.elapsed();
        let Loaded { session, found, configurations, .. } = &loaded;
        let told = known.apply(&mut report, |report, finding| {
            is_shown(configuration(configurations, report, finding), finding)
        })?;
        only.keep(&mut report);
        progress.phase(|| "writing".to_string());
        let start = Instant::now();
        let of = |finding: &Finding| configuration(configurations, &report, finding);
        let shown = |finding: &Finding| is_shown(of(finding), finding);
        let mut view = View::new(&report, session.catalogue(), &found.problems, shown);
        view.prefix = Base::current()?.prefix();
        if arguments.writes(Format::Markdown) {
            view.chart = map::chart(session, |deployment| configurations.settings(deployment), &report);
        }
        let failing = |finding: &Finding| finding.severity >= of(finding).fail_on;
        let mut status = status(&view, failing, arguments);
        let hidden = report.findings.len() - view.findings.len() - view.suppressed.len();
        drop(progress);
        for error in reports(arguments, &view, &fixed, color).iter().chain(&fixed.errors) {
            error.print();
            status = Status::Incomplete;
        }
        timings.report = start.elapsed();
        close(arguments, &report, &view, &loaded, &told, hidden, &timings);
        output::to_stderr(summary::fixed(&arguments.fixes, &fixed).as_bytes());
        Ok(status)
    })
}

// The report, after the fixes where they are asked for.
fn checked(
    arguments: &CheckArguments,
    loaded: &mut Loaded,
    selection: &Selection,
    known: &mut Known,
    only: &Only,
) -> (Report, Fixed) {
    let Loaded { session, found, configurations, stdin, .. } = loaded;
    let configurations = &*configurations;
    let known = RefCell::new(known);
    let check = |session: &Session| {
        let mut report = session.check_by(|deployment| configurations.settings(deployment));
        if !arguments.no_ignores {
            suppress(&mut report, session, configurations, &arguments.read());
        }
        known.borrow_mut().compare(&report);
        configurations.apply(&mut report, selection);
        report
    };
    if !arguments.fixes.fix {
        return (check(session), Fixed::default());
    }
    // What is suppressed, known or not asked for is not fixed.
    let open = |session: &Session| {
        let mut report = check(session);
        known.borrow().mark(&mut report);
        only.keep(&mut report);
        report
    };
    let wanted = |report: &Report, finding: &Finding| {
        finding.suppressed.is_none() && is_shown(configuration(configurations, report, finding), finding)
    };
    let report = open(session);
    let (_, fixed) = fix::run(session, report, found, stdin.as_deref(), &arguments.fixes, &open, &wanted);
    (check(session), fixed)
}

/// Marks what comments, metadata and configurations suppress; `paths` are what was asked to be checked.
pub(crate) fn suppress(
    report: &mut Report,
    session: &Session,
    configurations: &Configurations,
    paths: &[PathBuf],
) {
    session.suppress(report, clock::today());
    configurations.suppress(report, session, paths, clock::today());
}

/// Whether a finding is as bad and as sure as the configuration of its file wants.
pub(crate) fn is_shown(configuration: &Configuration, finding: &Finding) -> bool {
    finding.severity >= configuration.min_severity && finding.confidence >= configuration.min_confidence
}

fn options(arguments: &CheckArguments) -> Options {
    Options {
        min_severity: arguments.min_severity,
        min_confidence: arguments.min_confidence,
        fail_on: arguments.fail_on,
        ..arguments.settings.options()
    }
}

/// The configuration of the file of a finding.
pub(crate) fn configuration<'c>(
    configurations: &'c Configurations,
    report: &Report,
    finding: &Finding,
) -> &'c Configuration {
    let source = report.source(finding.primary.span.source);
    configurations.of(source.map_or("", |source| &source.path))
}

// What could not be checked weighs more than what was found, since nobody knows what it hides. A change may well
// be one of other files.
fn status(view: &View<'_>, failing: impl Fn(&Finding) -> bool, arguments: &CheckArguments) -> Status {
    if !view.files.unread.is_empty() || !view.files.failed.is_empty() {
        Status::Incomplete
    } else if view.findings.iter().any(failing) {
        if arguments.exit_zero { Status::Clean } else { Status::Findings }
    } else if view.files.checked == 0 && !arguments.changed {
        Status::Nothing
    } else {
        Status::Clean
    }
}

// Files first: a reader of standard output may leave. A diff takes the place of the report; the fixed text
// of standard input sends it to standard error.
fn reports(arguments: &CheckArguments, view: &View<'_>, fixed: &Fixed, color: Color) -> Vec<Error> {
    let mut errors = Vec::new();
    for (format, path) in &arguments.output {
        let mut bytes = Vec::new();
        let written = report::write(*format, view, &Style::file(), &mut bytes)
            .map_err(|source| Error::Write { path: path.to_string_lossy().into_owned(), source });
        errors.extend(written.and_then(|()| output::to_file(path, &bytes)).err());
    }
    if let Some(diff) = &fixed.diff {
        errors.extend(output::to_stdout(diff.as_bytes()).err());
        return errors;
    }
    let mut bytes = Vec::new();
    let style = if fixed.stdin.is_some() { Style::file() } else { Style::stdout(color) };
    let written = report::write(arguments.format, view, &style, &mut bytes).map_err(Error::Stdout);
    let written = written.and_then(|()| match &fixed.stdin {
        Some(text) => {
            output::to_stderr(&bytes);
            output::to_stdout(text)
        }
        None => output::to_stdout(&bytes),
    });
    errors.extend(written.err());
    errors
}

// The summary comes last, so that it is what stays on the screen.
fn close(
    arguments: &CheckArguments,
    report: &Report,
    view: &View<'_>,
    loaded: &Loaded,
    known: &str,
    hidden: usize,
    timings: &Timings,
) {
    let found = &loaded.found;
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
        text.push_str(&summary::timings(timings, &report.times));
    }
    text.push_str(known);
    text.push_str(&summary::suppressed(&view.suppressed));
    text.push_str(&summary::excluded(loaded.excluded));
    text.push_str(&summary::closing(&view.files, &view.findings, hidden, skipped(found)));
    // Nobody is left to tell when standard error is gone.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

// What the configurations exclude is counted apart.
fn skipped(found: &Discovery) -> usize {
    found.skipped.iter().filter(|skipped| skipped.reason != EXCLUDED).count()
}

#[cfg(test)]
mod tests {
    use armlint_engine::finding::Severity;
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
        let shown = |finding: &Finding| Some(finding.severity) >= arguments.min_severity;
        let failing = |finding: &Finding| finding.severity >= arguments.fail_on.unwrap_or(Severity::Medium);
        status(&View::new(&report, &catalogue, &[], shown), failing, &arguments)
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
