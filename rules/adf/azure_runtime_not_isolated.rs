use armlint_azure::{existence, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, presence};
use armlint_factory::factory::{Factories, WORKSPACES, factory_type};
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
        finding.related(network, "the managed virtual network");
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
    // That of a workspace is in the network of the workspace without saying so.
    let of_workspace = factory_type(&runtime.ty) == Some(WORKSPACES);
    let allowed = default && (of_workspace || view.settings().adf.allow_auto_resolve);
    let factory = Factories::in_view(view).of(runtime).filter(|_| !misplaced && !allowed);
    factory.is_some_and(|factory| factory.class_of(view.graph(), &own).0 == RuntimeClass::Global)
}

// The network that is there wherever the runtime is: a resource, or what a workspace is made with.
fn network_with(runtime: &Resource, view: View<'_>) -> Option<Span> {
    let graph = view.graph();
    let factory = Factories::in_view(view).of(runtime)?;
    let mut networks = factory.networks.iter().map(|id| graph.resource(*id));
    let declared = networks.find(|network| existence::exists_with(network, runtime));
    declared.map(|network| network.place).or_else(|| {
        let workspace = factory.declared(graph).filter(|own| own.is(WORKSPACES))?;
        let network = workspace.property("managedVirtualNetwork");
        let named = network.known_text().is_some_and(|name| !name.is_empty()) && !network.assumed;
        (named && existence::exists_with(workspace, runtime)).then_some(network.origin.span)
    })
}
