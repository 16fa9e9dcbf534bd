//! From what was found in each deployment to the report of a session.

use std::sync::Arc;

use super::text::{Slot, TextState};
use super::{FileStatus, Gap, GapCause, Outcome, Report, Session, Texts, copies};
use crate::check::stopwatch::Measurement;
use crate::check::{self, Checked};
use crate::dialect::Assembly;
use crate::finding::{Finding, sensitive_places};
use crate::fingerprint;
use crate::secret::places;
use crate::source::Source;
use crate::syntax::{Document, FileReference, ReferenceKind};

/// Why a parameter file is checked in part.
const NO_TEMPLATE: &str = "the template that it belongs to is not among the files";

impl Session {
    /// The report of what was found in each deployment of an assembly; `owners` are the slots of its files.
    pub(super) fn conclude_all(
        &self,
        assembly: &Assembly,
        owners: &[usize],
        checked: Vec<(Checked, Option<Measurement>)>,
    ) -> Report {
        let mut report = Report::default();
        let mut gaps: Vec<Option<Gap>> = vec![None; self.slots.len()];
        for (deployment, (checked, measured)) in assembly.deployments.iter().zip(checked) {
            if let Some(measured) = measured {
                report.times.add(deployment, measured);
            }
            let labels = checked.findings.iter().flat_map(Finding::labels).map(|label| label.span);
            report.deployments.push(Texts::of(deployment, labels.chain(checked.secrets.iter().copied())));
            report.findings.extend(checked.findings);
            report.secrets.extend(checked.secrets);
            for parsed in deployment.sources.iter().filter(|_| checked.limited) {
                gaps[parsed.source.id.0 as usize] = Some(limit(check::LIMITED));
            }
            for (source, reason) in checked.partial {
                gaps[source.0 as usize] = Some(limit(reason));
            }
            for (source, reason) in checked.unresolved {
                gaps[source.0 as usize].get_or_insert_with(|| Gap::new(GapCause::Missing, reason));
            }
        }
        let mut left_out = self.left_out(assembly, owners);
        for (slot, _) in owners.iter().zip(&assembly.unowned).filter(|(_, unowned)| **unowned) {
            gaps[*slot] = Some(Gap::new(GapCause::Missing, NO_TEMPLATE));
        }
        self.secrets_of_others(&mut report);
        for (place, slot) in self.slots.iter().enumerate() {
            self.conclude(slot, left_out[place].take(), gaps[place].take(), &mut report);
        }
        self.finish(&mut report);
        report
    }

    // For each slot why it belongs to no deployment.
    fn left_out(&self, assembly: &Assembly, owners: &[usize]) -> Vec<Option<String>> {
        let mut left_out: Vec<Option<String>> = vec![None; self.slots.len()];
        // A file is left out when all of its documents are.
        let mut taken = vec![false; self.slots.len()];
        for (slot, reason) in owners.iter().zip(&assembly.left_out) {
            taken[*slot] |= reason.is_none();
            left_out[*slot] = reason.clone().filter(|_| !taken[*slot]);
        }
        left_out
    }

    // What the texts that belong to no deployment say to be secret.
    fn secrets_of_others(&self, report: &mut Report) {
        let mut alone = vec![true; self.slots.len()];
        for source in report.deployments.iter().flat_map(|texts| &texts.sources) {
            alone[source.0 as usize] = false;
        }
        for slot in self.slots.iter().zip(&alone).filter(|(_, alone)| **alone).map(|(slot, _)| slot) {
            let roots: Vec<&Document> = match &slot.state {
                TextState::Failed(_, documents) => documents.iter().map(|document| &**document).collect(),
                TextState::Recognised(trees) => trees.iter().map(|(document, _)| &**document).collect(),
                _ => continue,
            };
            let evaluated = self.catalogue.dialects().is_own_path(&slot.source.path);
            for document in roots {
                report.secrets.extend(places(&document.root, evaluated, self.catalogue.secrets()).spans);
            }
        }
    }

