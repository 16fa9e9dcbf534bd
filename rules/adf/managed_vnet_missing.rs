use armlint_azure::existence;
use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_factory::activity::Uses;
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::reach;
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::store;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let public = on_public_compute(resource, cx.view());
    if public.is_empty() {
        return;
    }
    let message = "The factory has no managed virtual network, so none of its Azure runtimes is isolated";
    let finding = cx.report_on(resource, &resource.place, message);
    for service in public {
        finding.related(service.place, "reaches its store from public Azure compute");
    }
    finding.help("Add the managed virtual network `default` and a runtime in it");
}

// The linked services because of which the factory `resource` is reported: those that reach a store with
// private endpoints from public Azure compute, where the factory has no managed virtual network.
fn on_public_compute<'a>(resource: &Resource, view: View<'a>) -> Vec<&'a Resource> {
    let (graph, settings) = (view.graph(), view.settings());
    let (factories, uses) = (Factories::in_view(view), Uses::in_view(view));
    let Some(factory) = factories.of(resource) else { return Vec::new() };
    let whole = graph.world == World::Closed && !graph.dialect.is_folder() || settings.is_strict();
    let own = factory.resource == Some(resource.id) && !resource.existing;
    if !own || !whole || existence::has_remote_parts(graph) || may_have_network(graph, factories, factory) {
        return Vec::new();
    }
    let services = factory.linked_services.iter().map(|id| graph.resource(*id));
    services
        .filter(|service| !service.existing && !reach::is_vault(service))
        .filter(|service| {
            let facts = store::facts_of(service);
            facts.is_some_and(|facts| !facts.groups.is_empty() && facts.has_managed_endpoint(settings.as_of))
        })
        .filter(|service| {
            let mut runs = reach::runs(graph, factory, uses, service).into_iter();
            runs.any(|run| run.runtime.is_public(settings))
        })
        .collect()
}

// Whether the factory has a network, by its own name or by one that is not known.
fn may_have_network(graph: &Graph, factories: &Factories, factory: &Factory) -> bool {
    let networks = |factory: &Factory| !factory.networks.is_empty() || !factory.endpoints.is_empty();
    networks(factory)
        || factories.doubles(factory).any(networks)
        || factory.runtimes_of(graph, RuntimeClass::Managed).next().is_some()
}
