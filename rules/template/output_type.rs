use std::collections::HashMap;

use armlint_engine::graph::{Graph, ResourceId};
use armlint_engine::rule::Context;
use armlint_engine::syntax::Node;
use armlint_engine::value::Value;

use crate::language::parameter::{Schema, is_read};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.is_environment {
        return;
    }
    for (template, outputs) in outputs(graph) {
        let declared = template
            .value("outputs")
            .filter(|_| is_read(graph, template.span) && !graph.is_lowered(template.span));
        let entries = outputs.object().map(|object| object.entries()).unwrap_or_default();
        for output in entries {
            let Some(declaration) = declared.and_then(|declared| declared.value(&output.key)) else {
                continue;
            };
            let value = output.value.get("value");
            let schema = Schema::new(declaration, template);
            // Whether the service takes null here is not written anywhere.
            let fault = Some(&value).filter(|value| !value.is_missing());
            let Some(fault) = fault.and_then(|value| schema.fault(value, graph.walk())) else { continue };
            let what = if fault.span == value.origin.span { "The output" } else { "A part of the output" };
            let finding = cx.report(&fault.span, format!("{what} `{}` {}", output.key, fault.reason));
            finding.help("Declare the type that the value has, or correct the value");
            if let Some(ty) = declaration.get("type") {
                finding.related(ty.value.span, "the declared type");
            }
            if value.secure || schema.is_secure() {
                finding.sensitive();
            }
        }
    }
}

// The templates that have outputs of their own, with these.
fn outputs(graph: &Graph) -> Vec<(&Node, &Value)> {
    let roots =
        graph.templates().iter().zip(&graph.outputs).map(|(template, outputs)| (&template.node, outputs));
    let by_deployment: HashMap<ResourceId, &Value> =
        graph.nested_outputs.iter().map(|(id, outputs)| (*id, outputs)).collect();
    let nested = graph.nested.iter();
    let nested = nested.filter_map(|(id, template)| Some((&template.node, by_deployment.get(id).copied()?)));
    roots.chain(nested).collect()
}
