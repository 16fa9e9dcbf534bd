use armlint_engine::rule::Context;
use armlint_engine::value::Value;

use crate::language::parameter::{Schema, declaration_at};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.is_environment {
        return;
    }
    for declared in graph.parameters.iter().filter(|declared| declared.parameter.default_span.is_some()) {
        let parameter = &declared.parameter;
        let source = graph.sources.iter().find(|parsed| parsed.source.id == parameter.span.source);
        let found = source.and_then(|parsed| declaration_at(&parsed.document.root, parameter.span));
        let Some((template, declaration)) = found else { continue };
        let schema = Schema::new(declaration, template);
        let default = Some(&declared.default).filter(|value| !is_blank(value));
        let Some(fault) = default.and_then(|default| schema.fault(default, graph.walk())) else { continue };
        let message = format!("The default of the parameter `{}` {}", parameter.name, fault.reason);
        let finding = cx.report(&fault.span, message);
        finding.help("Write a default that the declaration takes, or widen the declaration");
        if schema.is_secure() || declared.default.secure {
            finding.sensitive();
        }
    }
}

// An empty text and null stand for no value at all.
fn is_blank(value: &Value) -> bool {
    value.is_missing() || value.known_text() == Some("")
}
