//! Spans that are asked many times whether they hold a place.

use crate::span::Span;

/// Spans of any sources.
#[derive(Clone, Debug, Default)]
pub struct SpanSet {
    // Sorted, each with the furthest end of those of its source up to it.
    spans: Vec<(Span, u32)>,
}

impl SpanSet {
    /// Of these spans, in any order.
    pub fn new(spans: impl IntoIterator<Item = Span>) -> SpanSet {
        let mut sorted: Vec<Span> = spans.into_iter().collect();
        sorted.sort_unstable();
        let mut furthest: Option<(Span, u32)> = None;
        let with_end = sorted.into_iter().map(|span| {
            let before = furthest.filter(|(other, _)| other.source == span.source).map_or(0, |(_, end)| end);
            *furthest.insert((span, before.max(span.end)))
        });
        SpanSet { spans: with_end.collect() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Whether one of them holds all of `place`.
    pub fn holds(&self, place: Span) -> bool {
        self.furthest(place, place.start + 1).is_some_and(|end| end >= place.end)
    }

    /// Whether one of them has a byte in common with `place`.
    pub fn meets(&self, place: Span) -> bool {
        self.furthest(place, place.end).is_some_and(|end| end > place.start)
    }

    // The furthest end of those of the source that start before an offset.
    fn furthest(&self, place: Span, before: u32) -> Option<u32> {
        let behind =
            self.spans.partition_point(|(span, _)| (span.source, span.start) < (place.source, before));
        let (span, end) = self.spans.get(behind.checked_sub(1)?)?;
        (span.source == place.source).then_some(*end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceId;

    #[test]
    fn holds_and_meets() {
        let span = |source, start, end| Span { source: SourceId(source), start, end };
        let set = SpanSet::new([span(1, 10, 20), span(0, 0, 100), span(1, 12, 14), span(1, 30, 31)]);
        for (place, holds, meets) in [
            (span(1, 15, 20), true, true),
            (span(1, 15, 21), false, true),
            (span(1, 20, 30), false, false),
            (span(1, 30, 31), true, true),
            (span(0, 100, 101), false, false),
            (span(2, 10, 11), false, false),
        ] {
            assert_eq!((set.holds(place), set.meets(place)), (holds, meets), "{place:?}");
        }
        assert!(SpanSet::default().is_empty() && !SpanSet::default().holds(span(0, 0, 0)));
    }
}
