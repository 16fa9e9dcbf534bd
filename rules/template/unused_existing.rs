use armlint_engine::rule::Context;
use armlint_engine::semantics::NameScope;
use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind};
use smol_str::StrExt;

pub(crate) fn check(cx: &mut Context<'_>) {
    let semantics = cx.graph().semantics();
    // The Bicep compiler writes what it takes of a resource in place of the reference.
    for scope in semantics.scopes.iter().filter(|scope| !scope.is_compiled()) {
        let resources = scope.node.value("resources").map(Node::members).unwrap_or_default();
        for member in resources.iter().filter(|member| is_existing(&member.value)) {
            let ty = member.value.value("type").and_then(Node::text).unwrap_or("").to_lowercase_smolstr();
            let symbol = member.key.text.to_lowercase_smolstr();
            let open = scope.used.unread || scope.used.computed_symbol;
            if !open && !ty.is_empty() && !is_named(scope, &symbol, &ty, member.value.span) {
                let message = format!("Nothing refers to the existing resource `{}`", member.key.text);
                cx.report(&member.key_span, message).help("Refer to it, or remove it");
            }
        }
    }
}

fn is_existing(resource: &Node) -> bool {
    resource.value("existing").is_some_and(|existing| existing.kind == NodeKind::Bool(true))
}

// By its symbolic name, or by its type: Bicep writes `id` as `resourceId(type, ..)`, and children name only
// their own type.
fn is_named(scope: &NameScope, symbol: &str, ty: &str, own: Span) -> bool {
    let below = |other: &str| other.strip_prefix(ty).is_some_and(|rest| rest.starts_with('/'));
    let names = |text: &str| {
        let base = text.split('[').next().unwrap_or(text);
        base == symbol || text == ty || below(text) || text.contains(ty)
    };
    scope.literals.iter().any(|(text, span)| !own.contains(*span) && names(text))
        || scope.resources.iter().any(|(other, span)| !own.contains(*span) && below(other))
}
