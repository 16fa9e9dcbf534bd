//! Ranges of ports, as network rules write them.

use std::ops::RangeInclusive;

use crate::List;

/// What is asked of a range of ports; all that is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    /// One of these is in it.
    pub holds: List<u16>,
    /// It has more ports than that.
    pub more_than: Option<u32>,
}

impl Ports {
    /// Whether it holds of ranges.
    pub fn is_true_of(&self, ranges: &[RangeInclusive<u16>]) -> bool {
        let held = |port: &u16| ranges.iter().any(|range| range.contains(port));
        let size = |range: &RangeInclusive<u16>| u32::from(*range.end() - *range.start()) + 1;
        let count: u32 = ranges.iter().map(size).fold(0, u32::saturating_add);
        (self.holds.is_empty() || self.holds.iter().any(held))
            && self.more_than.is_none_or(|bound| count > bound)
    }
}

/// The ranges of `80`, `8000-8080`, `*`, and lists of these with commas; none where a text says no ports.
pub fn port_ranges(text: &str) -> Option<Vec<RangeInclusive<u16>>> {
    text.split(',').map(|part| range(part.trim())).collect()
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    if text == "*" {
        return Some(0..=u16::MAX);
    }
    let (start, end) = text.split_once('-').unwrap_or((text, text));
    let (start, end) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
    (start <= end).then_some(start..=end)
}
