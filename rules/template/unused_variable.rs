use armlint_engine::dialect::Dialect;
use armlint_engine::rule::Context;
use armlint_engine::semantics::NameScope;

pub(crate) fn check(cx: &mut Context<'_>) {
    // Data Factory writes the variables of an export.
    if cx.graph().dialect == Dialect::Export {
        return;
    }
    let semantics = cx.graph().semantics();
    for scope in semantics.scopes.iter().filter(|scope| is_judged(scope)) {
        let unused = scope.names.variables().filter(|name| {
            let remark = name.starts_with("documentation") || name.starts_with("comment");
            !scope.used.variables.contains(*name) && !remark && !is_exported(scope, name)
        });
        let declared = unused.filter_map(|name| Some(scope.names.variable(name)?.name_span()));
        for span in declared {
            let message = format!("Nothing uses the variable `{}`", cx.graph().text(span));
            cx.report(&span, message).help("Use it, or remove it");
        }
    }
}

fn is_judged(scope: &NameScope) -> bool {
    !scope.is_compiled() && scope.does_something() && !scope.used.computed_variable && !scope.used.unread
}

// Other Bicep files import it.
fn is_exported(scope: &NameScope, name: &str) -> bool {
    let metadata = scope.node.value("metadata");
    let exported = metadata.and_then(|metadata| metadata.value("__bicep_exported_variables!"));
    let exported = exported.map(|exported| exported.elements()).unwrap_or_default();
    exported
        .iter()
        .filter_map(|entry| entry.value("name")?.text())
        .any(|other| other.eq_ignore_ascii_case(name))
}
