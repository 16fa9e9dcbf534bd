//! Edits of JSON texts for fixes: members and elements are added, renamed, replaced and taken out where
//! they are written.
//!
//! Texts of another form (YAML without brackets) and places that are not in a text of the deployment give
//! no edit.

use armlint_engine::dialect::Parsed;
use armlint_engine::finding::Edit;
use armlint_engine::graph::{Graph, node_at};
use armlint_engine::rule::edit;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind};
use armlint_engine::value::Value;

pub use armlint_engine::rule::edit::{add_element, add_member, remove, replace};

/// Renames the member whose value stands at `value`.
pub fn rename_member(graph: &Graph, value: Span, key: &str) -> Option<Edit> {
    let (_, member) = member(graph, value)?;
    Some(Edit { span: member.key_span, text: format!("\"{key}\"") })
}

/// The object that holds the member whose value stands at `value`, with the member.
pub fn member(graph: &Graph, value: Span) -> Option<(&Node, &Member)> {
    let (object, index) = edit::member_at(&parsed(graph, value)?.document.root, value)?;
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

fn parsed(graph: &Graph, span: Span) -> Option<&Parsed> {
    graph.sources.iter().find(|parsed| parsed.source.id == span.source)
}
