//! Which managed private endpoints lead to a store.

use std::collections::{BTreeMap, HashMap};

use armlint_azure::facts::{private_link, private_links_of};
use armlint_azure::host;
use armlint_engine::graph::ResourceId;
use armlint_engine::rule::View;
use armlint_engine::value::{Presence, Text, Truth, Value, presence};
use smol_str::SmolStr;

use crate::factory::{Factories, Factory};
use crate::managed_endpoint::{ManagedEndpoint, managed};
use crate::store::Store;

/// How the managed private endpoints of a factory cover a store.
#[derive(Clone, Debug)]
pub enum Coverage {
    /// One leads to it through the right sub-resource.
    Covered,
    /// Some lead to it, but through other sub-resources: the first of them.
    WrongGroup(Box<ManagedEndpoint>),
    /// None leads to it.
    Missing,
    /// Not known.
    Unknown,
}

/// The managed private endpoints of a deployment, by factory and by the name of their target.
pub struct Endpoints(HashMap<(SmolStr, SmolStr), OfFactory>);

#[derive(Default)]
struct OfFactory {
    // Those whose target has a known type and name, by the key of the name.
    named: BTreeMap<SmolStr, Vec<ManagedEndpoint>>,
    // Those that may lead to any store.
    open: Vec<ManagedEndpoint>,
}

impl Endpoints {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Endpoints {
        let graph = view.graph();
        let mut endpoints = Endpoints(HashMap::new());
        for factory in Factories::in_view(view).list() {
            let of_factory = endpoints.0.entry((factory.ty.clone(), factory.key.clone())).or_default();
            for endpoint in factory.endpoints.iter().map(|id| managed(graph.resource(*id))) {
                match named(&endpoint) {
                    Some(key) => of_factory.named.entry(key).or_default().push(endpoint),
                    None => of_factory.open.push(endpoint),
                }
            }
        }
        endpoints
    }

    /// How the endpoints of a factory cover a store. Those whose target does not tell its host, private
    /// link services among them, count by the host names that they answer for.
    pub fn coverage(&self, factory: &Factory, store: &Store) -> Coverage {
        let Some(endpoints) = self.of(factory) else { return missing(store) };
        let mut wrong = None;
        let mut unsure = false;
        for endpoint in endpoints.near(store) {
            let target = leads_to(endpoint, store);
            match covers(endpoint, store) {
                Truth::True => return Coverage::Covered,
                Truth::Unknown => unsure = true,
                // What no sub-resource is called is a defect of its own; what was meant is not known.
                Truth::False if target.is_true() && !names_a_group(endpoint) => unsure = true,
                Truth::False if target.is_true() => {
                    wrong = wrong.or_else(|| Some(Box::new(endpoint.clone())));
                }
                Truth::False => {}
            }
        }
        match wrong {
            _ if unsure => Coverage::Unknown,
            Some(endpoint) => Coverage::WrongGroup(endpoint),
            None => missing(store),
        }
    }

    /// The first endpoint of a factory that certainly leads to a store, whatever the sub-resource.
    pub fn leading_to(&self, factory: &Factory, store: &Store) -> Option<ResourceId> {
        let endpoints = self.of(factory)?;
        let mut near = endpoints.near(store);
        near.find(|endpoint| leads_to(endpoint, store).is_true()).map(|endpoint| endpoint.resource)
    }

    /// The first endpoint of a factory that certainly leads to a store through the right sub-resource.
    pub fn covering(&self, factory: &Factory, store: &Store) -> Option<ResourceId> {
        let mut near = self.of(factory)?.near(store);
        near.find(|endpoint| covers(endpoint, store).is_true()).map(|endpoint| endpoint.resource)
    }

    fn of(&self, factory: &Factory) -> Option<&OfFactory> {
        let endpoints = self.0.get(&(factory.ty.clone(), factory.key.clone()))?;
        (!endpoints.named.is_empty() || !endpoints.open.is_empty()).then_some(endpoints)
    }
}

impl OfFactory {
    // Those that may lead to a store: to a known name only those with that name, and the open ones.
    fn near<'e>(&'e self, store: &Store) -> Box<dyn Iterator<Item = &'e ManagedEndpoint> + 'e> {
        match store.name.as_ref().and_then(Text::known) {
            Some(name) => {
                let named = self.named.get(name.to_ascii_lowercase().as_str());
                Box::new(named.into_iter().flatten().chain(&self.open))
            }
            None => Box::new(self.open.iter().chain(self.named.values().flatten())),
        }
    }
}

// A name with holes may be that of any endpoint; only a known one is certainly missing. A host that tells no name
// is that of one store, which has no endpoint where none leads to anything of its type.
fn missing(store: &Store) -> Coverage {
    let known = match &store.name {
        Some(name) => name.known().is_some() || store.resource.is_some(),
        None => store.host.known().is_some_and(|host| !host.is_empty()),
    };
    if known { Coverage::Missing } else { Coverage::Unknown }
}

fn named(endpoint: &ManagedEndpoint) -> Option<SmolStr> {
    let identity = endpoint.identity.as_ref()?;
    let name = identity.name.known().filter(|_| !by_host(endpoint))?;
    identity.ty.as_ref()?;
    Some(name.to_ascii_lowercase().into())
}

fn leads_to(endpoint: &ManagedEndpoint, store: &Store) -> Truth {
    match &endpoint.identity {
        Some(identity) => store.is_named_by(identity),
        None => Truth::Unknown,
    }
}

// Whether it leads there through a sub-resource that is asked for.
fn covers(endpoint: &ManagedEndpoint, store: &Store) -> Truth {
    let group = Truth::any(store.groups().map(|group| is_group(&endpoint.group, group)));
    leads_to(endpoint, store).and(group).or(answers(endpoint, store))
}

// Whether the group is one of the target's type.
fn names_a_group(endpoint: &ManagedEndpoint) -> bool {
    let ty = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref());
    match (ty, endpoint.group.known_text()) {
        (Some(ty), Some(group)) => private_link(ty, group).is_some(),
        _ => true,
    }
}

fn is_group(group: &Value, wanted: &str) -> Truth {
    match presence(group) {
        Presence::Absent => Truth::from(wanted.is_empty()),
        Presence::Present => group.is_text(wanted),
        Presence::Unknown => Truth::Unknown,
    }
}

// Whether the host names of the endpoint's target are not made of its name.
fn by_host(endpoint: &ManagedEndpoint) -> bool {
    let ty = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref());
    ty.and_then(|ty| private_links_of(ty).next()).is_some_and(|link| !link.host_names_resource)
}

// Many write the URL where a host name belongs.
fn is_host(name: &Value, host: &str) -> Truth {
    match name.text().as_ref().and_then(host::host_of) {
        Some(own) => own.name.equals_ignore_case(&Text::Known(host.into())),
        None => Truth::Unknown,
    }
}

// Whether the endpoint says itself that it answers for the store's host.
fn answers(endpoint: &ManagedEndpoint, store: &Store) -> Truth {
    let Some(host) = store.host.known().filter(|host| !host.is_empty()) else { return Truth::False };
    if !by_host(endpoint) {
        return Truth::False;
    }
    match endpoint.fqdns.elements() {
        Some(names) => Truth::any(names.iter().map(|name| is_host(name, host))),
        None if presence(&endpoint.fqdns) == Presence::Absent => Truth::False,
        None => Truth::Unknown,
    }
}
