//! What is evaluated when a template is deployed, and whether that is certain.

use armlint_engine::expression::keys::{KeyContent, content};
use armlint_engine::expression::parser::{Expression, ExpressionKind};
use armlint_engine::expression::signature::may_skip;
use armlint_engine::graph::Graph;
use armlint_engine::span::Span;
use armlint_engine::syntax::path::Path;
use armlint_engine::syntax::{Node, NodeKind, Number};

/// Evaluates what no rule has asked for, so that what is wrong with it is known: all values of the resources that are
/// certainly deployed, and the outputs.
pub fn everything(graph: &Graph) {
    // The template of a deployment has a scope of its own, and what depends on what is no value.
    let skips = |key: &str| {
        let other = ["template", "dependsOn"].iter().any(|other| key.eq_ignore_ascii_case(other));
        other || content(key) != KeyContent::Expressions
    };
    let mut walk = graph.walk();
    for resource in graph.resources() {
        if resource.condition.truth.is_true() && !resource.existing {
            resource.body.evaluate_written(&skips, &mut walk);
        }
    }
    for outputs in graph.outputs.iter().chain(graph.nested_outputs.iter().map(|(_, outputs)| outputs)) {
        let Some(outputs) = outputs.object() else { continue };
        for output in outputs.entries() {
            output.value.get("value").evaluate_written(&skips, &mut walk);
        }
    }
}

/// Whether the part of an expression at `place` is certainly evaluated: in a resource or an output without
/// condition, outside of loops that may be empty, and in no argument that a function may skip.
pub fn is_reached(graph: &Graph, place: Span) -> bool {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == place.source);
    parsed.and_then(|parsed| Path::at(&parsed.document.root, place.start)).is_some_and(|path| {
        let NodeKind::String(scalar) = &path.node().kind else { return false };
        let token = path.node().span;
        let expression = graph.expression(scalar, token);
        !path.on_key
            && objects(&path).all(|(object, key)| is_made(object) && is_evaluated(object, key))
            && expression.within(scalar, token).is_ok_and(|expression| is_unguarded(expression, place))
    })
}

// The objects on a way, with the keys that it leads through.
fn objects<'d>(path: &Path<'d>) -> impl Iterator<Item = (&'d Node, &'d str)> {
    let from = std::iter::once(path.root).chain(path.steps.iter().map(|step| step.node));
    let through = path.steps.iter().map(|step| step.member);
    let pairs: Vec<_> = from.zip(through).collect();
    pairs.into_iter().filter_map(|(object, member)| Some((object, member?.key.text.as_str())))
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
fn is_evaluated(object: &Node, key: &str) -> bool {
    let is = |other: &str| key.eq_ignore_ascii_case(other);
    let declared = is("variables") || is("functions") || is("parameters") || is("definitions");
    let template = object.get("resources").is_some() && object.get("type").is_none();
    content(key) == KeyContent::Expressions && !(declared && template)
}

fn is_unguarded(expression: Expression<'_>, place: Span) -> bool {
    match expression.kind() {
        ExpressionKind::Property(base, ..) if base.span().contains(place) => is_unguarded(base, place),
        ExpressionKind::Index(base, _) if base.span().contains(place) => is_unguarded(base, place),
        ExpressionKind::Index(_, index) if index.span().contains(place) => is_unguarded(index, place),
        ExpressionKind::Call(call) => {
            let around = call.arguments().position(|argument| argument.span().contains(place));
            let Some(at) = around else { return true };
            let lazy = may_skip(call.name(), at);
            let lambda = call.name().eq_ignore_ascii_case("lambda");
            !lazy && !lambda && call.argument(at).is_some_and(|argument| is_unguarded(argument, place))
        }
        _ => true,
    }
}
