//! `armlint check`: the run from the arguments to the exit code.

use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Instant;

use armlint_engine::finding::Finding;
use armlint_engine::session::{Outcome, Report, Session};
use armlint_workspace::config::{Configurations, EXCLUDED, Options};
use armlint_workspace::digest::Digest;
use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::file;
use armlint_workspace::fixes::{self, FixOutcome};
use armlint_workspace::input::{self, Base, Discovery, RepositoryPaths, Request};
use armlint_workspace::judge::{self, BaselineState, FilterOptions, Judged, ReportFilter};
use armlint_workspace::project::{self, Opening, Project};
use armlint_workspace::selection::Selection;

use crate::arguments::{CheckArguments, Color, Format};
use crate::error::{Error, print_problem};
use crate::progress::Progress;
use crate::report::network::Network;
use crate::report::{self, Chart, RunFacts, View};
use crate::status::Status;
use crate::style::Style;
use crate::summary::{self, Timings};
use crate::{map, output};

/// Runs the check and writes all reports. An error is what keeps it from running at all.
pub(crate) fn run(arguments: &CheckArguments, color: Color) -> Result<Status, Error> {
    let baselines = BaselineState::read(arguments.baseline.as_ref(), arguments.write_baseline.as_ref())?;
    let paths = arguments.read();
    let pool = project::pool(arguments.threads)?;
    let progress = Progress::start();
    pool.install(|| {
        let request = Request {
            paths: &paths,
            parameters: &arguments.parameters,
            stdin_filename: arguments.stdin_filename.as_deref(),
            explain: arguments.show_files,
            threads: pool.current_num_threads(),
        };
        let options = options(arguments);
        let opening = Opening::find(request, &options)?;
        let catalogue = opening.catalogue();
        let selection = Selection::new(&catalogue, &arguments.select, &arguments.ignore)?;
        let run = Run { arguments, paths: &paths, selection: &selection, progress: &progress };
        let mut checked = match run.forgets() && opening.has_groups() {
            true => run.group_by_group(opening, baselines)?,
            false => run.at_once(opening, baselines)?,
        };
        let told = checked.judge(&run)?;
        progress.show(|| "writing".to_string());
        let ending = Ending { arguments, checked: &checked, told: &told };
        ending.write(color, progress)
    })
}

/// What a check is told beside its texts.
struct Run<'a> {
    arguments: &'a CheckArguments,
    paths: &'a [PathBuf],
    selection: &'a Selection,
    progress: &'a Progress,
}

/// What was found.
struct Checked {
    project: Project,
    baselines: BaselineState,
    filter: ReportFilter,
    digest: Digest,
    fixed: FixOutcome,
    chart: Chart,
    network: Option<Network>,
    // What an earlier commit has.
    known: Vec<Finding>,
    timings: Timings,
}

