//! Positions: byte ranges into a source.

/// Identifies one source text within a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(pub u32);

/// A byte range of one source, end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The source that the offsets count in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end` (bytes) in `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        Span { source, start: saturate(start), end: saturate(end) }
    }

    /// The part `start..end` of this span, in bytes from its own start.
    pub fn part(self, start: usize, end: usize) -> Span {
        let start = (self.start + saturate(start)).min(self.end);
        Span { start, end: (self.start + saturate(end)).clamp(start, self.end), ..self }
    }

    /// The smallest span that holds both; `other` must be of the same source.
    pub fn join(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end), ..self }
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }

    /// The byte range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

// Sources over 4 GiB are refused when they are read, so nothing is lost here.
fn saturate(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
