//! Suppressions of a configuration: by rule, path, and type or name of a resource.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armlint_engine::finding::{Finding, Suppressed, SuppressionKind};
use armlint_engine::rule::Catalogue;
use armlint_engine::session::{Outcome, Report, Session};
use armlint_engine::settings::Date;
use armlint_engine::source::Source;
use armlint_engine::span::{SourceId, Span};
use armlint_engine::suppression::{self, EXPIRED, UNUSED};
use glob::{MatchOptions, Pattern};
use serde_saphyr::{Location, Spanned};

use super::choice::{patterns, rules};
use super::fault::Wrong;
use super::pattern::Patterns;
use super::text::SuppressText;
use super::{Configuration, Configurations};

// Types and names have no case, and a pattern goes over their slashes.
const NAMES: MatchOptions = MatchOptions {
    case_sensitive: false,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

/// One suppression.
#[derive(Debug)]
pub(super) struct Rule {
    name: String,
    location: Location,
    rules: HashSet<&'static str>,
    paths: Option<Patterns>,
    ty: Option<Pattern>,
    resource: Option<Pattern>,
    reason: String,
    until: Option<Date>,
}

impl Rule {
    /// Reads one; a rule that does not exist, no reason or a day that is none are wrong.
    pub(super) fn read(text: &SuppressText, catalogue: &Catalogue) -> Result<Rule, Wrong> {
        let reason = text.reason.value.trim();
        if reason.is_empty() {
            let message = "the reason is empty: say why the finding stays".to_string();
            return Err(Wrong { location: text.reason.referenced, message, hint: None });
        }
        let until = text.until.as_ref().map(|text| {
            text.value.parse().map_err(|message| Wrong { location: text.referenced, message, hint: None })
        });
        Ok(Rule {
            name: text.rule.value.clone(),
            location: text.rule.referenced,
            rules: rules(std::slice::from_ref(&text.rule), catalogue)?,
            paths: if text.paths.is_empty() { None } else { Some(patterns(&text.paths)?) },
            ty: pattern(text.resource_type.as_ref())?,
            resource: pattern(text.resource_name.as_ref())?,
            reason: reason.to_string(),
            until: until.transpose()?,
        })
    }

    fn matches(&self, finding: &Finding, path: &Path) -> bool {
        let fits = |pattern: &Option<Pattern>, text: Option<&String>| match (pattern, text) {
            (None, _) => true,
            (Some(pattern), Some(text)) => pattern.matches_with(text, NAMES),
            (Some(_), None) => false,
        };
        let resource = finding.resource.as_ref();
        self.rules.contains(finding.rule)
            && suppression::is_suppressible(finding.rule)
            && self.is_at(path)
            && fits(&self.ty, resource.map(|resource| &resource.ty))
            && fits(&self.resource, resource.map(|resource| &resource.name))
    }

    fn is_at(&self, path: &Path) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.matches(path))
    }
}

fn pattern(text: Option<&Spanned<String>>) -> Result<Option<Pattern>, Wrong> {
    let read = |text: &Spanned<String>| {
        Pattern::new(&text.value).map_err(|error| Wrong {
            location: text.referenced,
            message: format!("`{}` is no valid pattern: {}", text.value, error.msg),
            hint: None,
        })
    };
    text.map(read).transpose()
}

impl Configurations {
    /// Marks the findings that the configurations suppress, unless something in their texts does already.
    /// Adds what is found about the suppressions themselves: those that ended before `today`, and those
    /// that suppress nothing, as far as `paths` hold all that they could speak of.
    pub(crate) fn suppress(&self, report: &mut Report, session: &Session, paths: &[PathBuf], today: Date) {
        let walked: Vec<PathBuf> = paths.iter().map(|path| self.base.absolute(path)).collect();
        let all: Vec<&Configuration> = std::iter::once(&self.fallback).chain(&self.all).collect();
        for configuration in all.into_iter().filter(|configuration| !configuration.suppressions.is_empty()) {
            let used = self.mark(configuration, report, today);
            let whole = walked.iter().any(|path| configuration.folder.starts_with(path));
            let messages = self.judge(configuration, report, &used, whole, today);
            self.report(configuration, report, session, messages);
        }
    }

    // For each suppression whether it matched something.
    fn mark(&self, configuration: &Configuration, report: &mut Report, today: Date) -> Vec<bool> {
        let mut used = vec![false; configuration.suppressions.len()];
        let sources = &report.sources;
        for finding in &mut report.findings {
            let source = sources.get(finding.primary.span.source.0 as usize);
            let Some(shown) = source.map(|source| &source.path) else { continue };
            if !std::ptr::eq(self.of(shown), configuration) {
                continue;
            }
            let path = self.relative(configuration, shown);
            for (rule, used) in configuration.suppressions.iter().zip(&mut used) {
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

    fn judge<'c>(
        &self,
        configuration: &'c Configuration,
        report: &Report,
        used: &[bool],
        whole: bool,
        today: Date,
    ) -> Vec<(&'c Rule, &'static str, String)> {
        let mut messages = Vec::new();
        for (rule, used) in configuration.suppressions.iter().zip(used) {
            if let Some(until) = rule.until.filter(|until| *until < today) {
                let message = format!("Suppression ended on {until}, so that it suppresses nothing");
                messages.push((rule, EXPIRED, message));
            } else if whole && !used && !self.is_partial(configuration, rule, report) {
                messages.push((rule, UNUSED, format!("Nothing is found for `{}`", rule.name)));
            }
        }
        messages
    }

    // Whether something that the suppression could speak of was not checked to the end.
    fn is_partial(&self, configuration: &Configuration, rule: &Rule, report: &Report) -> bool {
        report.files.iter().any(|status| {
            matches!(status.outcome, Outcome::Partial(_) | Outcome::Failed(_))
                && std::ptr::eq(self.of(&status.path), configuration)
                && rule.is_at(&self.relative(configuration, &status.path))
        })
    }

    // The configuration becomes a source of the report, so that findings can point into it.
    fn report(
        &self,
        configuration: &Configuration,
        report: &mut Report,
        session: &Session,
        messages: Vec<(&Rule, &'static str, String)>,
    ) {
        if messages.is_empty() {
            return;
        }
        let id = SourceId(u32::try_from(report.sources.len()).unwrap_or(u32::MAX));
        let path = configuration.file.clone().unwrap_or_default();
        let source = Source::new(id, path, configuration.text.clone());
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
