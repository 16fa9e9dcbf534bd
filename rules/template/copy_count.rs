use std::collections::BTreeMap;

use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Number, ValueKind};

/// How often a loop may run.
const MAX_COUNT: i64 = 800;

pub(crate) fn check(cx: &mut Context<'_>) {
    let semantics = cx.graph().semantics();
    let mut counts: BTreeMap<Span, i64> = semantics.counts.iter().copied().collect();
    for resource in cx.graph().resources().iter().filter(|resource| resource.repeated) {
        let count = resource.body.get("copy").get("count");
        if let ValueKind::Number(Number::Int(number)) = count.kind
            && !count.assumed
        {
            counts.insert(count.origin.span, number);
        }
    }
    for (span, count) in counts {
        if count < 0 {
            cx.report(&span, format!("A loop cannot run {count} times"));
        } else if count > MAX_COUNT {
            let message = format!("The loop runs {count} times, and the service allows {MAX_COUNT}");
            cx.report(&span, message).help("Split the loop into nested deployments");
        }
    }
}
