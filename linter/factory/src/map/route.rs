//! The ways of a linked service: one for each runtime that it runs on.

use armlint_azure::private_link::{self, Connections};
use armlint_engine::graph::Resource;
use armlint_engine::value::Truth;

use super::build::Builder;
use super::name::{of_value, shown};
use crate::activity::Uses;
use crate::coverage::{Coverage, Endpoints};
use crate::endpoint_host_names::Answer;
use crate::host_reach::{HostNetwork, Stranded, host_reach};
use crate::managed_endpoint::Approval;
use crate::map::{Mark, Route, Way};
use crate::reach::{self, Run, VaultReaders};
use crate::runtime::RuntimeClass;
use crate::store::Store;

/// Adds the ways of a linked service to its store, which is at `place`.
pub(super) fn add(builder: &mut Builder<'_>, service: &Resource, store: Option<&Store>, place: usize) {
    let first = builder.map.routes.len();
    let stranded = Stranded::of(service, builder.view);
    for run in runs(builder, service) {
        let runtime = builder.runtime(&run.runtime);
        let known = builder.map.routes.iter().skip(first).position(|route| route.runtime == runtime);
        let at = known.map_or(builder.map.routes.len(), |at| first + at);
        if known.is_none() {
            let way = match stranded.holds(run.runtime.class) {
                true => Way::Unreachable,
                false => way(builder, service, store, run.runtime.class),
            };
            let route = Route {
                service: shown(&service.name.last()),
                service_type: of_value(&service.property("type")),
                runtime,
                store: place,
                group: store.map_or("", Store::group).to_string(),
                mark: mark(builder, &way, store),
                way,
                activities: Vec::new(),
                place: service.span,
            };
            builder.map.routes.push(route);
        }
        if let (Some(route), Some((activity, _))) = (builder.map.routes.get_mut(at), run.activity)
            && !route.activities.iter().any(|known| *known == activity)
        {
            route.activities.push(activity.to_string());
        }
    }
}

// What reads the secrets of a vault decides from where it is reached.
fn runs(builder: &Builder<'_>, service: &Resource) -> Vec<Run> {
    let (view, graph) = (builder.view, builder.view.graph());
    if reach::is_vault(service) {
        let vaults = VaultReaders::in_view(view);
        let readers = vaults.runs(service);
        if !readers.is_empty() {
            return readers.to_vec();
        }
    }
    reach::runs(graph, builder.factory, Uses::in_view(view), service)
}

fn way(builder: &Builder<'_>, service: &Resource, store: Option<&Store>, class: RuntimeClass) -> Way {
    match class {
        RuntimeClass::Global => Way::Public,
        RuntimeClass::Managed => managed(builder, service, store),
        RuntimeClass::SelfHosted | RuntimeClass::Linked => own_network(builder, store),
        RuntimeClass::Ssis => Way::Unknown("the network of the Azure-SSIS runtime decides"),
        RuntimeClass::Unknown => Way::Unknown("the runtime is not known"),
    }
}

fn managed(builder: &Builder<'_>, service: &Resource, store: Option<&Store>) -> Way {
    let (view, factory) = (builder.view, builder.factory);
    let Some(store) = store else { return to_host(builder, service) };
    let endpoints = Endpoints::in_view(view);
    match reach::coverage(factory, store, view) {
        Coverage::Covered => match endpoints.covering(factory, store) {
            Some(id) => builder.endpoint_at(id).map_or(UNSURE, Way::ManagedEndpoint),
            None => UNSURE,
        },
        _ if reach::is_itself(factory, store) => Way::Itself,
        Coverage::WrongGroup(endpoint) => Way::Missing(builder.endpoint_at(endpoint.resource)),
        Coverage::Missing if reach::declares_endpoints(view.graph(), factory) => Way::Missing(None),
        Coverage::Missing => Way::Unknown("its endpoints may be declared elsewhere"),
        Coverage::Unknown => UNSURE,
    }
}

// To a host that is none of Azure's stores.
fn to_host(builder: &Builder<'_>, service: &Resource) -> Way {
    let Some(reach) = host_reach(service, builder.view) else {
        return Way::Unknown("the store is not known");
    };
    match (reach.answer, reach.network) {
        (Answer::Yes(endpoint), _) => builder.endpoint_at(endpoint).map_or(UNSURE, Way::ManagedEndpoint),
        (Answer::Perhaps, _) => UNSURE,
        (Answer::No, HostNetwork::Outside | HostNetwork::Microsoft) => Way::Public,
        (Answer::No, HostNetwork::Private) => Way::Unreachable,
    }
}

const UNSURE: Way = Way::Unknown("whether an endpoint leads there is not known");

fn own_network(builder: &Builder<'_>, store: Option<&Store>) -> Way {
    let graph = builder.view.graph();
    let connections = Connections::in_view(builder.view);
    let declared = store.and_then(|store| Some((graph.resource(store.resource?), store.group())));
    let connection = declared.and_then(|(resource, group)| connections.first(resource, Some(group)));
    match connection {
        Some(connection) => Way::PrivateEndpoint(shown(&graph.resource(connection.resource).name.last())),
        None => Way::Unknown("the network of the self-hosted runtime decides"),
    }
}

fn mark(builder: &Builder<'_>, way: &Way, store: Option<&Store>) -> Mark {
    let graph = builder.view.graph();
    let resource = store.and_then(|store| store.resource).map(|id| graph.resource(id));
    let closed = resource.map_or(Truth::Unknown, private_link::public_off);
    match way {
        Way::ManagedEndpoint(at) => match builder.map.endpoints.get(*at).map(|known| known.approval) {
            Some(Approval::Rejected) => Mark::Blocked,
            _ => Mark::Private,
        },
        Way::Itself | Way::PrivateEndpoint(_) => Mark::Private,
        Way::Missing(_) | Way::Public if closed.is_true() => Mark::Blocked,
        Way::Missing(_) | Way::Public => Mark::Public,
        Way::Unreachable => Mark::Unreachable,
        Way::Unknown(_) => Mark::Unknown,
    }
}
