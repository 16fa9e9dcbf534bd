use armlint_engine::expression::parser::is_expression;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind, Number};

use crate::language::parameter::is_read;

/// The types of the template language; Parameters in ARM templates, 2024-06.
const TYPES: [&str; 7] = ["string", "securestring", "int", "bool", "object", "secureObject", "array"];

/// Constraints that are numbers.
const LIMITS: [&str; 4] = ["minValue", "maxValue", "minLength", "maxLength"];

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for scope in &graph.semantics().scopes {
        if !is_read(graph, scope.node.span) || graph.is_lowered(scope.node.span) {
            continue;
        }
        for section in ["parameters", "outputs", "definitions"] {
            members(&scope.node, section).iter().for_each(|declared| check_within(&declared.value, cx));
        }
    }
}

fn members<'n>(node: &'n Node, section: &str) -> &'n [Member] {
    node.value(section).map(Node::members).unwrap_or_default()
}

// A type with its constraints, and those that it is made of.
fn check_within(declaration: &Node, cx: &mut Context<'_>) {
    if let Some((span, name)) = unknown_type(declaration) {
        let message = format!("There is no type `{name}`");
        cx.report(&span, message).help(format!("The types are {}", named(&TYPES)));
    }
    for (span, message) in wrong_constraints(declaration) {
        cx.report(&span, message);
    }
    let mapping = declaration.value("discriminator").and_then(|discriminator| discriminator.value("mapping"));
    let parts = declaration.value("properties").into_iter().chain(mapping).flat_map(Node::members);
    let elements = declaration.value("prefixItems").map(Node::elements).unwrap_or_default();
    let others = ["items", "additionalProperties"].iter().filter_map(|key| declaration.value(key));
    for part in parts.map(|member| &member.value).chain(elements).chain(others) {
        check_within(part, cx);
    }
}

fn unknown_type(declaration: &Node) -> Option<(Span, &str)> {
    let ty = declaration.value("type")?;
    let name = ty.text().filter(|name| !is_expression(name))?;
    (!TYPES.iter().any(|known| name.eq_ignore_ascii_case(known))).then_some((ty.span, name))
}

fn wrong_constraints(declaration: &Node) -> Vec<(Span, String)> {
    let limits = LIMITS.iter().filter_map(|key| Some((key, declaration.value(key)?)));
    let limits = limits.filter(|(_, limit)| !may_be_number(limit));
    let mut wrong: Vec<(Span, String)> =
        limits.map(|(key, limit)| (limit.span, format!("`{key}` is no whole number"))).collect();
    if let Some(allowed) = declaration.value("allowedValues")
        && matches!(
            allowed.kind,
            NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::Object(_) | NodeKind::String(_)
        )
        && !allowed.text().is_some_and(is_expression)
    {
        wrong.push((allowed.span, "`allowedValues` is no array".to_string()));
    }
    wrong
}

// A text of digits is read as a number.
fn may_be_number(limit: &Node) -> bool {
    match &limit.kind {
        NodeKind::Number(Number::Int(_)) | NodeKind::Null | NodeKind::Expression(_) | NodeKind::Invalid => {
            true
        }
        NodeKind::String(scalar) => is_expression(&scalar.text) || scalar.text.trim().parse::<i64>().is_ok(),
        _ => false,
    }
}

fn named(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
