//! Constraints of a declared type: allowed values, lengths and limits.

use armlint_engine::syntax::{Node, NodeKind, Number};

use super::schema::{self, Fault, Schema};

/// How many allowed values a message names.
const MAX_NAMED: usize = 8;

// Lengths and limits.
fn beyond(schema: &Schema<'_>, value: &Node) -> Option<String> {
    let limit = |key: &str| match schema.keyword(key).map(|node| &node.kind) {
        Some(NodeKind::Number(Number::Int(limit))) => Some(*limit),
        _ => None,
    };
    if let NodeKind::Number(Number::Int(number)) = &value.kind {
        if let Some(min) = limit("minValue").filter(|min| number < min) {
            return Some(format!("is less than {min}, the smallest that is declared"));
        }
        if let Some(max) = limit("maxValue").filter(|max| number > max) {
            return Some(format!("is greater than {max}, the greatest that is declared"));
        }
    }
    let (length, unit) = match &value.kind {
        NodeKind::String(scalar) => (scalar.text.encode_utf16().count(), "characters"),
        NodeKind::Array(elements) => (elements.len(), "elements"),
        _ => return None,
    };
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    if let Some(min) = limit("minLength").filter(|min| length < *min) {
        return Some(format!("has {length} {unit}, and at least {min} are declared"));
    }
    let max = limit("maxLength").filter(|max| length > *max)?;
    Some(format!("has {length} {unit}, and at most {max} are declared"))
}

/// The first constraint that a value of the right type does not keep.
pub(super) fn fault(schema: &Schema<'_>, value: &Node) -> Option<Fault> {
    let reason = not_allowed(schema, value).or_else(|| beyond(schema, value))?;
    Some(schema::fault(value.span, &reason))
}

fn not_allowed(schema: &Schema<'_>, value: &Node) -> Option<String> {
    let allowed = schema.keyword("allowedValues")?.elements();
    let open = |node: &Node| is_open(schema, node);
    if allowed.is_empty() || allowed.iter().any(open) || open(value) {
        return None;
    }
    let listed = |value: &Node| allowed.iter().any(|allowed| same(allowed, value));
    // Of an array, the elements may be listed as well.
    let elements = matches!(value.kind, NodeKind::Array(_)) && value.elements().iter().all(listed);
    if elements || listed(value) {
        return None;
    }
    if schema.is_secure() {
        return Some("is none of the allowed values".to_string());
    }
    let names: Option<Vec<String>> = allowed.iter().take(MAX_NAMED).map(shown).collect();
    let names = names.map_or_else(String::new, |names| format!(": {}", names.join(", ")));
    let more = if allowed.len() > MAX_NAMED && !names.is_empty() { ", ..." } else { "" };
    Some(format!("is none of the allowed values{names}{more}"))
}

// Whether some of a value is not known. An expression may stand among allowed values.
fn is_open(schema: &Schema<'_>, node: &Node) -> bool {
    match &node.kind {
        NodeKind::String(scalar) => schema.is_open(node) || scalar.text.starts_with('['),
        NodeKind::Array(elements) => elements.iter().any(|element| is_open(schema, element)),
        NodeKind::Object(members) => members.iter().any(|member| is_open(schema, &member.value)),
        NodeKind::Expression(_) | NodeKind::Invalid => true,
        _ => false,
    }
}

// Strings are compared without regard to case, and numbers with the texts of numbers.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::String(a), NodeKind::String(b)) => a.text.to_lowercase() == b.text.to_lowercase(),
        (NodeKind::String(text), NodeKind::Number(Number::Int(number)))
        | (NodeKind::Number(Number::Int(number)), NodeKind::String(text)) => {
            text.text.as_str() == number.to_string()
        }
        (NodeKind::Array(a), NodeKind::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (NodeKind::Object(members), NodeKind::Object(others)) => {
            members.len() == others.len()
                && members
                    .iter()
                    .all(|member| b.value(&member.key.text).is_some_and(|other| same(&member.value, other)))
        }
        (a, b) => a == b,
    }
}

fn shown(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::String(scalar) if scalar.text.len() <= 40 => Some(format!("`{}`", scalar.text)),
        NodeKind::Number(Number::Int(number)) => Some(format!("`{number}`")),
        _ => None,
    }
}
