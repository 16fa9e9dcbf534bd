//! The table as the build has packed it, see `build/pack.rs`: read where it lies, without a step that loads it. What is
//! not in the table reads as nothing.

use std::cmp::Ordering;

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/schema.bin"));

/// No bound, no body, no text.
pub(super) const NONE: u32 = u32::MAX;

/// The parts of the table that are words.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Types = 0,
    Versions = 1,
    VersionNames = 2,
    Nodes = 3,
}

/// The word where the byte of the texts' start stands.
const TEXTS: usize = 8;

/// The words of the days of the specifications and of the cloud's list.
const DAYS: usize = 9;

/// One of the two days, as a number: 20200401.
pub(super) fn day(at: usize) -> u32 {
    word_at(DAYS + at)
}

fn word_at(index: usize) -> u32 {
    let bytes = BYTES.get(4 * index..4 * index + 4).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}

/// A word of a part.
pub(super) fn word(part: Part, at: usize) -> u32 {
    word_at(word_at(2 * part as usize) as usize + at)
}

/// How many words a part has.
pub(super) fn length(part: Part) -> usize {
    word_at(2 * part as usize + 1) as usize
}

/// The text at an offset.
pub(super) fn text(offset: u32) -> &'static str {
    std::str::from_utf8(bytes(offset)).unwrap_or_default()
}

fn bytes(offset: u32) -> &'static [u8] {
    let start = word_at(TEXTS) as usize + offset as usize;
    let length =
        BYTES.get(start..start + 2).and_then(|bytes| bytes.try_into().ok()).map_or(0, u16::from_le_bytes);
    BYTES.get(start + 2..start + 2 + length as usize).unwrap_or_default()
}

/// The number of the element whose text is `name`, without regard to case, among `count` elements that are sorted by it.
pub(super) fn find(count: usize, name: &str, offset: impl Fn(usize) -> u32) -> Result<usize, usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(bytes(offset(middle)), name.as_bytes()) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Ok(middle),
        }
    }
    Err(low)
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    a.iter().map(u8::to_ascii_lowercase).cmp(b.iter().map(u8::to_ascii_lowercase))
}
