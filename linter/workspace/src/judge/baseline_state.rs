//! The baselines of a run: the one that hides findings, and the one that is written.

use std::path::PathBuf;

use armlint_engine::finding::Finding;
use armlint_engine::session::Report;

use super::Judged;
use super::baseline::{self, Baseline, Comparison};
use crate::config::Configurations;
use crate::error::Error;

/// The baselines of a run, with what they know of all findings, whether or not these are wanted.
#[derive(Debug)]
pub struct BaselineState {
    read: Option<(Baseline, Comparison)>,
    write: Option<(Baseline, Comparison)>,
}

impl BaselineState {
    /// Reads the baseline that hides findings, and the one that is to be written, which need not be there.
    pub fn read(known: Option<&PathBuf>, written: Option<&PathBuf>) -> Result<BaselineState, Error> {
        let read = |path: &PathBuf| match written == Some(path) {
            true => Baseline::read_or_new(path),
            false => Baseline::read(path),
        };
        let fresh = |baseline| (baseline, Comparison::default());
        let write = written.map(|path| Baseline::read_or_new(path));
        Ok(BaselineState {
            read: known.map(read).transpose()?.map(fresh),
            write: write.transpose()?.map(fresh),
        })
    }

    /// Looks which of all findings of a report the baselines know.
    pub fn compare(&mut self, report: &Report) {
        for (baseline, comparison) in self.read.iter_mut().chain(&mut self.write) {
            *comparison = baseline.compare(report);
        }
    }

    /// Marks what the baseline that was read knows.
    pub fn mark(&self, report: &mut Report) {
        if let Some((_, comparison)) = &self.read {
            comparison.mark(&mut report.findings);
        }
    }

    /// Writes the baseline and marks what is known: what is written is, from then on. Gives what is to be
    /// said of that, or of stale entries.
    pub fn apply(&mut self, report: &mut Report, configurations: &Configurations) -> Result<String, Error> {
        let mut said = String::new();
        if let Some((baseline, comparison)) = &mut self.write {
            let is_open = |finding: &&Finding| Judged::new(configurations, report, finding).is_open();
            let open: Vec<bool> = report.findings.iter().map(|finding| is_open(&finding)).collect();
            baseline.update(comparison, report, report.findings.iter().filter(is_open));
            baseline.write()?;
            said.push_str(&baseline.written());
            report
                .findings
                .iter_mut()
                .zip(open)
                .filter(|(_, open)| *open)
                .for_each(|(f, _)| baseline::know(f));
        }
        self.mark(report);
        if let Some((_, comparison)) = self.read.as_ref().filter(|_| self.write.is_none()) {
            said = baseline::tell(comparison);
        }
        Ok(said)
    }
}
