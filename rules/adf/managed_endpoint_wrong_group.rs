use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::coverage::Coverage;
use armlint_factory::factory::Factories;
use armlint_factory::{reach, suggestion};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = Factories::in_view(cx.view());
    let Some(factory) = factories.of(resource) else { return };
    let Some(need) = reach::need(resource, cx.view()) else { return };
    let Coverage::WrongGroup(endpoint) = &need.coverage else { return };
    let Some(covered) = endpoint.group.known_text() else { return };
    let name = wording::called(resource, "this linked service");
    let (needed, store) = (need.store.group(), need.store.display());
    let finding = cx.report_on(
        resource,
        &need.store.place,
        format!("Managed private endpoint to {store} covers `{covered}` but {name} needs `{needed}`"),
    );
    finding.related(endpoint.group.origin.span, "the sub-resource that the endpoint leads to");
    for consumer in &need.consumers {
        finding.related(consumer.place, consumer.label.clone());
    }
    let id = endpoint.target.known_text();
    finding.traced(&endpoint.group).help(suggestion::managed_endpoint(graph, factory, &need.store, id));
}
