use armlint_engine::rule::Context;
use armlint_engine::semantics::FaultKind;

use crate::language::fault;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    // A compiler takes variables apart that ask resources.
    let faults = graph.semantics().faults.iter().filter(|fault| fault.kind == FaultKind::Position);
    for fault in faults.filter(|fault| !graph.is_lowered(fault.span)) {
        fault::report(fault, cx);
    }
}
