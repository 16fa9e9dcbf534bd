//! What is wrong with the functions and names of expressions, as findings.

use armlint_engine::rule::Context;
use armlint_engine::semantics::Fault;

/// Reports a fault, with its other places.
pub fn report(fault: &Fault, cx: &mut Context<'_>) {
    let finding = cx.report(&fault.span, fault.message.clone());
    for span in &fault.more {
        finding.related(*span, "here as well");
    }
    if let Some(help) = &fault.help {
        finding.help(help.clone());
    }
}
