use armlint_engine::rule::Context;
use armlint_engine::syntax::NodeKind;

use crate::language::parameter::{Given, Literals, Schema};

pub(crate) fn check(cx: &mut Context<'_>) {
    let Some(given) = Given::of(cx.graph()) else { return };
    for file in given.files {
        for (entry, declared) in given.entries(file) {
            // Null stands for no value at all.
            let value = entry.value.value("value").filter(|value| value.kind != NodeKind::Null);
            let Some(value) = value.filter(|_| entry.value.get("reference").is_none()) else { continue };
            let schema = Schema::new(&declared.value, given.template, Literals::Plain);
            let Some(fault) = schema.fault(value) else { continue };
            let name = &declared.key.text;
            let what = if fault.span == value.span { "The value" } else { "A part of the value" };
            let message = format!("{what} for the parameter `{name}` {}", fault.reason);
            let finding = cx.report(&fault.span, message);
            finding.related(declared.key_span, "the parameter");
            finding.help("Write the value as the template declares it, or change the declaration");
            if schema.is_secure() {
                finding.sensitive();
            }
        }
    }
}
