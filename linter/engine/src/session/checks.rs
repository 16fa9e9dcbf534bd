//! Checks of a session: all of its deployments, or those in which something has changed.

use std::sync::Arc;

use rayon::prelude::*;

use super::{CheckMemo, Outcome, Report, Session};
use crate::check::stopwatch::{Measurement, Stopwatch};
use crate::check::{self, Checked};
use crate::dialect::{Assembly, Deployment, assemble};
use crate::finding::Finding;
use crate::fingerprint;
use crate::rule::Catalogue;
use crate::settings::{Date, Settings};
use crate::span::Span;
use crate::suppression;

/// What a deployment is held against.
#[derive(Clone, Copy, Debug)]
pub struct Standard<'s> {
    /// What the user chose to check for.
    pub settings: &'s Settings,
    /// The rules, where they are not those of the session.
    pub catalogue: Option<&'s Catalogue>,
}

impl<'s> From<&'s Settings> for Standard<'s> {
    fn from(settings: &'s Settings) -> Standard<'s> {
        Standard { settings, catalogue: None }
    }
}

impl Session {
    /// Checks everything, on all threads of the current rayon pool.
    pub fn check(&self, settings: &Settings) -> Report {
        self.check_by(|_| settings)
    }

    /// Checks everything, each deployment by settings, or a standard, of its own.
    pub fn check_by<'s, S: Into<Standard<'s>>>(&self, standard: impl Fn(&Deployment) -> S + Sync) -> Report {
        self.report(|deployment| self.check_one(deployment, standard(deployment).into())).1
    }

    /// The same, for who shows no more than findings, with the lines around them, and what is said of files: where
    /// there is nothing of that, the report does not know the secrets. `suppress` may mark what is suppressed.
    pub fn check_told<'s, S: Into<Standard<'s>>>(
        &self,
        standard: impl Fn(&Deployment) -> S + Sync,
        suppress: impl FnOnce(&mut Report),
    ) -> Report {
        let (assembly, mut report) =
            self.report(|deployment| self.find(deployment, standard(deployment).into()));
        suppress(&mut report);
        if report.says_something() {
            let written =
                |deployment: &Deployment| check::written_secrets(deployment, self.catalogue.secrets());
            report.secrets.extend(assembly.deployments.iter().flat_map(written));
            report.secrets.sort();
            report.secrets.dedup();
        }
        report
    }

    /// The same, but checks only those deployments again in which a text, or what they are held against, has
    /// changed since the check before it, which left `memo`.
    pub fn check_changed<'s, S: Into<Standard<'s>>>(
        &self,
        memo: &mut CheckMemo,
        standard: impl Fn(&Deployment) -> S + Sync,
    ) -> Report {
        let (files, owners) = self.files();
        let assembly = assemble(&files, &self.given, self.catalogue.dialects());
        let check = |deployment: &Deployment| {
            let standard = standard(deployment).into();
            match memo.get(deployment, standard) {
                Some(checked) => (checked, None),
                None => {
                    let (checked, measured) = self.check_one(deployment, standard);
                    (Arc::new(checked), measured)
                }
            }
        };
        let checked: Vec<(Arc<Checked>, _)> = assembly.deployments.par_iter().map(check).collect();
        *memo = CheckMemo::default();
        for (deployment, (checked, _)) in assembly.deployments.iter().zip(&checked) {
            memo.put(deployment.clone(), standard(deployment).into(), checked.clone());
        }
        let copied = checked.into_iter().map(|(checked, measured)| ((*checked).clone(), measured));
        self.conclude_all(&assembly, &owners, copied.collect())
    }

    // What `check` finds in each of the deployments, on all threads.
    fn report(
        &self,
        check: impl Fn(&Deployment) -> (Checked, Option<Measurement>) + Sync,
    ) -> (Assembly, Report) {
        let (files, owners) = self.files();
        let assembly = assemble(&files, &self.given, self.catalogue.dialects());
        let checked = assembly.deployments.par_iter().map(&check).collect();
        let report = self.conclude_all(&assembly, &owners, checked);
        (assembly, report)
    }

    fn check_one(&self, deployment: &Deployment, standard: Standard<'_>) -> (Checked, Option<Measurement>) {
        let (mut checked, measured) = self.find(deployment, standard);
        checked.secrets.extend(check::written_secrets(deployment, self.catalogue.secrets()));
        (checked, measured)
    }

    // What is found, without the secrets that the texts themselves tell of.
    fn find(&self, deployment: &Deployment, standard: Standard<'_>) -> (Checked, Option<Measurement>) {
        let stopwatch = Stopwatch::start(self.measures);
        let Standard { settings, catalogue } = standard;
        let catalogue = catalogue.unwrap_or(&self.catalogue);
        let checked = check::deployment(deployment, catalogue, settings, &self.expressions, &stopwatch);
        (checked, stopwatch.stop())
    }

    /// Marks the findings of a report of this session that comments or metadata suppress, and adds what is
    /// found about these. `today` decides which have ended.
    pub fn suppress(&self, report: &mut Report, today: Date) {
        self.suppress_by(report, today, |_| None);
    }

    /// The same, where the rules that may be named in a file, by its path, are perhaps not those of the session.
    pub fn suppress_by<'s>(
        &'s self,
        report: &mut Report,
        today: Date,
        catalogue: impl Fn(&str) -> Option<&'s Catalogue>,
    ) {
        let checked = report.files.iter().filter_map(|status| {
            let whole = match status.outcome {
                Outcome::Checked => true,
                Outcome::Partial(_) => false,
                _ => return None,
            };
            let place = *self.by_path.get(&status.path)?;
            let documents = report.documents.get(place)?;
            let source = &*self.slots.get(place)?.source;
            let catalogue = catalogue(&status.path).unwrap_or(&self.catalogue);
            Some(suppression::SuppressedText { source, documents, whole, catalogue })
        });
        let texts: Vec<_> = checked.collect();
        let mut made = suppression::apply(&mut report.findings, &texts, today);
        if made.is_empty() {
            return;
        }
        fingerprint::assign(&mut made, &report.documents);
        report.findings.extend(made);
        report.sort();
    }

    /// A finding under the id of one of the rules of [`crate::rule::Check::Engine`], still without identity.
    pub fn finding(&self, rule: &'static str, span: Span, message: &str) -> Finding {
        check::finding(&self.catalogue, rule, span, message)
    }

    /// Gives findings that were added to a report their fingerprints.
    pub fn identify(&self, findings: &mut [Finding], report: &Report) {
        fingerprint::assign(findings, &report.documents);
    }
}
