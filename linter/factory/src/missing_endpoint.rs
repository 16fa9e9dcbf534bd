//! Stores that are used in the managed virtual network, and that no managed private endpoint leads to.

use armlint_azure::facts::private_links_of;
use armlint_azure::types::STORAGE_ACCOUNTS;
use armlint_azure::{private_link, resource_id};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::View;
use armlint_engine::span::Span;

use crate::coverage::Coverage;
use crate::factory::{Factories, Factory};
use crate::facts::Fact;
use crate::foreign_endpoint::ForeignEndpoints;
use crate::reach::{self, Consumer, VaultReaders};
use crate::store::{self, Store};
use crate::{address, managed_endpoint};

/// A store without a managed private endpoint.
#[derive(Clone, Debug)]
pub struct MissingEndpoint {
    /// The store.
    pub store: Store,
    /// What needs it; never empty.
    pub consumers: Vec<Consumer>,
    /// What becomes of the way over the public address.
    pub instead: Instead,
    /// The store closes its public endpoint.
    pub closed: bool,
    /// A private endpoint of somebody else to another sub-resource of the store.
    pub beside: Option<Span>,
}

/// What becomes of the way to a store over its public address.
#[derive(Clone, Debug)]
pub enum Instead {
    /// A private endpoint of somebody else, at this place, bars it.
    Shadowed(Span),
    /// The managed network does not open this port.
    Port(u16),
    /// Storage cannot be reached over it on this day.
    Storage,
    /// It may be open.
    Public,
}

/// The endpoint that is missing behind a linked service; `None` where none is, or where it may well be in
/// another deployment. The linked services of one vault share one, which is that of the first.
pub fn missing_endpoint(service: &Resource, view: View<'_>) -> Option<MissingEndpoint> {
    let (graph, day) = (view.graph(), view.settings().as_of);
    let factories = Factories::in_view(view);
    let factory = factories.of(service)?;
    if !reach::declares_endpoints(graph, factory) {
        return None;
    }
    let need = reach::need(service, view)?;
    if !matches!(need.coverage, Coverage::Missing) {
        return None;
    }
    let (store, mut consumers) = (need.store, need.consumers);
    if leads_inside(graph, factory, &store) {
        return None;
    }
    if reach::is_vault(service) {
        let vaults = VaultReaders::in_view(view);
        let same = vaults.same(factory, &store);
        if same.first().is_some_and(|first| *first != service.id) {
            return None;
        }
        let others = same.iter().filter(|other| **other != service.id);
        consumers.extend(others.flat_map(|other| vaults.readers(graph.resource(*other)).to_vec()));
    }
    let declared = store.resource.map(|id| graph.resource(id));
    let closed = declared.is_some_and(|store| private_link::public_off(store).is_true());
    let foreign = ForeignEndpoints::in_view(view);
    let foreign = |same| foreign.first(factory, &store, same).map(|id| graph.resource(id).place);
    let shadow = Fact::ForeignEndpointShadows.holds(day).then(|| foreign(true)).flatten();
    let instead = if let Some(place) = shadow {
        Instead::Shadowed(place)
    } else if let Some(port) = closed_port(service, view) {
        Instead::Port(port)
    } else if Fact::NoPublicStorage.holds(day) && store.links.iter().any(|link| link.ty == STORAGE_ACCOUNTS) {
        Instead::Storage
    } else {
        Instead::Public
    };
    let beside = if shadow.is_none() { foreign(false) } else { None };
    Some(MissingEndpoint { store, consumers, instead, closed, beside })
}

// Whether an endpoint leads to a child of the store that takes none. That is a defect of its own, and the
// store is what was meant.
fn leads_inside(graph: &Graph, factory: &Factory, store: &Store) -> bool {
    let Some(name) = &store.name else { return false };
    let endpoints = factory.endpoints.iter().map(|id| managed_endpoint::managed(graph.resource(*id)));
    let mut targets = endpoints.filter_map(|endpoint| endpoint.identity);
    targets.any(|identity| {
        let Some(ty) = identity.ty.as_deref() else { return false };
        let below = |parent: &str| {
            let (above, rest) = (ty.get(..parent.len()), ty.get(parent.len()..));
            above.is_some_and(|above| above.eq_ignore_ascii_case(parent))
                && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        store.links.iter().any(|link| below(link.ty))
            && private_links_of(ty).next().is_none()
            && identity.above.first().is_some_and(|own| resource_id::same_name(own, name).is_true())
    })
}

/// The port of a linked service, where the managed network does not open it to public addresses on the
/// day of the settings.
pub fn closed_port(service: &Resource, view: View<'_>) -> Option<u16> {
    if !Fact::OnlyPort443.holds(view.settings().as_of) {
        return None;
    }
    let facts = store::facts_of(service)?;
    let address = address::address_of(view.graph(), service)?;
    address.port(facts).filter(|port| *port != 443)
}
