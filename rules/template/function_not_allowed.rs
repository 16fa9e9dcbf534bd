use armlint_engine::rule::Context;
use armlint_engine::semantics::FaultKind;

use crate::language::fault;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for fault in graph.semantics().faults.iter().filter(|fault| fault.kind == FaultKind::Position) {
        fault::report(fault, cx);
    }
}
