//! What the check before found, by deployment: a deployment of which nothing has changed is not checked again.

use std::collections::HashMap;
use std::sync::Arc;

use super::Standard;
use crate::check::Checked;
use crate::dialect::{Deployment, Parsed};
use crate::settings::Settings;

/// What the last check of a session found in each of its deployments, to be handed to the next one.
///
/// It belongs to one session. What the last check did not come upon is forgotten.
#[derive(Debug, Default)]
pub struct CheckMemo {
    // By the address of the first tree, which is kept alive by the deployment beside it.
    found: HashMap<usize, Vec<MemoEntry>>,
}

#[derive(Debug)]
struct MemoEntry {
    deployment: Deployment,
    settings: Settings,
    // Of the rules, where they are not those of the session.
    rules: Option<u64>,
    checked: Arc<Checked>,
}

impl CheckMemo {
    /// How many deployments are known.
    pub fn len(&self) -> usize {
        self.found.values().map(Vec::len).sum()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found in the same deployment by the same standard.
    pub(super) fn get(&self, deployment: &Deployment, standard: Standard<'_>) -> Option<Arc<Checked>> {
        let entries = self.found.get(&key(deployment))?;
        let same = |entry: &&MemoEntry| {
            entry.settings == *standard.settings
                && entry.rules == rules(standard)
                && is_same(&entry.deployment, deployment)
        };
        entries.iter().find(same).map(|entry| entry.checked.clone())
    }

    /// Keeps what was found in a deployment.
    pub(super) fn put(&mut self, deployment: Deployment, standard: Standard<'_>, checked: Arc<Checked>) {
        let settings = standard.settings.clone();
        let entry = MemoEntry { settings, rules: rules(standard), checked, deployment };
        self.found.entry(key(&entry.deployment)).or_default().push(entry);
    }
}

fn rules(standard: Standard<'_>) -> Option<u64> {
    standard.catalogue.map(|catalogue| catalogue.identity())
}

fn key(deployment: &Deployment) -> usize {
    deployment.sources.first().map_or(0, |parsed| Arc::as_ptr(&parsed.document).addr())
}

// A text that was set again has another tree, even where it says the same.
fn is_same(a: &Deployment, b: &Deployment) -> bool {
    let same = |(a, b): (&Parsed, &Parsed)| {
        Arc::ptr_eq(&a.document, &b.document) && Arc::ptr_eq(&a.source, &b.source)
    };
    let all = |a: &[Parsed], b: &[Parsed]| a.len() == b.len() && a.iter().zip(b).all(same);
    let (files, others) = (&a.parameter_files, &b.parameter_files);
    let given =
        || files.iter().zip(others).all(|(a, b)| a.belonging == b.belonging && same((&a.parsed, &b.parsed)));
    a.dialect == b.dialect
        && a.world == b.world
        && a.owner == b.owner
        && all(&a.sources, &b.sources)
        && all(&a.linked, &b.linked)
        && files.len() == others.len()
        && given()
}
