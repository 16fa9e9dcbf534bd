use armlint_engine::rule::Context;

use crate::language::template::{FaultKind, Templates};

pub(crate) fn check(cx: &mut Context<'_>) {
    let templates = cx.derived(Templates::build);
    for fault in templates.faults.iter().filter(|fault| fault.kind == FaultKind::UnknownFunction) {
        fault.report(cx);
    }
}
