//! Edits of JSON texts for fixes: members are added, renamed and replaced where they are written.
//!
//! Texts of another form (YAML without brackets) and places that are not in a text of the deployment give
//! no edit.

use armlint_engine::finding::Edit;
use armlint_engine::graph::{Graph, node_at};
use armlint_engine::rule::declarative::fix;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind};
use armlint_engine::value::Value;

/// Adds a member in front of the others of the object at `object`; `json` is its value.
pub fn insert_member(graph: &Graph, object: Span, key: &str, json: &str) -> Option<Edit> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == object.source)?;
    let node = node_at(&parsed.document.root, object)?;
    let NodeKind::Object(members) = &node.kind else { return None };
    let written = parsed.source.slice(object);
    if !written.starts_with('{') {
        return None;
    }
    let at = object.part(1, 1);
    let Some(first) = members.first() else {
        return Some(Edit { span: at, text: format!(" \"{key}\": {json} ") });
    };
    let lead = Span { start: at.start, end: first.key_span.start, ..at };
    let blank = parsed.source.slice(lead);
    let blank = if blank.trim().is_empty() { blank } else { " " };
    Some(Edit { span: at, text: format!("{blank}\"{key}\": {json},") })
}

/// Renames the member whose value stands at `value`.
pub fn rename_member(graph: &Graph, value: Span, key: &str) -> Option<Edit> {
    let (_, member) = member(graph, value)?;
    Some(Edit { span: member.key_span, text: format!("\"{key}\"") })
}

/// Takes out the member whose value stands at `value`.
pub fn remove_member(graph: &Graph, value: Span) -> Option<Vec<Edit>> {
    fix::remove(graph, &Value::absent(value))
}

/// The object that holds the member whose value stands at `value`, with the member.
pub fn member(graph: &Graph, value: Span) -> Option<(&Node, &Member)> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == value.source)?;
    let (object, index) = fix::member_at(&parsed.document.root, value)?;
    Some((object, object.members().get(index)?))
}

/// Replaces a literal that stands at its place: `false` by `true`. `None` where the value is computed,
/// or comes from elsewhere.
pub fn flip(graph: &Graph, value: &Value) -> Option<Edit> {
    if value.origin.via.is_some() || value.pieces.is_some() {
        return None;
    }
    let span = value.origin.span;
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == span.source)?;
    let text = flipped(parsed.source.slice(span))?;
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
