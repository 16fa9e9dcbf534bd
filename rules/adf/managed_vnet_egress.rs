use std::collections::HashMap;

use armlint_azure::{host, wording};
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Resource, ResourceId};
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::address::{self, Address};
use armlint_factory::coverage::{Coverage, Endpoints};
use armlint_factory::endpoint_host_names::{Answer, EndpointHostNames};
use armlint_factory::factory::{Factories, Factory, WORKSPACES};
use armlint_factory::facts::{self, Fact};
use armlint_factory::host_reach::{HostNetwork, Stranded, host_reach};
use armlint_factory::missing_endpoint::{self, Instead};
use armlint_factory::reach::{self, Consumer};
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::store;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let day = cx.settings().as_of;
    if resource.existing {
        return;
    }
    if resource.is(WORKSPACES) {
        if Fact::AllPortsOpen.holds(day) {
            workspace(resource, cx);
        }
    } else if Fact::OnlyPort443.holds(day) {
        closed_port(resource, cx);
    } else if Fact::AllPortsOpen.holds(day) {
        open_ports(resource, cx);
    }
}

// The switch can be given only when the workspace is made; a Git folder does not hold it.
fn workspace(resource: &Resource, cx: &mut Context<'_>) {
    let network = resource.property("managedVirtualNetwork");
    if cx.graph().dialect.is_folder() || !network.is_text("default").is_true() {
        return;
    }
    let prevents = resource.property("managedVirtualNetworkSettings.preventDataExfiltration");
    if !is_off(&prevents) {
        return;
    }
    let name = wording::called(resource, "this workspace");
    let message = format!("The managed virtual network of {name} lets data out to any public address");
    let place = if prevents.is_missing() { network.origin.span } else { prevents.origin.span };
    cx.report_on(resource, &place, message).severity(Severity::Medium).help(
        "Set \"managedVirtualNetworkSettings\": { \"preventDataExfiltration\": true } before the workspace is \
         created; it cannot be changed later",
    );
}

fn is_off(switch: &Value) -> bool {
    match presence(switch) {
        Presence::Absent => true,
        Presence::Present => switch.truth().is_false() && !switch.assumed,
        Presence::Unknown => false,
    }
}

fn closed_port(resource: &Resource, cx: &mut Context<'_>) {
    let Some(port) = missing_endpoint::closed_port(resource, cx.view()) else { return };
    let (place, consumers) = match missing_endpoint::missing_endpoint(resource, cx.view()) {
        Some(gap) if matches!(gap.instead, Instead::Port(_)) => (gap.store.place, gap.consumers),
        Some(_) => return,
        None => {
            let Some((address, consumers)) = unlisted(resource, cx.view()) else { return };
            (address.place, consumers)
        }
    };
    let name = wording::called(resource, "This linked service");
    let message = format!("{name} needs port {port}, but from the managed network only port 443 is open");
    let finding = cx.report_on(resource, &place, message);
    finding.severity(Severity::High);
    for consumer in consumers {
        finding.related(consumer.place, consumer.label);
    }
    finding.help("Add a managed private endpoint to the store, or use a self-hosted runtime");
}

// A known public host that no managed private endpoint of the day leads to, and what needs it.
fn unlisted(resource: &Resource, view: View<'_>) -> Option<(Address, Vec<Consumer>)> {
    let (graph, settings) = (view.graph(), view.settings());
    let factories = Factories::in_view(view);
    let factory = factories.of(resource)?;
    let address = address::address_of(graph, resource)?;
    let host = address.host.known().filter(|host| host.contains('.') && !host::is_private(host))?;
    let store = store::store_of(graph, settings, resource);
    let listed = store.as_ref().is_some_and(|store| {
        let covered = Endpoints::in_view(view).coverage(factory, store);
        !matches!(covered, Coverage::Missing)
            || store.links.iter().any(|link| facts::is_listed(link, settings.as_of))
    });
    if listed
        || !reach::declares_endpoints(graph, factory)
        || EndpointHostNames::in_view(view).may_hold(factory, host)
    {
        return None;
    }
    let consumers = reach::consumers(resource, view);
    (!consumers.is_empty()).then_some((address, consumers))
}

/// The linked services that take data out of Azure from the managed network, for each factory by the
/// first.
pub(crate) struct Leaving(HashMap<ResourceId, Vec<(ResourceId, Address)>>);

impl Leaving {
    pub(crate) fn build(view: View<'_>) -> Leaving {
        let graph = view.graph();
        let of_factory = |factory: &Factory| {
            // Where no runtime is in the network, nothing leaves it.
            if factory.runtimes_of(graph, RuntimeClass::Managed).next().is_none() {
                return Vec::new();
            }
            let services = factory.linked_services.iter().map(|id| graph.resource(*id));
            let leaving = services.filter(|service| !service.existing).filter_map(|service| {
                let reach = host_reach(service, view)?;
                let public = reach.network == HostNetwork::Outside && reach.answer == Answer::No;
                let stranded = Stranded::of(service, view).holds(RuntimeClass::Managed);
                let leaves = public && !stranded && !reach::consumers(service, view).is_empty();
                leaves.then_some((service.id, reach.address))
            });
            leaving.collect()
        };
        let lists = Factories::in_view(view);
        let lists = lists.list().iter().map(of_factory);
        Leaving(lists.filter_map(|list: Vec<(ResourceId, Address)>| Some((list.first()?.0, list))).collect())
    }
}

fn open_ports(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let leaving = Leaving::in_view(cx.view());
    let Some([(_, address), others @ ..]) = leaving.0.get(&resource.id).map(Vec::as_slice) else { return };
    let host = wording::quoted(&address.host).unwrap_or_else(|| "a host outside of Azure".into());
    let message =
        format!("The managed network lets data out to {host}; it is no barrier to exfiltration by itself");
    let finding = cx.report_on(resource, &address.place, message);
    for (id, address) in others {
        let name = wording::called(graph.resource(*id), "this linked service");
        finding.related(address.place, format!("and so does {name}"));
    }
    finding.help("Restrict the factory by outbound rules, or reach the host from a self-hosted runtime");
}
