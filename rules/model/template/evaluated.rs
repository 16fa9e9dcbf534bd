//! Evaluates what no rule has asked for, so that what is wrong with it is known.

use armlint_engine::graph::Graph;
use armlint_engine::value::{Value, ValueKind};

/// How many values are looked at.
const MAX_VISITS: usize = 50_000;

/// How deep values are looked into.
const MAX_DEPTH: usize = 64;

/// Members that hold no expressions of the template, or those of another scope.
const OTHERS: [&str; 5] = ["metadata", "comments", "policyRule", "template", "dependsOn"];

/// Looks at all values of the resources that are certainly deployed, and at the outputs.
pub fn everything(graph: &Graph) {
    let mut visits = MAX_VISITS;
    for resource in graph.resources() {
        if resource.condition.truth.is_true() && !resource.existing {
            visit(&resource.body, 0, &mut visits);
        }
    }
    for outputs in graph.outputs.iter().chain(graph.nested_outputs.iter().map(|(_, outputs)| outputs)) {
        visit(outputs, 0, &mut visits);
    }
}

fn visit(value: &Value, depth: usize, visits: &mut usize) {
    if *visits == 0 || depth > MAX_DEPTH {
        return;
    }
    *visits -= 1;
    match &value.kind {
        ValueKind::Array(values) => values.iter().for_each(|value| visit(value, depth + 1, visits)),
        ValueKind::Object(object) => {
            for entry in object.entries() {
                if !OTHERS.iter().any(|other| entry.key.eq_ignore_ascii_case(other)) {
                    visit(&entry.value, depth + 1, visits);
                }
            }
        }
        _ => {}
    }
}
