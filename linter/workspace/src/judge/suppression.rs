//! Marks what configurations suppress, and says what they suppress in vain.

use std::path::PathBuf;
use std::sync::Arc;

use armlint_engine::finding::{Finding, Suppressed, SuppressionKind};
use armlint_engine::session::{Outcome, Report, Session};
use armlint_engine::settings::Date;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::suppression::{EXPIRED, UNUSED};
use serde_saphyr::Location;

use crate::config::{Configuration, Configurations, Suppression};

/// Marks the findings that the configurations suppress, unless something in their texts does already.
/// Adds what is found about the suppressions themselves: those that ended before `today`, and those
/// that suppress nothing, as far as `paths` hold all that they could speak of.
pub(super) fn suppress(
    configurations: &Configurations,
    report: &mut Report,
    session: &Session,
    paths: &[PathBuf],
    today: Date,
) {
    let walked: Vec<PathBuf> = paths.iter().map(|path| configurations.absolute(path)).collect();
    for configuration in configurations.all().filter(|configuration| !configuration.suppressions.is_empty()) {
        let own = Own { configurations, configuration };
        let used = own.mark(report, today);
        let whole = walked.iter().any(|path| configuration.folder.starts_with(path));
        let messages = own.in_vain(report, &used, whole, today);
        own.report(report, session, messages);
    }
}

/// One configuration, and the files that it holds for.
struct Own<'c> {
    configurations: &'c Configurations,
    configuration: &'c Configuration,
}

impl<'c> Own<'c> {
    /// The path of a file as its patterns see it; none where another configuration holds.
    fn path(&self, shown: &str) -> Option<PathBuf> {
        let own = std::ptr::eq(self.configurations.of(shown), self.configuration);
        own.then(|| self.configurations.relative(self.configuration, shown))
    }

    // For each suppression whether it matched something.
    fn mark(&self, report: &mut Report, today: Date) -> Vec<bool> {
        let mut used = vec![false; self.configuration.suppressions.len()];
        let sources = &report.sources;
        for finding in &mut report.findings {
            let source = sources.get(finding.primary.span.source.0 as usize);
            let Some(path) = source.and_then(|source| self.path(&source.path)) else { continue };
            for (rule, used) in self.configuration.suppressions.iter().zip(&mut used) {
                let ended = rule.until.is_some_and(|until| until < today);
                if ended || !rule.matches(finding, &path) {
                    continue;
                }
                *used = true;
                finding.suppressed.get_or_insert_with(|| Suppressed {
                    kind: SuppressionKind::Configuration,
                    reason: rule.reason.clone(),
                });
            }
        }
        used
    }

    fn in_vain(
        &self,
        report: &Report,
        used: &[bool],
        whole: bool,
        today: Date,
    ) -> Vec<(&'c Suppression, &'static str, String)> {
        let mut messages = Vec::new();
        let suppressions = self.configuration.suppressions.iter().zip(used);
        for (rule, used) in suppressions.filter(|(rule, _)| rule.own) {
            if let Some(until) = rule.until.filter(|until| *until < today) {
                let message = format!("Suppression ended on {until}, so that it suppresses nothing");
                messages.push((rule, EXPIRED, message));
            } else if whole && !used && !self.is_partial(rule, report) {
                messages.push((rule, UNUSED, format!("Nothing is found for `{}`", rule.name)));
            }
        }
        messages
    }

    // Whether something that the suppression could speak of was not checked to the end.
    fn is_partial(&self, rule: &Suppression, report: &Report) -> bool {
        report.files.iter().any(|status| {
            matches!(status.outcome, Outcome::Partial(_) | Outcome::Failed(_))
                && self.path(&status.path).is_some_and(|path| rule.is_at(&path))
        })
    }

    // The configuration becomes a source of the report, so that findings can point into it.
    fn report(
        &self,
        report: &mut Report,
        session: &Session,
        messages: Vec<(&Suppression, &'static str, String)>,
    ) {
        if messages.is_empty() {
            return;
        }
        let id = SourceId(u32::try_from(report.sources.len()).unwrap_or(u32::MAX));
        let path = self.configuration.file.clone().unwrap_or_default();
        let source = Source::new(id, path, self.configuration.text.clone());
        let findings = messages.into_iter().map(|(rule, id, message)| {
            let span = span(&source, rule.location);
            session.finding(id, span, &message)
        });
        let mut findings: Vec<Finding> = findings.collect();
        report.sources.push(Arc::new(source));
        report.documents.push(Vec::new());
        session.identify(&mut findings, report);
        report.findings.extend(findings);
        let Report { findings, sources, .. } = report;
        findings.sort_by_cached_key(|finding| {
            let source = sources.get(finding.primary.span.source.0 as usize);
            source.map(|source| source.path.clone())
        });
    }
}

fn span(source: &Source, location: Location) -> Span {
    let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    let start = source.line_starts().get(index(location.line())).map_or(0, |start| *start as usize);
    let line = source.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let at = line.char_indices().nth(index(location.column())).map_or(line.len(), |(at, _)| at);
    let rest = line.get(at..).unwrap_or_default();
    let length = rest.find([',', '}', ' ']).unwrap_or(rest.len());
    Span::new(source.id, start + at, start + at + length)
}
