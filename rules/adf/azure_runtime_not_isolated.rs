use armlint_azure::{existence, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Presence, presence};
use armlint_factory::factory::Factories;
use armlint_factory::runtime::{AUTO_RESOLVE, RuntimeClass};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if !is_public(resource, cx.view()) {
        return;
    }
    let network = network_with(resource, cx.view());
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
        "Add \"managedVirtualNetwork\": { \"type\": \"ManagedVirtualNetworkReference\", \"referenceName\": \
         \"default\" } beside `typeProperties`; a runtime that exists already must be created anew",
    );
}

fn is_public(runtime: &Resource, view: View<'_>) -> bool {
    // A network in the wrong place has a rule of its own.
    let misplaced = presence(&runtime.property("typeProperties.managedVirtualNetwork")) != Presence::Absent;
    let own = runtime.name.last();
    let default = own.known().is_some_and(|name| name.eq_ignore_ascii_case(AUTO_RESOLVE));
    let allowed = default && view.settings().adf.allow_auto_resolve;
    let factory = Factories::in_view(view).of(runtime).filter(|_| !misplaced && !allowed);
    factory.is_some_and(|factory| factory.class_of(view.graph(), &own).0 == RuntimeClass::Global)
}

// The network that is there wherever the runtime is.
fn network_with<'g>(runtime: &Resource, view: View<'g>) -> Option<&'g Resource> {
    let factory = Factories::in_view(view).of(runtime)?;
    let mut networks = factory.networks.iter().map(|id| view.graph().resource(*id));
    networks.find(|network| existence::exists_with(network, runtime))
}
