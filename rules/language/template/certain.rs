//! Whether an expression is certainly evaluated when its template is deployed.

use armlint_engine::expression::parser::{Expression, ExpressionKind};
use armlint_engine::graph::Graph;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind, Number};

/// Functions that may not evaluate their arguments behind the first.
const LAZY: [&str; 4] = ["if", "and", "or", "coalesce"];

/// Whether the part of an expression at `place` is certainly evaluated: in a resource or an output without
/// condition, outside of loops that may be empty, and in no argument that a function may skip.
pub fn is_reached(graph: &Graph, place: Span) -> bool {
    let mut sources = graph.sources.iter().filter(|parsed| parsed.source.id == place.source);
    sources.next().is_some_and(|parsed| within(graph, &parsed.document.root, place))
}

fn within(graph: &Graph, node: &Node, place: Span) -> bool {
    match &node.kind {
        NodeKind::String(scalar) => match graph.expression(scalar, node.span).within(scalar, node.span) {
            Ok(expression) => is_unguarded(expression, place),
            Err(_) => false,
        },
        NodeKind::Array(elements) => {
            let around = elements.iter().find(|element| element.span.contains(place));
            around.is_some_and(|element| within(graph, element, place))
        }
        NodeKind::Object(members) => {
            let around = members.iter().find(|member| member.value.span.contains(place));
            is_made(node)
                && around
                    .is_some_and(|member| is_evaluated(node, member) && within(graph, &member.value, place))
        }
        _ => false,
    }
}

// Not under a condition, and not in a loop that may have no instance.
fn is_made(object: &Node) -> bool {
    let condition = object.value("condition").is_none_or(|condition| condition.kind == NodeKind::Bool(true));
    let some = |entry: &Node| match entry.value("count").map(|count| &count.kind) {
        Some(NodeKind::Number(Number::Int(count))) => *count > 0,
        _ => false,
    };
    let looped = object.value("copy").is_none_or(|copy| match &copy.kind {
        NodeKind::Object(_) => some(copy),
        NodeKind::Array(entries) => entries.iter().all(some),
        _ => false,
    });
    condition && looped
}

// A variable may be used behind a condition only, and a function may be used nowhere.
fn is_evaluated(object: &Node, member: &Member) -> bool {
    let is = |key: &str| member.key.text.eq_ignore_ascii_case(key);
    let declared = is("variables") || is("functions") || is("parameters") || is("definitions");
    let template = object.get("resources").is_some() && object.get("type").is_none();
    let foreign = ["metadata", "comments", "policyRule"].into_iter().any(is);
    let ignored = declared && template;
    !foreign && !ignored
}

fn is_unguarded(expression: Expression<'_>, place: Span) -> bool {
    match expression.kind() {
        ExpressionKind::Property(base, ..) if base.span().contains(place) => is_unguarded(base, place),
        ExpressionKind::Index(base, _) if base.span().contains(place) => is_unguarded(base, place),
        ExpressionKind::Index(_, index) if index.span().contains(place) => is_unguarded(index, place),
        ExpressionKind::Call(call) => {
            let around = call.arguments().position(|argument| argument.span().contains(place));
            let Some(at) = around else { return true };
            let lazy = LAZY.iter().any(|lazy| call.name().eq_ignore_ascii_case(lazy)) && at > 0;
            let lambda = call.name().eq_ignore_ascii_case("lambda");
            !lazy && !lambda && call.argument(at).is_some_and(|argument| is_unguarded(argument, place))
        }
        _ => true,
    }
}