impl Run<'_> {
    // Whether no text is needed once its group is checked.
    fn forgets(&self) -> bool {
        !self.arguments.fixes.fix && !self.draws()
    }

    fn draws(&self) -> bool {
        self.arguments.writes(Format::Markdown) || self.arguments.writes(Format::Html)
    }

    fn group_by_group(&self, opening: Opening<'_>, baselines: BaselineState) -> Result<Checked, Error> {
        let filter = self.filter(opening.project())?;
        let start = Instant::now();
        let measures = self.arguments.timings;
        let (project, digest) = opening.check_groups(
            measures,
            |phase| self.progress.phase(phase),
            |configurations, session| Digest::of(&self.told(session, configurations)),
        );
        let timings = Timings { open: project.durations, check: start.elapsed(), ..Timings::default() };
        let fixed = FixOutcome::default();
        Ok(Checked::new(project, baselines, filter, digest, fixed, timings))
    }

    fn at_once(&self, opening: Opening<'_>, mut baselines: BaselineState) -> Result<Checked, Error> {
        let mut project = opening.read(|phase| self.progress.phase(phase))?;
        if self.arguments.timings {
            project.session.measure();
        }
        let start = Instant::now();
        let filter = self.filter(&project)?;
        let fixed = match self.arguments.fixes.fix {
            true => self.fix(&mut project, &mut baselines, &filter),
            false => FixOutcome::default(),
        };
        let Project { session, configurations, durations, .. } = &project;
        let (report, drawn) = match self.draws() {
            true => self.drawn(session, configurations),
            false => (self.told(session, configurations), (Chart::Nothing, None)),
        };
        let digest = Digest::of(&report);
        let timings = Timings { open: *durations, check: start.elapsed(), ..Timings::default() };
        let (chart, network) = drawn;
        let checked = Checked::new(project, baselines, filter, digest, fixed, timings);
        Ok(Checked { chart, network, ..checked })
    }

    fn filter(&self, project: &Project) -> Result<ReportFilter, Error> {
        Ok(ReportFilter::new(&filter_options(self.arguments, self.paths), project)?)
    }

    // Applies the fixes of what is found; what is suppressed, known or not asked for is not fixed.
    fn fix(&self, project: &mut Project, baselines: &mut BaselineState, filter: &ReportFilter) -> FixOutcome {
        let Project { session, found, configurations, stdin, .. } = project;
        let configurations = &*configurations;
        let baselines = RefCell::new(baselines);
        let open = |session: &Session| {
            let mut report = session.check_by(|deployment| configurations.standard(deployment));
            if !self.arguments.no_ignores {
                judge::suppress(&mut report, session, configurations, self.paths);
            }
            baselines.borrow_mut().compare(&report);
            judge::select(&mut report, configurations, self.selection);
            baselines.borrow().mark(&mut report);
            filter.keep(&mut report);
            report
        };
        let wanted =
            |report: &Report, finding: &Finding| Judged::new(configurations, report, finding).is_open();
        let report = open(session);
        let options = self.arguments.fixes.options();
        fixes::run(session, report, found, stdin.as_deref(), options, &open, &wanted).1
    }

    // All that is found, with what the texts themselves suppress.
    fn told(&self, session: &Session, configurations: &Configurations) -> Report {
        session.check_told(
            |deployment| configurations.standard(deployment),
            |report| self.suppress_by_texts(report, session, configurations),
        )
    }

    fn suppress_by_texts(&self, report: &mut Report, session: &Session, configurations: &Configurations) {
        if !self.arguments.no_ignores {
            judge::suppress_by_texts(report, session, configurations);
        }
    }

    // The same, with the maps, which show names of what nothing is found about.
    fn drawn(
        &self,
        session: &Session,
        configurations: &Configurations,
    ) -> (Report, (Chart, Option<Network>)) {
        let mut report = session.check_by(|deployment| configurations.standard(deployment));
        self.suppress_by_texts(&mut report, session, configurations);
        let drawn = map::charts(session, |deployment| configurations.settings(deployment), &report);
        (report, drawn)
    }
}

impl Checked {
    fn new(
        project: Project,
        baselines: BaselineState,
        filter: ReportFilter,
        digest: Digest,
        fixed: FixOutcome,
        timings: Timings,
    ) -> Checked {
        let (chart, network, known) = (Chart::Nothing, None, Vec::new());
        Checked { project, baselines, filter, digest, fixed, chart, network, known, timings }
    }

    // Marks what is suppressed and known, and leaves what is wanted; gives what is to be said of the baselines.
    fn judge(&mut self, run: &Run<'_>) -> Result<String, Error> {
        let Checked { project, baselines, filter, digest, known, .. } = self;
        let configurations = &project.configurations;
        if !run.arguments.no_ignores {
            judge::suppress_by_configuration(&mut digest.report, &project.session, configurations, run.paths);
            digest.complete();
        }
        baselines.compare(&digest.report);
        judge::select(&mut digest.report, configurations, run.selection);
        let told = baselines.apply(&mut digest.report, configurations)?;
        *known = filter.keep(&mut digest.report);
        Ok(told)
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

fn filter_options<'a>(arguments: &'a CheckArguments, read: &'a [PathBuf]) -> FilterOptions<'a> {
    FilterOptions {
        paths: &arguments.paths,
        read,
        report_only: arguments.report_only.as_deref(),
        since: arguments.since.as_deref(),
        changed: arguments.changed,
        no_ignores: arguments.no_ignores,
    }
}

/// What came of a check, to be told.
struct Ending<'a> {
    arguments: &'a CheckArguments,
    checked: &'a Checked,
    /// What is to be said of the baselines.
    told: &'a str,
}

impl Ending<'_> {
    fn judged<'f>(&'f self, finding: &'f Finding) -> Judged<'f> {
        Judged::new(&self.checked.project.configurations, &self.checked.digest.report, finding)
    }

