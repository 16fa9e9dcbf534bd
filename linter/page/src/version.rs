//! Versions that a rule compares: numbers with points between them.

use std::cmp::Ordering;

use crate::List;

/// The numbers of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(pub List<u32>);

impl Version {
    /// Reads `1.29.3`, perhaps with `v` before it, or something behind it that is no number; none without a number.
    pub fn parse(text: &str) -> Option<Version> {
        let text = text.trim().trim_start_matches(['v', 'V']);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let numbers = text.get(..end)?.trim_end_matches('.').split('.').map(str::parse);
        let numbers: Vec<u32> = numbers.collect::<Result<_, _>>().ok()?;
        Some(Version(numbers.into()))
    }
}

impl PartialOrd for Version {
    // What is not said is 0.
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        let number = |version: &Version, at: usize| version.0.get(at).copied().unwrap_or(0);
        let length = self.0.len().max(other.0.len());
        let different = (0..length).map(|at| number(self, at).cmp(&number(other, at)));
        Some(different.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
    }
}
