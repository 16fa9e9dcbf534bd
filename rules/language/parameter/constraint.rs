//! Constraints of a declared type: allowed values, lengths and limits.

use armlint_engine::syntax::{Node, NodeKind, Number};
use armlint_engine::value::{Object, Value, ValueKind};

use super::is_placeholder;
use super::schema::{self, Fault, Schema};

/// How many allowed values a message names.
const MAX_NAMED: usize = 8;

// Lengths and limits.
fn beyond(schema: &Schema<'_>, value: &Value) -> Option<String> {
    let limit = |key: &str| match schema.keyword(key).map(|node| &node.kind) {
        Some(NodeKind::Number(Number::Int(limit))) => Some(*limit),
        _ => None,
    };
    if let ValueKind::Number(Number::Int(number)) = &value.kind {
        if let Some(min) = limit("minValue").filter(|min| number < min) {
            return Some(format!("is less than {min}, the smallest that is declared"));
        }
        if let Some(max) = limit("maxValue").filter(|max| number > max) {
            return Some(format!("is greater than {max}, the greatest that is declared"));
        }
    }
    let (length, unit) = match &value.kind {
        ValueKind::Text(text) => (text.known()?.encode_utf16().count(), "characters"),
        ValueKind::Array(elements) => (elements.len(), "elements"),
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
pub(super) fn fault(schema: &Schema<'_>, value: &Value) -> Option<Fault> {
    let reason = not_allowed(schema, value).or_else(|| beyond(schema, value))?;
    Some(schema::fault(value.origin.span, &reason))
}

fn not_allowed(schema: &Schema<'_>, value: &Value) -> Option<String> {
    let allowed = schema.keyword("allowedValues")?.elements();
    if allowed.is_empty() || allowed.iter().any(is_open) || !value.is_known() || holds_placeholder(value) {
        return None;
    }
    let listed = |value: &Value| allowed.iter().any(|allowed| same(allowed, value));
    // Of an array, the elements may be listed as well.
    let elements = value.elements().is_some_and(|elements| elements.iter().all(listed));
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

// Whether some of an allowed value is not known: an expression may stand among them.
fn is_open(node: &Node) -> bool {
    match &node.kind {
        NodeKind::String(scalar) => scalar.text.starts_with('[') || is_placeholder(&scalar.text),
        NodeKind::Array(elements) => elements.iter().any(is_open),
        NodeKind::Object(members) => members.iter().any(|member| is_open(&member.value)),
        NodeKind::Invalid => true,
        _ => false,
    }
}

// Whether a part of a known value is to be filled in.
fn holds_placeholder(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Text(text) => text.known().is_some_and(|text| is_placeholder(text)),
        ValueKind::Array(elements) => elements.iter().any(holds_placeholder),
        ValueKind::Object(object) => object.entries().iter().any(|entry| holds_placeholder(&entry.value)),
        _ => false,
    }
}

// Strings are compared without regard to case, and numbers with the texts of numbers.
fn same(allowed: &Node, value: &Value) -> bool {
    match (&allowed.kind, &value.kind) {
        (NodeKind::String(a), ValueKind::Text(_)) => {
            value.known_text().is_some_and(|b| a.text.to_lowercase() == b.to_lowercase())
        }
        (NodeKind::String(text), ValueKind::Number(Number::Int(number))) => {
            text.text.as_str() == number.to_string()
        }
        (NodeKind::Number(Number::Int(number)), ValueKind::Text(_)) => {
            value.known_text().is_some_and(|text| text == number.to_string())
        }
        (NodeKind::Number(a), ValueKind::Number(b)) => a == b,
        (NodeKind::Bool(a), ValueKind::Bool(b)) => a == b,
        (NodeKind::Null, ValueKind::Null) => true,
        (NodeKind::Array(a), ValueKind::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (NodeKind::Object(_), ValueKind::Object(object)) => same_members(allowed, object),
        _ => false,
    }
}

fn same_members(allowed: &Node, object: &Object) -> bool {
    let entries = object.entries();
    let same = |key: &str, value: &Value| allowed.value(key).is_some_and(|allowed| same(allowed, value));
    entries.len() == allowed.members().len() && entries.iter().all(|entry| same(&entry.key, &entry.value))
}

fn shown(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::String(scalar) if scalar.text.len() <= 40 => Some(format!("`{}`", scalar.text)),
        NodeKind::Number(Number::Int(number)) => Some(format!("`{number}`")),
        _ => None,
    }
}
