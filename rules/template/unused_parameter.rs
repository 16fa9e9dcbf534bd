use armlint_engine::dialect::Dialect;
use armlint_engine::graph::Graph;
use armlint_engine::rule::Context;
use armlint_engine::semantics::NameScope;
use smol_str::StrExt;

use crate::language::parameter::is_read;

/// Parameters that pipelines pass to every template, whether or not it asks for them.
const CONVENTIONAL: [&str; 2] = ["_artifactsLocation", "_artifactsLocationSasToken"];

pub(crate) fn check(cx: &mut Context<'_>) {
    // Data Factory writes the parameters of an export.
    if cx.graph().dialect == Dialect::Export {
        return;
    }
    let graph = cx.graph();
    for scope in graph.semantics().scopes.iter().filter(|scope| is_judged(scope, graph)) {
        for member in scope.node.value("parameters").map(|node| node.members()).unwrap_or_default() {
            let name = &member.key.text;
            let conventional = CONVENTIONAL.iter().any(|other| name.eq_ignore_ascii_case(other));
            if !conventional && !scope.used.parameters.contains(&name.to_lowercase_smolstr()) {
                let message = format!("Nothing uses the parameter `{name}`");
                cx.report(&member.key_span, message).help("Use it, or remove it");
            }
        }
    }
}

// What could not be read may use anything.
fn is_judged(scope: &NameScope, graph: &Graph) -> bool {
    is_read(graph, scope.node.span)
        && !scope.is_compiled()
        && !scope.used.computed_parameter
        && !scope.used.unread
}
