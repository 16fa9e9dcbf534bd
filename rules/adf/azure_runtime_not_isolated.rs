use armlint_azure::{existence, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, presence};
use armlint_factory::factory::Factories;
use armlint_factory::runtime::{AUTO_RESOLVE, RuntimeClass};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    // A network in the wrong place has a rule of its own.
    let misplaced = presence(&resource.property("typeProperties.managedVirtualNetwork")) != Presence::Absent;
    let (factories, settings) = (Factories::in_view(cx.view()), &cx.settings().adf);
    let Some(factory) = factories.of(resource) else { return };
    let own = resource.name.last();
    let (class, _) = factory.class_of(graph, &own);
    let allowed = settings.allow_auto_resolve
        && own.known().is_some_and(|name| name.eq_ignore_ascii_case(AUTO_RESOLVE));
    if class != RuntimeClass::Global || misplaced || allowed {
        return;
    }
    let mut networks = factory.networks.iter().map(|id| graph.resource(*id));
    let network = networks.find(|network| existence::exists_with(network, resource));
    if network.is_none() && !cx.settings().is_strict() {
        return;
    }
    let absent = resource.property("managedVirtualNetwork");
    let name = wording::called(resource, "declared here");
    let message = format!("Azure integration runtime {name} is not in the managed virtual network");
    let finding = cx.report_on(resource, &absent, message);
    if let Some(network) = network {
        finding.related(network.place, "the managed virtual network");
    }
    finding.help(
        "add \"managedVirtualNetwork\": { \"type\": \"ManagedVirtualNetworkReference\", \"referenceName\": \
         \"default\" } beside `typeProperties`; a runtime that exists already must be created anew",
    );
}