    fn conclude(&self, slot: &Slot, left_out: Option<String>, gap: Option<Gap>, report: &mut Report) {
        report.sources.push(slot.source.clone());
        let (documents, outcome) = match &slot.state {
            TextState::Removed => (Vec::new(), None),
            TextState::Ignored(reason) => (Vec::new(), Some(Outcome::Ignored(reason.clone()))),
            TextState::Unrendered(reason) => (Vec::new(), Some(Outcome::Unrendered(reason.clone()))),
            TextState::Unreadable(reason) => (Vec::new(), Some(Outcome::Unreadable(reason.clone()))),
            TextState::Failed(reason, documents) => {
                (documents.clone(), Some(Outcome::Failed(reason.clone())))
            }
            TextState::Recognised(trees) => {
                let documents: Vec<Arc<Document>> = trees.iter().map(|(tree, _)| tree.clone()).collect();
                let outcome = match left_out {
                    Some(reason) => Outcome::Ignored(reason),
                    None => {
                        let gap = gap.or_else(|| missing(slot)).or_else(|| self.missing_parts(&documents));
                        completeness(&documents, &slot.source, gap)
                    }
                };
                (documents, Some(outcome))
            }
        };
        if let Some(outcome) = outcome.filter(|_| !slot.context) {
            if !matches!(outcome, Outcome::Ignored(_) | Outcome::Unrendered(_) | Outcome::Unreadable(_)) {
                for document in &documents {
                    report.findings.extend(check::syntax(&document.problems, &slot.source, &self.catalogue));
                }
            }
            report.files.push(FileStatus { path: slot.source.path.clone(), outcome });
        }
        report.documents.push(documents);
    }

    // Which of the files that a text deploys are not here.
    fn missing_parts(&self, documents: &[Arc<Document>]) -> Option<Gap> {
        let references = documents.iter().flat_map(|document| &document.references);
        let is_missing = |reference: &&FileReference| match reference.kind {
            ReferenceKind::Deployed => !self.by_path.contains_key(&reference.path),
            ReferenceKind::Remote => true,
            ReferenceKind::Taken | ReferenceKind::Template => false,
        };
        let missing: Vec<&FileReference> = references.filter(is_missing).collect();
        let first = &missing.first()?.path;
        let reason = match missing.len() {
            1 => format!("the module `{first}` is not here"),
            count => format!("{count} modules are not here, the first is `{first}`"),
        };
        Some(Gap::new(GapCause::Missing, reason))
    }

    // Order, identity, and what a file that is only context must not show.
    fn finish(&self, report: &mut Report) {
        report.secrets.extend(sensitive_places(&report.findings));
        let slots = &self.slots;
        report.findings.retain(|finding| {
            slots.get(finding.primary.span.source.0 as usize).is_some_and(|slot| !slot.context)
        });
        report.secrets.sort();
        report.secrets.dedup();
        report.sort();
        // A file is checked by itself and through all that deploy it: at one place one of their findings is enough.
        let is_lowered = |finding: &Finding| {
            let documents = report.documents.get(finding.primary.span.source.0 as usize);
            documents.is_some_and(|documents| documents.iter().any(|document| document.is_lowered))
        };
        report.findings.dedup_by(|a, b| {
            let is_same = a.rule == b.rule && a.primary.span == b.primary.span;
            is_same && (a.message == b.message || is_lowered(a))
        });
        copies::merge(&mut report.findings, &report.documents);
        fingerprint::assign(&mut report.findings, &report.documents);
    }
}

fn limit(reason: impl Into<String>) -> Gap {
    Gap::new(GapCause::Limit, reason)
}

fn missing(slot: &Slot) -> Option<Gap> {
    slot.note.as_ref().map(|note| Gap::new(GapCause::Missing, note))
}

fn completeness(documents: &[Arc<Document>], source: &Source, gap: Option<Gap>) -> Outcome {
    let error =
        documents.iter().flat_map(|document| &document.problems).find(|problem| problem.kind.is_error());
    let broken = error.map(|problem| Gap::new(GapCause::Broken, check::sentence(problem, source)));
    broken.or(gap).map_or(Outcome::Checked, Outcome::Partial)
}
