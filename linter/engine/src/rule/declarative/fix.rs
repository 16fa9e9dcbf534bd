//! Edits of the texts that rules read.

use crate::finding::Edit;
use crate::graph::Graph;
use crate::span::Span;
use crate::syntax::{Member, Node, NodeKind};
use crate::value::Value;

/// Takes the member out whose value stands at `span`; `None` where that is no member, or the only one of a
/// YAML mapping without brackets, which cannot be left empty.
pub fn remove(graph: &Graph, span: Span) -> Option<Edit> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == span.source)?;
    let (object, at) = member_at(&parsed.document.root, span)?;
    let members = object.members();
    let member = members.get(at)?;
    let next = members.get(at + 1);
    let previous = at.checked_sub(1).and_then(|at| members.get(at));
    let (start, end) = match (next, previous) {
        (Some(next), _) => (member.key_span.start, next.key_span.start),
        (None, Some(previous)) => (previous.value.span.end, member.value.span.end),
        (None, None) if parsed.source.slice(object.span).starts_with('{') => {
            (member.key_span.start, member.value.span.end)
        }
        (None, None) => return None,
    };
    (start < end).then(|| Edit { span: Span { start, end, ..span }, text: String::new() })
}

/// Puts JSON text in the place of a literal string; `None` where the value is computed or comes from
/// elsewhere.
pub fn replace(value: &Value, json: &str) -> Option<Edit> {
    let literal = value.known_text().is_some() && value.origin.via.is_none() && value.pieces.is_none();
    (literal && !value.assumed).then(|| Edit { span: value.origin.span, text: json.to_string() })
}

/// The object that holds the member whose value has this span, and the member's index.
pub fn member_at(root: &Node, span: Span) -> Option<(&Node, usize)> {
    let mut node = root;
    while node.span.contains(span) {
        let holds = |child: &Node| child.span.contains(span);
        node = match &node.kind {
            NodeKind::Object(members) => {
                let at = members.iter().position(|member: &Member| holds(&member.value))?;
                let member = members.get(at)?;
                if member.value.span == span {
                    return Some((node, at));
                }
                &member.value
            }
            NodeKind::Array(elements) => elements.iter().find(|element| holds(element))?,
            _ => return None,
        };
    }
    None
}
