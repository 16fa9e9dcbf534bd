use armlint_azure::private_link::Connections;
use armlint_azure::{existence, wording};
use armlint_engine::dialect::{Dialect, World};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::Value;
use armlint_factory::factory::{FACTORIES, Factories};
use armlint_factory::runtime::RuntimeClass;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || graph.dialect != Dialect::Template || existence::has_remote_parts(graph) {
        return;
    }
    let access = resource.property("publicNetworkAccess");
    if !access.assumed
        && access.is_text("Disabled").is_true()
        && let Some(runtime) = unreached(resource, cx.view())
    {
        report(resource, &access, runtime, cx);
    }
}

fn report(resource: &Resource, access: &Value, runtime: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let id = wording::id_of(FACTORIES, &resource.name.last(), "factory");
    let sibling = Connections::in_view(cx.view()).list().first();
    let message =
        "Public access is disabled but no private endpoint carries the self-hosted runtime's command channel";
    let finding = cx.report_on(resource, access, message);
    if graph.world == World::Closed {
        finding.severity(Severity::High);
    }
    finding.related(runtime.place, "the self-hosted runtime");
    if let Some(sibling) = sibling {
        finding.related(graph.resource(sibling.resource).place, "a private endpoint to something else");
    }
    finding.traced(access).help(format!(
        "Add a `Microsoft.Network/privateEndpoints` resource with the connection \
         {{ \"privateLinkServiceId\": \"{id}\", \"groupIds\": [\"dataFactory\"] }}"
    ));
}

// A self-hosted runtime of a factory that no private endpoint leads to.
fn unreached<'g>(resource: &Resource, view: View<'g>) -> Option<&'g Resource> {
    let graph = view.graph();
    let factory = Factories::in_view(view).of(resource)?;
    let runtime = factory.runtime_with(graph, RuntimeClass::SelfHosted, resource)?;
    let connections = Connections::in_view(view);
    // Where there are none at all, somebody else deploys them.
    let deployed = !connections.list().is_empty() || graph.world == World::Closed;
    (deployed && connections.reach(resource, Some("dataFactory")).is_false()).then_some(runtime)
}
