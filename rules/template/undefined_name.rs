use armlint_engine::rule::Context;
use armlint_engine::value::Text;

use crate::language::template::dependency::Dependencies;
use crate::language::template::{Fault, FaultKind, Templates};

pub(crate) fn check(cx: &mut Context<'_>) {
    let templates = cx.derived(Templates::build);
    for fault in &templates.faults {
        let undefined = match fault.kind {
            FaultKind::Undefined => true,
            FaultKind::Symbol => is_no_name(fault, &templates, cx),
            FaultKind::UnknownFunction | FaultKind::ArgumentCount => false,
        };
        if undefined {
            fault.report(cx);
        }
    }
    let graph = cx.graph();
    let dependencies = cx.derived(Dependencies::build);
    for (from, entry, name) in &dependencies.missing {
        let message = match name.contains('/') {
            true => format!("The template has no such resource of type `{name}` to depend on"),
            false => format!("The template has no resource `{name}` to depend on"),
        };
        let help = "depend on resources of the same template only; what exists already needs no dependency";
        cx.report_on(graph.resource(*from), entry, message).help(help);
    }
}

// No resource of the template may have the name either.
fn is_no_name(fault: &Fault, templates: &Templates, cx: &Context<'_>) -> bool {
    let Some(scope) = templates.scopes.get(fault.scope) else { return false };
    let text = Text::Known(fault.name.clone());
    let mut around = cx.graph().resources().iter().filter(|other| scope.node.span.contains(other.span));
    around.all(|other| other.name.last().equals_ignore_case(&text).is_false())
}
