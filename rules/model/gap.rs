//! Stores that are used in the managed virtual network, and that no managed private endpoint leads to.

use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;

use super::address;
use super::coverage::Coverage;
use super::endpoint;
use super::factory::Factories;
use super::facts::Fact;
use super::foreign::Foreign;
use super::reach::{self, Consumer, Vaults};
use super::store::{self, Store};

const STORAGE: &str = "Microsoft.Storage/storageAccounts";

/// A store without a managed private endpoint.
#[derive(Clone, Debug)]
pub struct Gap {
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

/// The gap behind a linked service; `None` where there is none, or where what is missing may well be in
/// another deployment. The linked services of one vault share a gap, which is that of the first.
pub fn gap(service: &Resource, cx: &Context<'_>) -> Option<Gap> {
    let (graph, day) = (cx.graph(), cx.settings().as_of);
    let factories = cx.derived(Factories::build);
    let factory = factories.of(service)?;
    if !reach::declares_endpoints(graph, factory) {
        return None;
    }
    let need = reach::need(service, cx)?;
    if !matches!(need.coverage, Coverage::Missing) {
        return None;
    }
    let (store, mut consumers) = (need.store, need.consumers);
    if reach::is_vault(service) {
        let vaults = cx.derived(Vaults::build);
        let same = vaults.same(factory, &store);
        if same.first().is_some_and(|first| *first != service.id) {
            return None;
        }
        let others = same.iter().filter(|other| **other != service.id);
        consumers.extend(others.flat_map(|other| vaults.readers(graph.resource(*other)).to_vec()));
    }
    let declared = store.resource.map(|id| graph.resource(id));
    let closed = declared.is_some_and(|store| endpoint::public_off(store).is_true());
    let foreign = cx.derived(Foreign::build);
    let foreign = |same| foreign.first(factory, &store, same).map(|id| graph.resource(id).place);
    let shadow = Fact::ForeignEndpointShadows.holds(day).then(|| foreign(true)).flatten();
    let instead = if let Some(place) = shadow {
        Instead::Shadowed(place)
    } else if let Some(port) = closed_port(service, cx) {
        Instead::Port(port)
    } else if Fact::NoPublicStorage.holds(day) && store.links.iter().any(|link| link.ty == STORAGE) {
        Instead::Storage
    } else {
        Instead::Public
    };
    let beside = if shadow.is_none() { foreign(false) } else { None };
    Some(Gap { store, consumers, instead, closed, beside })
}

/// The port of a linked service, where the managed network does not open it to public addresses on the
/// day of the settings.
pub fn closed_port(service: &Resource, cx: &Context<'_>) -> Option<u16> {
    if !Fact::OnlyPort443.holds(cx.settings().as_of) {
        return None;
    }
    let facts = store::facts_of(service)?;
    let address = address::address_of(cx.graph(), service)?;
    address.port(facts).filter(|port| *port != 443)
}
