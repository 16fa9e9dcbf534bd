//! Suppressions in strict JSON: `"metadata": { "armlint": { "ignore": [{ "rule", "reason", "until" }] } }`.
//! They hold for the object that has the metadata, with all that is in it.

use std::sync::Arc;

use super::{RuleName, Suppression, WORD};
use crate::finding::SuppressionKind;
use crate::source::Source;
use crate::span::Span;
use crate::syntax::{Comment, Document, Member, Node, NodeKind};

/// The suppressions in the metadata of a text.
pub(super) fn read(source: &Source, documents: &[Arc<Document>]) -> Vec<Suppression> {
    let mut found = Vec::new();
    for document in documents {
        let whole = (source.span(), &document.root);
        let cut = Cut { json: is_json(source, document), comments: &document.comments };
        walk(whole.1, Some(whole.0), &cut, &mut found);
    }
    found
}

// Whether members can be cut out between commas.
fn is_json(source: &Source, document: &Document) -> bool {
    document.problems.is_empty() && source.slice(document.root.span).starts_with('{') && !is_yaml(source)
}

fn is_yaml(source: &Source) -> bool {
    let path = source.path.to_ascii_lowercase();
    path.ends_with(".yaml") || path.ends_with(".yml")
}

// `scope` is that of the root, which is the whole text: what stands in front of it belongs to it.
fn walk(node: &Node, scope: Option<Span>, cut: &Cut<'_>, found: &mut Vec<Suppression>) {
    for element in node.elements() {
        walk(element, None, cut, found);
    }
    for (index, member) in node.members().iter().enumerate() {
        if member.key.text.eq_ignore_ascii_case("metadata") {
            let scope = scope.unwrap_or(node.span);
            if let Some((at, own)) = position(&member.value, WORD) {
                entries(scope, &[(node, index), (&member.value, at)], &own.value, cut, found);
            }
        }
        walk(&member.value, None, cut, found);
    }
}

fn position<'n>(node: &'n Node, key: &str) -> Option<(usize, &'n Member)> {
    node.members().iter().enumerate().find(|(_, member)| &*member.key.text == key)
}

// `above` are the objects on the way from the resource to the word, each with the place of the next.
fn entries(scope: Span, above: &[(&Node, usize)], own: &Node, cut: &Cut<'_>, found: &mut Vec<Suppression>) {
    let malformed =
        |node: &Node, why: &str| Suppression { malformed: Some(why.to_string()), ..empty(scope, node.span) };
    let Some((at, list)) = position(own, "ignore") else {
        found.push(malformed(own, "Metadata of armlint holds no `ignore`"));
        return;
    };
    let NodeKind::Array(elements) = &list.value.kind else {
        found.push(malformed(&list.value, "`ignore` is no list"));
        return;
    };
    for (index, element) in elements.iter().enumerate() {
        let mut made = entry(scope, element);
        made.removal = match elements.len() {
            1 => cut.outermost(above, (own, at)),
            _ => cut.part(elements.iter().map(|element| element.span).collect(), index),
        };
        found.push(made);
    }
}

fn entry(scope: Span, element: &Node) -> Suppression {
    let mut made = empty(scope, element.span);
    let unknown =
        element.members().iter().find(|member| !["rule", "reason", "until"].contains(&&*member.key.text));
    if let Some(member) = unknown {
        made.place = member.key_span;
        made.malformed = Some(format!("`{}` is no key of a suppression", member.key.text));
    }
    match element.get("rule").and_then(|member| Some((member.value.text()?, member.value.span))) {
        Some((name, span)) => {
            made.names.push(RuleName { text: name.to_string(), span });
            if made.malformed.is_none() {
                made.place = span;
            }
        }
        None => made.malformed = Some("Suppression names no rule".into()),
    }
    let reason = element.value("reason").and_then(Node::text).map(str::trim);
    made.reason = reason.filter(|reason| !reason.is_empty()).map(str::to_string);
    if let Some(until) = element.get("until") {
        match until.value.text().unwrap_or_default().parse() {
            Ok(date) => made.until = Some(date),
            Err(said) => made.malformed = Some(format!("Suppression has no end: {said}")),
        }
    }
    made
}

fn empty(scope: Span, place: Span) -> Suppression {
    Suppression {
        kind: SuppressionKind::Metadata,
        place,
        scope,
        names: Vec::new(),
        reason: None,
        until: None,
        malformed: None,
        removal: None,
        list: None,
    }
}

/// How parts are cut out of lists.
struct Cut<'a> {
    json: bool,
    comments: &'a [Comment],
}

impl Cut<'_> {
    // What goes with the last entry: every object around it that holds nothing else, but never the
    // resource.
    fn outermost(&self, above: &[(&Node, usize)], innermost: (&Node, usize)) -> Option<Span> {
        let (mut node, mut index) = innermost;
        for (outer, at) in above.iter().rev() {
            if node.members().len() > 1 {
                break;
            }
            (node, index) = (outer, *at);
        }
        let parts = node.members().iter().map(|member| member.key_span.join(member.value.span));
        self.part(parts.collect(), index)
    }

    // One of several parts, with the comma that is then too many.
    fn part(&self, parts: Vec<Span>, index: usize) -> Option<Span> {
        let own = *parts.get(index)?;
        let next = parts.get(index + 1);
        let before = index.checked_sub(1).and_then(|before| parts.get(before));
        let span = match (next, before) {
            (Some(next), _) => Span { end: next.start, ..own },
            (None, Some(before)) => Span { start: before.end, ..own },
            (None, None) => own,
        };
        let clear = !self.comments.iter().any(|comment| span.contains(comment.span));
        (self.json && clear && span.start <= span.end).then_some(span)
    }
}
