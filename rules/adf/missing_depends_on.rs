use armlint_azure::existence;
use armlint_engine::dialect::Dialect;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::value::Truth;
use armlint_factory::reference::{Reference, references};

use crate::language::deployment_order::DeploymentOrder;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect != Dialect::Template || resource.existing || resource.repeated {
        return;
    }
    let missing = missing(resource, cx.view());
    let Some(((target, place), more)) = missing.split_first() else { return };
    let name = target.name.display();
    let message = format!("`{}` refers to `{name}` and does not depend on it", resource.name.display());
    let finding = cx.report_on(resource, place, message);
    finding.related(target.place, "it may be deployed at the same time, or later");
    for (_, place) in more {
        finding.related(*place, "nor does it depend on this");
    }
    finding.help("Add it to `dependsOn`");
}

// What a resource refers to and may be deployed before, with the first reference to each.
fn missing<'g>(resource: &Resource, view: View<'g>) -> Vec<(&'g Resource, Span)> {
    let graph = view.graph();
    let mut found: Vec<(&Resource, Span)> = Vec::new();
    for reference in references(graph, resource) {
        let Some(target) = reference.target.map(|id| graph.resource(id)) else { continue };
        let known = found.iter().any(|(other, _)| other.id == target.id);
        if !known && is_meant(graph, &reference, target) && is_beside(resource, target, graph) {
            found.push((target, reference.value.origin.span));
        }
    }
    found.retain(|(target, _)| {
        let order = DeploymentOrder::in_view(view);
        order.is_after(graph, resource.id, target.id) == Truth::False
            && order.is_after(graph, target.id, resource.id) == Truth::False
    });
    found
}

// Whether the two names stay the same when other values are given for the defaults of parameters.
fn is_meant(graph: &Graph, reference: &Reference, target: &Resource) -> bool {
    if reference.value.assumed || !target.name.written.assumed {
        return true;
    }
    // The name of the factory may be a default; that of the target is written out.
    let written = graph.written(&target.name.written).to_ascii_lowercase();
    reference.name.known().is_some_and(|name| written.contains(&name.to_ascii_lowercase()))
}

// Whether both are made by the same template, the target wherever the resource is.
fn is_beside(resource: &Resource, target: &Resource, graph: &Graph) -> bool {
    let once = graph.named(&target.ty, &target.name.key()).nth(1).is_none();
    once && !target.existing
        && !target.repeated
        && target.body.get("copy").is_missing()
        && target.id != resource.id
        && target.module == resource.module
        && target.span.source == resource.span.source
        && target.span != resource.span
        && existence::exists_with(target, resource)
}
