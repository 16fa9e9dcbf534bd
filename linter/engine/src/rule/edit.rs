//! Edits of the texts that rules read: members and elements are added, replaced and taken out where they are written.
//!
//! Places that are not in a text of the deployment give no edit, and nothing is added to YAML without brackets.

use crate::dialect::Parsed;
use crate::finding::Edit;
use crate::graph::{Graph, node_at};
use crate::span::Span;
use crate::syntax::{Member, Node, NodeKind};
use crate::value::{Value, ValueKind};

/// Takes the member out whose value stands at `span`; `None` where that is no member, or the only one of a
/// YAML mapping without brackets, which cannot be left empty.
pub fn remove(graph: &Graph, span: Span) -> Option<Edit> {
    let parsed = parsed(graph, span)?;
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

/// Puts JSON text in the place of a literal of any type; `None` where the value is computed, comes from
/// elsewhere, or is not written.
pub fn replace_literal(graph: &Graph, value: &Value, json: &str) -> Option<Edit> {
    let known =
        value.known_text().is_some() || matches!(value.kind, ValueKind::Bool(_) | ValueKind::Number(_));
    let literal = known && value.origin.via.is_none() && value.pieces.is_none() && !value.assumed;
    let span = value.origin.span;
    let node = node_at(&parsed(graph, span)?.document.root, span)?;
    let written = match &node.kind {
        NodeKind::String(text) => value.known_text() == Some(text.text.as_str()),
        NodeKind::Bool(_) | NodeKind::Number(_) => value.known_text().is_none(),
        _ => false,
    };
    (literal && written).then(|| Edit { span, text: json.to_string() })
}

/// Gives the member at a path of names below an object a value, as JSON text: a literal is replaced, and a member
/// that is missing is added to the innermost object that is written, with the objects around it.
pub fn set(graph: &Graph, object: &Value, path: &[&str], json: &str) -> Option<Edit> {
    let (key, below) = path.split_first()?;
    let value = object.get(key);
    match (value.is_absent(), below) {
        (true, below) => {
            let nested =
                below.iter().rev().fold(json.to_string(), |json, key| format!("{{\"{key}\": {json}}}"));
            add_member(graph, object.origin.span, key, &nested)
        }
        (false, []) => replace_literal(graph, &value, json),
        (false, below) => set(graph, &value, below, json),
    }
}

/// Adds a member in front of the others of the object at `object`; `json` is its value.
pub fn add_member(graph: &Graph, object: Span, key: &str, json: &str) -> Option<Edit> {
    let parsed = parsed(graph, object)?;
    let node = node_at(&parsed.document.root, object)?;
    let NodeKind::Object(members) = &node.kind else { return None };
    let first = members.first().map(|member| member.key_span);
    prepend(parsed, node.span, '{', first, &format!("\"{key}\": {json}"))
}

/// Adds an element in front of the others of the array that is written at the place of `array`; `json` is
/// its text.
pub fn add_element(graph: &Graph, array: &Value, json: &str) -> Option<Edit> {
    let span = array.origin.span;
    let parsed = parsed(graph, span)?;
    let node = node_at(&parsed.document.root, span)?;
    let NodeKind::Array(elements) = &node.kind else { return None };
    prepend(parsed, node.span, '[', elements.first().map(|first| first.span), json)
}

// What is added stands on a line of its own where the first one does.
fn prepend(parsed: &Parsed, around: Span, bracket: char, first: Option<Span>, json: &str) -> Option<Edit> {
    if !parsed.source.slice(around).starts_with(bracket) {
        return None;
    }
    let at = around.part(1, 1);
    let Some(first) = first else { return Some(Edit { span: at, text: format!(" {json} ") }) };
    let blank = parsed.source.slice(Span { start: at.start, end: first.start, ..at });
    let blank = if blank.trim().is_empty() { blank } else { " " };
    Some(Edit { span: at, text: format!("{blank}{json},") })
}

/// Renames the member whose value stands at `value`.
pub fn rename_member(graph: &Graph, value: Span, key: &str) -> Option<Edit> {
    let (_, member) = member(graph, value)?;
    Some(Edit { span: member.key_span, text: format!("\"{key}\"") })
}

/// The object that holds the member whose value stands at `value`, with the member.
pub fn member(graph: &Graph, value: Span) -> Option<(&Node, &Member)> {
    let (object, index) = member_at(&parsed(graph, value)?.document.root, value)?;
    Some((object, object.members().get(index)?))
}

/// Replaces the string that a value is written as, literal or expression. `None` where the value is not
/// a string there.
pub fn replace_expression(graph: &Graph, value: &Value, json: &str) -> Option<Edit> {
    let span = value.origin.span;
    let node = node_at(&parsed(graph, span)?.document.root, span)?;
    matches!(node.kind, NodeKind::String(_)).then(|| Edit { span, text: json.to_string() })
}

/// Replaces a literal that stands at its place: `false` by `true`. `None` where the value is computed,
/// or comes from elsewhere.
pub fn flip(graph: &Graph, value: &Value) -> Option<Edit> {
    if value.origin.via.is_some() || value.pieces.is_some() {
        return None;
    }
    let span = value.origin.span;
    let text = flipped(parsed(graph, span)?.source.slice(span))?;
    Some(Edit { span, text })
}

/// The other boolean, in the same quotes and case; `None` for anything else.
pub fn flipped(written: &str) -> Option<String> {
    let bare = written.trim_matches(['"', '\'']);
    let other = match bare {
        "true" => "false",
        "false" => "true",
        "True" => "False",
        "False" => "True",
        "TRUE" => "FALSE",
        "FALSE" => "TRUE",
        "yes" => "no",
        "no" => "yes",
        "Yes" => "No",
        "No" => "Yes",
        _ => return None,
    };
    Some(written.replacen(bare, other, 1))
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

fn parsed(graph: &Graph, span: Span) -> Option<&Parsed> {
    graph.sources.iter().find(|parsed| parsed.source.id == span.source)
}