    // Reports, errors, and the summary.
    fn write(&self, color: Color, progress: Progress) -> Result<Status, Error> {
        let Ending { arguments, checked, .. } = self;
        let Checked { project, digest, fixed, chart, .. } = checked;
        let start = Instant::now();
        let shown = |finding: &Finding| self.judged(finding).is_shown();
        let catalogue = project.configurations.catalogue(project.session.catalogue());
        let mut view = View::new(digest, &catalogue, &project.found.problems, shown);
        view.repository = Some(RepositoryPaths::new(Base::current()?));
        view.chart = chart.clone();
        view.network = checked.network.clone();
        let is_open = |finding: &&Finding| shown(finding) && finding.suppressed.is_none();
        view.known = checked.known.iter().filter(is_open).cloned().collect();
        let mut status = status(&view, |finding| self.judged(finding).is_failing(), arguments);
        view.run = self.facts(&view, status)?;
        drop(progress);
        for error in self.reports(&view, color) {
            error.print();
            status = status.incomplete();
        }
        for error in &fixed.errors {
            print_problem(error);
            status = status.incomplete();
        }
        let timings = Timings { report: start.elapsed(), ..checked.timings };
        self.close(&view, &timings);
        Ok(status)
    }

    // What a page says of the run; the repository is read only for one.
    fn facts(&self, view: &View<'_>, status: Status) -> Result<RunFacts, Error> {
        let Ending { arguments, checked, .. } = self;
        let Checked { project, digest, .. } = checked;
        let is_page = arguments.writes(Format::Html);
        Ok(RunFacts {
            status,
            failing: view.findings.iter().filter(|finding| self.judged(finding).is_failing()).count(),
            days: if is_page { project.configurations.days() } else { Vec::new() },
            commit: if is_page { input::head(&Base::current()?) } else { None },
            since: arguments
                .since
                .clone()
                .or_else(|| arguments.changed.then(|| "the commit before".to_string())),
            hidden: digest.report.findings.len() - view.findings.len() - view.suppressed.len(),
            excluded: project.excluded,
            others: view.files.ignored.len() - view.files.unrendered.len() - view.files.unreadable.len()
                + skipped(&project.found),
        })
    }

