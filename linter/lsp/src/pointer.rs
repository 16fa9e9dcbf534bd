//! What stands at a place: the tree, the way to the value, and the string there.

use std::sync::Arc;

use armlint_engine::dialect::Recognition;
use armlint_engine::source::Source;
use armlint_engine::span::Span;
use armlint_engine::syntax::path::Path;
use armlint_engine::syntax::{Document, Node, NodeKind, Scalar};

use super::Place;

/// A place, and what stands there.
#[derive(Debug)]
pub(super) struct Pointer<'a> {
    /// The text.
    pub(super) source: &'a Arc<Source>,
    /// The way to the innermost value.
    pub(super) path: Path<'a>,
    /// The byte.
    pub(super) offset: u32,
}

impl<'a> Pointer<'a> {
    /// What stands at a place; a caret behind the last character of a string or a key points at it.
    pub(super) fn at(place: &Place<'a>) -> Option<Pointer<'a>> {
        let text = place.session.trees(place.path)?;
        let around = |(document, _): &&(&'a Arc<Document>, &'a Recognition)| {
            document.root.span.start <= place.offset && place.offset <= document.root.span.end
        };
        let (document, _) = text.trees.iter().rev().find(around)?;
        let point = |offset: u32| {
            let path = Path::at(&document.root, offset)?;
            Some(Pointer { source: text.source, path, offset })
        };
        let before = || {
            let before = point(place.offset.checked_sub(1)?)?;
            before.scalar().is_some().then_some(before)
        };
        let here = point(place.offset);
        match here {
            Some(here) if here.scalar().is_some() => Some(here),
            here => before().or(here),
        }
    }

    /// The value, or the key, that is pointed at.
    pub(super) fn token(&self) -> Span {
        match self.path.steps.last().and_then(|step| step.member).filter(|_| self.path.on_key) {
            Some(member) => member.key_span,
            None => self.path.node().span,
        }
    }

    /// The byte as a span.
    pub(super) fn span(&self) -> Span {
        Span { start: self.offset, end: self.offset + 1, ..self.token() }
    }

    /// The string or key that is pointed at.
    pub(super) fn scalar(&self) -> Option<&'a Scalar> {
        match self.path.steps.last().and_then(|step| step.member).filter(|_| self.path.on_key) {
            Some(member) => Some(&member.key),
            None => match &self.path.node().kind {
                NodeKind::String(scalar) => Some(scalar),
                _ => None,
            },
        }
    }

    /// Whether the key of the step that lies `count` steps further out is `key`, without regard to case.
    pub(super) fn under(&self, count: usize, key: &str) -> bool {
        self.path.key(count).is_some_and(|found| found.eq_ignore_ascii_case(key))
    }

    /// The values around what is pointed at, the innermost first.
    pub(super) fn around(&self) -> impl Iterator<Item = &'a Node> {
        let path = self.path.clone();
        (1..=path.steps.len()).filter_map(move |count| path.above(count))
    }

    /// Whether the byte lies in a span of the same text.
    pub(super) fn is_in(&self, span: Span) -> bool {
        span.contains(self.span())
    }
}
