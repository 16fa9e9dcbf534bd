//! `armlint check`: the run from the arguments to the exit code.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use armlint_engine::finding::Finding;
use armlint_engine::session::{Outcome, Report};

use crate::arguments::{CheckArguments, Color, Format};
use crate::baseline::{self, Baseline, Comparison};
use crate::clock;
use crate::config::{Configuration, Configurations, EXCLUDED, Options};
use crate::discover::{Base, Discovery, Request};
use crate::error::Error;
use crate::load::{self, Loaded};
use crate::progress::Progress;
use crate::report::{self, View};
use crate::selection::Selection;
use crate::style::Style;
use crate::summary::{self, Timings};
use crate::{Status, map, output, report_only};

/// Runs the check and writes all reports. An error is what keeps it from running at all.
pub(crate) fn run(arguments: &CheckArguments, color: Color) -> Result<Status, Error> {
    let selection = Selection::new(&armlint_rules::catalogue(), &arguments.select, &arguments.ignore)?;
    let mut known = Known::read(arguments)?;
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
        let mut loaded = load::load(request, &options(arguments), &progress, &mut timings)?;
        if arguments.timings {
            loaded.session.measure();
        }
        let Loaded { session, found, configurations, .. } = &loaded;
        let start = Instant::now();
        let mut report = session.check_by(|deployment| configurations.settings(deployment));
        if !arguments.no_ignores {
            session.suppress(&mut report, clock::today());
            configurations.suppress(&mut report, session, &arguments.paths, clock::today());
        }
        known.compare(&report);
        configurations.apply(&mut report, &selection);
        let is_shown = |report: &Report, finding: &Finding| {
            let configuration = configuration(configurations, report, finding);
            finding.severity >= configuration.min_severity
                && finding.confidence >= configuration.min_confidence
        };
        let stale = known.apply(&mut report, is_shown)?;
        report_only::keep(&mut report, &arguments.report_only)?;
        timings.check = start.elapsed();
        progress.phase(|| "writing".to_string());
        let start = Instant::now();
        let of = |finding: &Finding| configuration(configurations, &report, finding);
        let shown = |finding: &Finding| is_shown(&report, finding);
        let mut view = View::new(&report, session.catalogue(), &found.problems, shown);
        view.prefix = Base::current()?.prefix();
        if arguments.writes(Format::Markdown) {
            view.chart = map::chart(session, |deployment| configurations.settings(deployment), &report);
        }
        let failing = |finding: &Finding| finding.severity >= of(finding).fail_on;
        let mut status = status(&view, failing, arguments.exit_zero);
        let hidden = report.findings.len() - view.findings.len() - view.suppressed.len();
        drop(progress);
        for error in reports(arguments, &view, color) {
            error.print();
            status = Status::Incomplete;
        }
        timings.report = start.elapsed();
        close(arguments, &report, &view, &loaded, &stale, hidden, &timings);
        Ok(status)
    })
}

/// The baselines of a run, with what they know of all findings, whether or not these are wanted.
struct Known {
    read: Option<(Baseline, Comparison)>,
    write: Option<(Baseline, Comparison)>,
}

impl Known {
    fn read(arguments: &CheckArguments) -> Result<Known, Error> {
        let read = |path: &PathBuf| match arguments.write_baseline.as_ref() == Some(path) {
            true => Baseline::read_or_new(path),
            false => Baseline::read(path),
        };
        let fresh = |baseline| (baseline, Comparison::default());
        let write = arguments.write_baseline.as_deref().map(Baseline::read_or_new);
        Ok(Known {
            read: arguments.baseline.as_ref().map(read).transpose()?.map(fresh),
            write: write.transpose()?.map(fresh),
        })
    }

    fn compare(&mut self, report: &Report) {
        for (baseline, comparison) in self.read.iter_mut().chain(&mut self.write) {
            *comparison = baseline.compare(report);
        }
    }

    // What is written is known from then on. Gives what is to be said of stale entries.
    fn apply(
        &mut self,
        report: &mut Report,
        is_shown: impl Fn(&Report, &Finding) -> bool,
    ) -> Result<String, Error> {
        let mut stale = String::new();
        if let Some((baseline, comparison)) = &mut self.write {
            let is_open = |finding: &&Finding| finding.suppressed.is_none() && is_shown(report, finding);
            let open: Vec<bool> = report.findings.iter().map(|finding| is_open(&finding)).collect();
            baseline.update(comparison, report, report.findings.iter().filter(is_open));
            baseline.write()?;
            report
                .findings
                .iter_mut()
                .zip(open)
                .filter(|(_, open)| *open)
                .for_each(|(f, _)| baseline::know(f));
        }
        if let Some((_, comparison)) = &self.read {
            comparison.mark(&mut report.findings);
            if self.write.is_none() {
                stale = baseline::tell(comparison);
            }
        }
        Ok(stale)
    }
}

fn options(arguments: &CheckArguments) -> Options {
    Options {
        min_severity: arguments.min_severity,
        min_confidence: arguments.min_confidence,
        fail_on: arguments.fail_on,
        ..arguments.settings.options()
    }
}

fn configuration<'c>(
    configurations: &'c Configurations,
    report: &Report,
    finding: &Finding,
) -> &'c Configuration {
    let source = report.source(finding.primary.span.source);
    configurations.of(source.map_or("", |source| &source.path))
}

// What could not be checked weighs more than what was found, since nobody knows what it hides.
fn status(view: &View<'_>, failing: impl Fn(&Finding) -> bool, exit_zero: bool) -> Status {
    if !view.files.unread.is_empty() || !view.files.failed.is_empty() {
        Status::Incomplete
    } else if view.findings.iter().any(failing) {
        if exit_zero { Status::Clean } else { Status::Findings }
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
    loaded: &Loaded,
    stale: &str,
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
    text.push_str(stale);
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
        status(&View::new(&report, &catalogue, &[], shown), failing, arguments.exit_zero)
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
