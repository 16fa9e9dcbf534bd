//! How long each rule takes in one deployment.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Sums up times by rule; measures nothing unless it is on.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    start: Instant,
    rules: Option<RefCell<BTreeMap<&'static str, Duration>>>,
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measurement {
    /// By rule.
    pub(crate) rules: BTreeMap<&'static str, Duration>,
    /// From first to last.
    pub(crate) total: Duration,
}

impl Stopwatch {
    /// Starts.
    pub(crate) fn start(on: bool) -> Stopwatch {
        Stopwatch { start: Instant::now(), rules: on.then(RefCell::default) }
    }

    /// Adds the time of `work` to that of a rule.
    pub(crate) fn measure<T>(&self, rule: &'static str, work: impl FnOnce() -> T) -> T {
        let Some(rules) = &self.rules else { return work() };
        let start = Instant::now();
        let result = work();
        *rules.borrow_mut().entry(rule).or_default() += start.elapsed();
        result
    }

    /// What was measured; nothing unless it is on.
    pub(crate) fn stop(self) -> Option<Measurement> {
        let rules = self.rules?.into_inner();
        Some(Measurement { rules, total: self.start.elapsed() })
    }
}
