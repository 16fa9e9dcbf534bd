//! Which findings of a report count: what is suppressed, what is asked for, what is known from a baseline or an earlier
//! commit, and what the configuration of its file says of each.

mod baseline;
mod baseline_state;
mod commit_comparison;
mod report_filter;
mod suppression;

use std::collections::HashMap;
use std::path::PathBuf;

use armlint_engine::finding::Finding;
use armlint_engine::session::{Report, Session};
use armlint_engine::span::SourceId;

use crate::clock;
use crate::config::{Configuration, Configurations};
use crate::selection::Selection;

pub use baseline::FILE_NAME as BASELINE_NAME;
pub use baseline_state::BaselineState;
pub use report_filter::{FilterOptions, ReportFilter};

/// A finding, and the configuration of the file that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// The configuration.
    pub configuration: &'a Configuration,
}

impl<'a> Judged<'a> {
    /// A finding of this report. One without a source is judged as a file of the current folder.
    pub fn new(configurations: &'a Configurations, report: &Report, finding: &'a Finding) -> Judged<'a> {
        let source = report.source(finding.primary.span.source);
        let configuration = configurations.of(source.map_or("", |source| &source.path));
        Judged { finding, configuration }
    }

    /// Whether it is as bad and as sure as the configuration wants.
    pub fn is_shown(&self) -> bool {
        let Judged { finding, configuration } = self;
        finding.severity >= configuration.min_severity && finding.confidence >= configuration.min_confidence
    }

    /// Whether it is shown, and nothing suppresses it.
    pub fn is_open(&self) -> bool {
        self.finding.suppressed.is_none() && self.is_shown()
    }

    /// Whether it makes a run fail, where it is shown.
    pub fn is_failing(&self) -> bool {
        self.finding.severity >= self.configuration.fail_on
    }
}

/// Marks what comments, metadata and configurations suppress, as of today; `paths` are what was asked to be checked.
pub fn suppress(report: &mut Report, session: &Session, configurations: &Configurations, paths: &[PathBuf]) {
    suppress_by_texts(report, session, configurations);
    suppress_by_configuration(report, session, configurations, paths);
}

/// Marks what comments and metadata suppress, as of today.
pub fn suppress_by_texts(report: &mut Report, session: &Session, configurations: &Configurations) {
    session.suppress_by(report, clock::today(), |path| configurations.rules_of(path));
}

/// Marks what configurations suppress, which needs no texts; of the session only the rules.
pub fn suppress_by_configuration(
    report: &mut Report,
    session: &Session,
    configurations: &Configurations,
    paths: &[PathBuf],
) {
    suppression::suppress(configurations, report, session, paths, clock::today());
}

/// Takes the findings that are not wanted out of a report, and gives the others the severity that is chosen for them.
/// Rules that the command line selects are wanted whatever a configuration says.
pub fn select(report: &mut Report, configurations: &Configurations, selection: &Selection) {
    let mut places: HashMap<SourceId, (&Configuration, PathBuf)> = HashMap::new();
    let sources = &report.sources;
    report.findings.retain_mut(|finding| {
        let id = finding.primary.span.source;
        let (configuration, path) = places.entry(id).or_insert_with(|| {
            let shown = sources.get(id.0 as usize).map_or("", |source| &source.path);
            let configuration = configurations.of(shown);
            (configuration, configurations.relative(configuration, shown))
        });
        if let Some(severity) = configuration.choice.severity(finding.rule, path) {
            finding.severity = severity;
        }
        let chosen = selection.selects() || configuration.choice.wants(finding.rule, path);
        chosen && selection.wants(finding.rule)
    });
}
