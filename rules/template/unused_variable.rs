use armlint_engine::dialect::Dialect;
use armlint_engine::graph::Graph;
use armlint_engine::rule::Context;
use armlint_engine::semantics::NameScope;

use crate::language::parameter::is_read;

pub(crate) fn check(cx: &mut Context<'_>) {
    // Data Factory writes the variables of an export.
    if cx.graph().dialect == Dialect::Export {
        return;
    }
    let graph = cx.graph();
    for scope in graph.semantics().scopes.iter().filter(|scope| is_judged(scope, graph)) {
        let unused = scope.names.variables().filter(|name| {
            let remark = name.starts_with("documentation") || name.starts_with("comment");
            // The Bicep compiler names so what it has loaded from files.
            let made = name.starts_with("$fxv#");
            !scope.used.variables.contains(*name) && !remark && !made && !is_exported(scope, name)
        });
        let declared = unused.filter_map(|name| Some(scope.names.variable(name)?.name_span()));
        for span in declared {
            let message = format!("Nothing uses the variable `{}`", cx.graph().text(span));
            cx.report(&span, message).help("Use it, or remove it");
        }
    }
}

// What could not be read may use anything.
fn is_judged(scope: &NameScope, graph: &Graph) -> bool {
    is_read(graph, scope.node.span)
        && !scope.is_compiled()
        && !scope.used.computed_variable
        && !scope.used.unread
}

// Bicep files import it.
fn is_exported(scope: &NameScope, name: &str) -> bool {
    let metadata = scope.node.value("metadata");
    let exported = metadata.and_then(|metadata| metadata.value("__bicep_exported_variables!"));
    let exported = exported.map(|exported| exported.elements()).unwrap_or_default();
    exported
        .iter()
        .filter_map(|entry| entry.value("name")?.text())
        .any(|other| other.eq_ignore_ascii_case(name))
}