    // Files first: a reader of standard output may leave. A diff takes the place of the report; the fixed text
    // of standard input sends it to standard error.
    fn reports(&self, view: &View<'_>, color: Color) -> Vec<Error> {
        let Ending { arguments, checked, .. } = self;
        let fixed = &checked.fixed;
        let mut errors = Vec::new();
        for (format, path) in &arguments.output {
            let mut bytes = Vec::new();
            let written = report::write(*format, view, &Style::file(), &mut bytes).map_err(|source| {
                WorkspaceError::Write { path: path.to_string_lossy().into_owned(), source }
            });
            errors.extend(written.and_then(|()| file::write(path, &bytes)).err().map(Error::Workspace));
        }
        if let Some(diff) = &fixed.diff {
            errors.extend(output::to_stdout(diff.as_bytes()).err());
            return errors;
        }
        let mut bytes = Vec::new();
        let style = if fixed.stdin.is_some() { Style::file() } else { Style::stdout(color) };
        let written = report::write(arguments.format(), view, &style, &mut bytes).map_err(Error::Stdout);
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
    fn close(&self, view: &View<'_>, timings: &Timings) {
        let Ending { arguments, checked, .. } = self;
        let Checked { project, digest, .. } = checked;
        let report = &digest.report;
        let found = &project.found;
        for problem in &found.problems {
            print_problem(problem);
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
        // That format tells of them.
        if arguments.format() != Format::Agent {
            text.push_str(&summary::unchecked(&view.files));
        }
        if !arguments.quiet {
            text.push_str(self.told);
        }
        if !arguments.quiet && !self.is_silent(view) {
            text.push_str(&self.summary(view));
        }
        output::to_stderr(text.as_bytes());
    }

    // Some agents take anything on standard error for a failure.
    fn is_silent(&self, view: &View<'_>) -> bool {
        let clean = view.findings.is_empty() && view.files.is_whole();
        clean && self.checked.fixed.findings == 0 && !io::stderr().is_terminal()
    }

    fn summary(&self, view: &View<'_>) -> String {
        let Ending { arguments, checked, .. } = self;
        let Checked { project, fixed, .. } = checked;
        let closing = match arguments.format() {
            Format::Agent => String::new(),
            _ => summary::closing(&view.files, &view.findings, view.run.hidden, skipped(&project.found)),
        };
        let parts = [
            summary::suppressed(&view.suppressed),
            summary::excluded(project.excluded),
            closing,
            summary::fixed(&arguments.fixes, fixed),
            if arguments.fixes.fix { String::new() } else { summary::fixable(&view.findings) },
        ];
        parts.concat()
    }
}

// What was found weighs more than what was not checked: the one has to be mended, the other only may have to be. A
// change may well be one of other files.
fn status(view: &View<'_>, failing: impl Fn(&Finding) -> bool, arguments: &CheckArguments) -> Status {
    let found = view.findings.iter().any(failing);
    if found && !arguments.exit_zero {
        Status::Findings
    } else if view.files.is_incomplete() {
        Status::Incomplete
    } else if found {
        Status::Clean
    } else if view.files.checked == 0 && !arguments.changed {
        Status::Nothing
    } else {
        Status::Clean
    }
}

// What the configurations exclude is counted apart.
fn skipped(found: &Discovery) -> usize {
    found.skipped.iter().filter(|skipped| skipped.reason != EXCLUDED).count()
}

#[cfg(test)]
mod tests {
    use armlint_engine::finding::Severity;
    use armlint_engine::session::{FileStatus, Gap, GapCause};
    use armlint_workspace::fixture;
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};

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
        status(&View::new(&Digest::of(&report), &catalogue, &[], shown), failing, &arguments)
    }

    #[test]
    fn findings_weigh_more_than_the_incomplete_and_that_more_than_nothing() {
        let (failed, ignored) = (Outcome::Failed(String::new()), Outcome::Ignored(String::new()));
        let partial = |cause| Outcome::Partial(Gap::new(cause, ""));
        assert_eq!(outcome(&[], &[Outcome::Checked, failed.clone()], true), Status::Findings);
        assert_eq!(outcome(&[], std::slice::from_ref(&failed), false), Status::Incomplete);
        assert_eq!(outcome(&["--exit-zero"], &[failed], true), Status::Incomplete);
        assert_eq!(outcome(&[], &[Outcome::Checked], true), Status::Findings);
        assert_eq!(outcome(&["--exit-zero"], &[Outcome::Checked], true), Status::Clean);
        assert_eq!(outcome(&[], &[Outcome::Checked, ignored.clone()], false), Status::Clean);
        assert_eq!(outcome(&[], &[partial(GapCause::Missing)], false), Status::Clean);
        for cause in [GapCause::Broken, GapCause::Limit] {
            assert_eq!(outcome(&[], &[partial(cause)], false), Status::Incomplete);
            assert_eq!(outcome(&["--exit-zero"], &[partial(cause)], true), Status::Incomplete);
            assert_eq!(outcome(&[], &[partial(cause)], true), Status::Findings);
        }
        assert_eq!(outcome(&[], &[ignored], false), Status::Nothing);
        assert_eq!(outcome(&["--exit-zero"], &[], false), Status::Nothing);
    }

    #[test]
    fn only_what_is_shown_counts_against_the_threshold() {
        assert_eq!(outcome(&["--fail-on", "critical"], &[Outcome::Checked], true), Status::Findings);
        assert_eq!(outcome(&["--min-severity", "critical"], &[Outcome::Checked], true), Status::Findings);
    }
}
