use armlint_engine::rule::Context;

use crate::language::parameter::{Arguments, Schema};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for arguments in Arguments::all(graph) {
        for (argument, declared) in arguments.declared() {
            let schema = Schema::new(&declared.value, arguments.template);
            let Some(value) = argument.value() else { continue };
            let Some(fault) = schema.fault(&value, graph.walk()) else { continue };
            let name = &declared.key.text;
            let what = if fault.span == value.origin.span { "The value" } else { "A part of the value" };
            let message = format!("{what} for the parameter `{name}` {}", fault.reason);
            let finding = cx.report(&fault.span, message);
            finding.confidence(arguments.confidence());
            finding.related(declared.key_span, "the parameter");
            finding.help("Write the value as the template declares it, or change the declaration");
            if schema.is_secure() || value.secure {
                finding.sensitive();
            }
        }
    }
}
