use armlint_azure::private_link::Connections;
use armlint_azure::{existence, wording};
use armlint_engine::dialect::{Dialect, World};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::factory::{FACTORIES, Factories};
use armlint_factory::runtime::RuntimeClass;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || graph.dialect != Dialect::Template || existence::has_remote_parts(graph) {
        return;
    }
    let access = resource.property("publicNetworkAccess");
    if access.assumed || !access.is_text("Disabled").is_true() {
        return;
    }
    let (factories, connections) = (Factories::in_view(cx.view()), Connections::in_view(cx.view()));
    let Some(factory) = factories.of(resource) else { return };
    let runtime = factory
        .runtimes_of(graph, RuntimeClass::SelfHosted)
        .find(|runtime| existence::exists_with(runtime, resource));
    let Some(runtime) = runtime else { return };
    // Where there are none at all, somebody else deploys them.
    let sibling = connections.list().first();
    if sibling.is_none() && graph.world == World::Open
        || !connections.reach(resource, Some("dataFactory")).is_false()
    {
        return;
    }
    let name = wording::written(&resource.name.last(), "factory");
    let id = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(expression) => format!("[resourceId('{FACTORIES}', {expression})]"),
        None => format!("[resourceId('{FACTORIES}', '{name}')]"),
    };
    let finding = cx.report_on(
        resource,
        &access,
        "Public access is disabled but no private endpoint carries the self-hosted runtime's command channel",
    );
    if graph.world == World::Closed {
        finding.severity(Severity::High);
    }
    finding.related(runtime.place, "the self-hosted runtime");
    if let Some(sibling) = sibling {
        finding.related(graph.resource(sibling.resource).place, "a private endpoint to something else");
    }
    finding.traced(&access).help(format!(
        "add a `Microsoft.Network/privateEndpoints` resource with the connection \
         {{ \"privateLinkServiceId\": \"{id}\", \"groupIds\": [\"dataFactory\"] }}"
    ));
}
