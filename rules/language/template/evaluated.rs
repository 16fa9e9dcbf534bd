//! Evaluates what no rule has asked for, so that what is wrong with it is known.

use armlint_engine::graph::Graph;

/// Members that hold no expressions of the template, or those of another scope.
const OTHERS: [&str; 5] = ["metadata", "comments", "policyRule", "template", "dependsOn"];

/// Looks at all values of the resources that are certainly deployed, and at the outputs.
pub fn everything(graph: &Graph) {
    let mut walk = graph.walk();
    for resource in graph.resources() {
        if resource.condition.truth.is_true() && !resource.existing {
            resource.body.evaluate_written(&OTHERS, &mut walk);
        }
    }
    for outputs in graph.outputs.iter().chain(graph.nested_outputs.iter().map(|(_, outputs)| outputs)) {
        let Some(outputs) = outputs.object() else { continue };
        for output in outputs.entries() {
            output.value.get("value").evaluate_written(&OTHERS, &mut walk);
        }
    }
}
