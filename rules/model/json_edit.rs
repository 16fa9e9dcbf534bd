//! Edits of JSON texts for the fixes of rules.

use armlint_engine::finding::Edit;
use armlint_engine::graph::{Graph, node_at};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind};
use armlint_engine::value::Value;

/// Replaces a value that is written in place; `None` where it is computed or comes from elsewhere.
/// `json` is the text of the new value.
pub fn replace(value: &Value, json: &str) -> Option<Vec<Edit>> {
    let literal = value.known_text().is_some() && value.origin.via.is_none() && value.pieces.is_none();
    (literal && !value.assumed).then(|| vec![Edit { span: value.origin.span, text: json.to_string() }])
}

/// Replaces the string that a value is written as, literal or expression. `None` where the value is not
/// a string there.
pub fn replace_expression(graph: &Graph, value: &Value, json: &str) -> Option<Vec<Edit>> {
    let span = value.origin.span;
    let node = node_at(root(graph, span)?, span)?;
    let written = matches!(node.kind, NodeKind::String(_));
    written.then(|| vec![Edit { span, text: json.to_string() }])
}

/// Takes out the member whose value stands at the value's place; `None` where that is no member of an
/// object in brackets.
pub fn remove_member(graph: &Graph, value: &Value) -> Option<Vec<Edit>> {
    let span = value.origin.span;
    let object = object_around(root(graph, span)?, span)?;
    let members = object.members();
    let at = members.iter().position(|member| member.value.span == span)?;
    let member = members.get(at)?;
    let next = members.get(at + 1);
    let previous = at.checked_sub(1).and_then(|at| members.get(at));
    let (start, end) = match (next, previous) {
        (Some(next), _) => (member.key_span.start, next.key_span.start),
        (None, Some(previous)) => (previous.value.span.end, member.value.span.end),
        (None, None) => (member.key_span.start, member.value.span.end),
    };
    let bracketed = slice(graph, object.span)?.starts_with('{');
    (bracketed && start < end).then(|| vec![Edit { span: Span { start, end, ..span }, text: String::new() }])
}

/// Adds a member in front of the others of a JSON object that is written at `object`; `member` is its
/// text.
pub fn add_member(graph: &Graph, object: Span, member: &str) -> Option<Vec<Edit>> {
    let node = node_at(root(graph, object)?, object)?;
    if !matches!(node.kind, NodeKind::Object(_)) {
        return None;
    }
    prepend(graph, node.span, '{', node.members().is_empty(), member)
}

/// Adds an element in front of the others of a JSON array that is written at the place of `array`.
pub fn add_element(graph: &Graph, array: &Value, element: &str) -> Option<Vec<Edit>> {
    let span = array.origin.span;
    let node = node_at(root(graph, span)?, span)?;
    if !matches!(node.kind, NodeKind::Array(_)) {
        return None;
    }
    prepend(graph, span, '[', node.elements().is_empty(), element)
}

fn prepend(graph: &Graph, around: Span, bracket: char, empty: bool, text: &str) -> Option<Vec<Edit>> {
    if !slice(graph, around)?.starts_with(bracket) {
        return None;
    }
    let at = around.start + 1;
    let text = if empty { format!(" {text} ") } else { format!(" {text},") };
    Some(vec![Edit { span: Span { start: at, end: at, ..around }, text }])
}

fn slice(graph: &Graph, span: Span) -> Option<&str> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == span.source)?;
    Some(parsed.source.slice(span))
}

fn root(graph: &Graph, span: Span) -> Option<&Node> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == span.source)?;
    Some(&parsed.document.root)
}

// The innermost object that holds a member with this value.
fn object_around(root: &Node, span: Span) -> Option<&Node> {
    let mut node = root;
    while node.span.contains(span) {
        node = match &node.kind {
            NodeKind::Object(members) => {
                let member = members.iter().find(|member| member.value.span.contains(span))?;
                if member.value.span == span {
                    return Some(node);
                }
                &member.value
            }
            NodeKind::Array(elements) => elements.iter().find(|element| element.span.contains(span))?,
            _ => return None,
        };
    }
    None
}
