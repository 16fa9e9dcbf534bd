//! Values: objects and arrays stay what they are, so that their keys keep their places; the rest is expressions.

use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind, Number, Scalar};
use smol_str::SmolStr;

use super::expression::negated;
use super::make::{call, escaped, evaluated, made_string, member, object, string};
use super::{Frame, Lowering, make};
use crate::syntax::{self, Element, Entry, Expression, ExpressionKind, Key, Loop};

impl<'f> Lowering<'f> {
    pub(super) fn value(&mut self, written: &'f Expression) -> Node {
        let span = written.span;
        let node = |kind| Node { kind, span };
        match &written.bare().kind {
            ExpressionKind::Null => node(NodeKind::Null),
            ExpressionKind::Bool(value) => node(NodeKind::Bool(*value)),
            ExpressionKind::Text(scalar) => string(scalar, written.bare().span),
            ExpressionKind::Integer(number) => match i64::try_from(*number) {
                Ok(number) => node(NodeKind::Number(Number::Int(number))),
                Err(_) => node(NodeKind::Number(Number::Float(*number as f64))),
            },
            ExpressionKind::Negative(inner) => match negated(inner) {
                Some(number) => node(NodeKind::Number(Number::Int(number))),
                None => self.expressed(written),
            },
            ExpressionKind::Object(entries) if is_plain(entries) => self.plain_object(entries, span),
            ExpressionKind::Array(elements) => {
                let values = elements.iter().map(|element| match element {
                    Element::Value(value) => Some(value),
                    Element::Spread(_) => None,
                });
                match values.collect::<Option<Vec<_>>>() {
                    Some(values) => {
                        make::array(values.into_iter().map(|value| self.value(value)).collect(), span)
                    }
                    None => self.expressed(written),
                }
            }
            ExpressionKind::Call(own) => match own.arguments.as_slice() {
                [value] if own.name.text == "any" && !self.own().functions.contains_key("any") => {
                    self.value(value)
                }
                _ => match self.loaded_node(own, span) {
                    Some(loaded) => loaded,
                    None => self.expressed(written),
                },
            },
            _ => self.expressed(written),
        }
    }

    fn expressed(&mut self, written: &'f Expression) -> Node {
        evaluated(self.expression(written))
    }

    fn plain_object(&mut self, entries: &'f [Entry], span: Span) -> Node {
        let written = entries.iter().filter_map(|entry| match entry {
            Entry::Member(member) => Some(member),
            _ => None,
        });
        let members = self.members(written, span);
        object(members, span)
    }

    /// The members of an object; those that loops make are together in one.
    pub(super) fn members(
        &mut self,
        written: impl Iterator<Item = &'f syntax::Member>,
        span: Span,
    ) -> Vec<Member> {
        let mut members = Vec::new();
        let mut loops = Vec::new();
        for entry in written {
            let key = match &entry.key {
                Key::Known(key) => key,
                Key::Computed(key) => {
                    let computed = Scalar::computed(self.written(entry.key_span), self.expression(key));
                    members.push(Member {
                        key: computed,
                        key_span: entry.key_span,
                        value: self.value(&entry.value),
                    });
                    continue;
                }
            };
            if let ExpressionKind::For(each) = &entry.value.bare().kind {
                let name = key.text.clone();
                loops.push(self.property_loop(name, entry.key_span, &each.0, &each.1));
                continue;
            }
            let value = self.value(&entry.value);
            members.push(Member { key: escaped(key), key_span: entry.key_span, value });
        }
        if !loops.is_empty() {
            let place = Span { end: span.start + 1, ..span };
            members.push(member("copy", place, make::array(loops, span)));
        }
        members
    }

    /// An entry `{name, count, input}`.
    pub(super) fn property_loop(
        &mut self,
        name: SmolStr,
        name_span: Span,
        each: &'f Loop,
        body: &'f Expression,
    ) -> Node {
        let index = Lowering::copy_index(name.clone(), each.item.span);
        let (count, frame) = self.counted(each, index);
        let input = self.within(frame, |lowering| lowering.value(body));
        let span = each.span.join(body.span);
        let members = vec![
            member("name", name_span, made_string(name, name_span)),
            member("count", each.source.span, count),
            member("input", body.span, input),
        ];
        object(members, span)
    }

    /// How many instances a loop has, and what its names stand for.
    pub(super) fn counted(
        &mut self,
        each: &'f Loop,
        index: armlint_engine::syntax::ExpressionNode,
    ) -> (Node, Frame) {
        let source = self.expression(&each.source);
        let count = evaluated(call("length", [source.clone()], each.source.span));
        (count, self.instance(each, source, index))
    }
}

// Whether no other object is in it.
fn is_plain(entries: &[Entry]) -> bool {
    entries.iter().all(|entry| match entry {
        Entry::Member(_) | Entry::Resource(_) => true,
        Entry::Spread(_) | Entry::Broken(_) => false,
    })
}
