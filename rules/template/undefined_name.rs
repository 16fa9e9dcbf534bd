use armlint_engine::rule::{Context, View};
use armlint_engine::semantics::{Fault, FaultKind, SemanticModel};
use armlint_engine::value::Text;

use crate::language::fault;

pub(crate) fn check(cx: &mut Context<'_>) {
    let semantics = cx.graph().semantics();
    for fault in &semantics.faults {
        let undefined = match fault.kind {
            FaultKind::Undefined => true,
            FaultKind::Symbol => is_no_name(fault, semantics, cx.view()),
            FaultKind::UnknownFunction | FaultKind::ArgumentCount | FaultKind::Position => false,
        };
        if undefined {
            fault::report(fault, cx);
        }
    }
    check_dependencies(cx);
}

fn check_dependencies(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for (from, entry, name) in &graph.dependencies().missing {
        let message = match name.contains('/') {
            true => format!("The template has no such resource of type `{name}` to depend on"),
            false => format!("The template has no resource `{name}` to depend on"),
        };
        let help = "depend on resources of the same template only; what exists already needs no dependency";
        cx.report_on(graph.resource(*from), entry, message).help(help);
    }
}

// No resource of the template may have the name either.
fn is_no_name(fault: &Fault, semantics: &SemanticModel, view: View<'_>) -> bool {
    let Some(scope) = semantics.scopes.get(fault.scope) else { return false };
    let text = Text::Known(fault.name.clone());
    let mut around = view.graph().resources().iter().filter(|other| scope.node.span.contains(other.span));
    around.all(|other| other.name.last().equals_ignore_case(&text).is_false())
}
