//! Collects the parts of a map, each once.

use std::collections::HashMap;

use armlint_azure::{private_link, resource_id};
use armlint_engine::graph::{Graph, Resource, ResourceId, ResourceKey};
use armlint_engine::rule::View;
use armlint_engine::value::{Presence, Reason, Text, Truth, presence};
use smol_str::SmolStr;

use super::name::{of_value, shown};
use super::route;
use crate::endpoint_use::EndpointUses;
use crate::factory::{FACTORIES, Factory};
use crate::managed_endpoint;
use crate::map::{EndpointNode, FactoryKind, FactoryMap, RuntimeNode, StoreNode};
use crate::runtime::{self, Runtime, RuntimeClass};
use crate::store::{self, Store};

/// A map that grows, with what its parts are found by.
pub(super) struct Builder<'a> {
    pub(super) view: View<'a>,
    pub(super) factory: &'a Factory,
    pub(super) map: FactoryMap,
    runtimes: HashMap<(SmolStr, RuntimeClass), usize>,
    stores: HashMap<StoreKey, usize>,
    endpoints: HashMap<ResourceId, usize>,
}

/// The network of a factory.
pub(super) fn map(factory: &Factory, view: View<'_>) -> FactoryMap {
    let graph = view.graph();
    let mut builder = Builder {
        view,
        factory,
        map: FactoryMap {
            kind: match factory.ty == FACTORIES {
                true => FactoryKind::DataFactory,
                false => FactoryKind::SynapseWorkspace,
            },
            name: factory.name.as_ref().map(shown).unwrap_or_default(),
            source: source(graph),
            parameters: environment(graph),
            closed: factory.declared(graph).map_or(Truth::Unknown, |own| closed(graph, own)),
            runtimes: Vec::new(),
            endpoints: Vec::new(),
            stores: Vec::new(),
            routes: Vec::new(),
        },
        runtimes: HashMap::new(),
        stores: HashMap::new(),
        endpoints: HashMap::new(),
    };
    for id in &factory.runtimes {
        builder.declared_runtime(graph.resource(*id));
    }
    let services = || factory.linked_services.iter().map(|id| graph.resource(*id));
    let found: Vec<(&Resource, Option<Store>)> = services()
        .filter(|service| !service.existing)
        .map(|service| (service, store::store_of(graph, view.settings(), service)))
        .collect();
    let places: Vec<usize> =
        found.iter().map(|(service, store)| builder.store(service, store.as_ref())).collect();
    for id in &factory.endpoints {
        builder.endpoint(graph.resource(*id));
    }
    for ((service, store), place) in found.iter().zip(places) {
        route::add(&mut builder, service, store.as_ref(), place);
    }
    builder.map
}

fn source(graph: &Graph) -> String {
    if graph.dialect.is_folder() {
        let folder = armlint_engine::dialect::folder_of(&graph.sources);
        return if folder.is_empty() { "." } else { folder }.to_string();
    }
    graph.sources.first().map(|parsed| parsed.source.path.to_string()).unwrap_or_default()
}

fn environment(graph: &Graph) -> Option<std::sync::Arc<str>> {
    let file = graph.parameter_files.first().filter(|_| graph.is_environment);
    file.map(|file| file.parsed.source.path.clone())
}

// A Git folder says nothing about the network of the factory itself.
fn closed(graph: &Graph, own: &Resource) -> Truth {
    if graph.dialect.is_folder() {
        return Truth::Unknown;
    }
    let access = own.property("publicNetworkAccess");
    match presence(&access) {
        Presence::Absent => Truth::False,
        Presence::Present if !access.assumed => access.is_text("Disabled"),
        _ => Truth::Unknown,
    }
}

impl Builder<'_> {
    fn declared_runtime(&mut self, resource: &Resource) {
        let network = resource.property("managedVirtualNetwork.referenceName");
        let class = runtime::class(resource);
        let node = RuntimeNode {
            name: shown(&resource.name.last()),
            class,
            network: (class == RuntimeClass::Managed).then(|| of_value(&network)),
            declared: true,
            place: Some(resource.span),
        };
        // One name may be declared several times, under conditions that exclude each other.
        let key = (resource.name.last().key(), class);
        if !self.runtimes.contains_key(&key) {
            self.runtimes.insert(key, self.map.runtimes.len());
            self.map.runtimes.push(node);
        }
    }

    /// The place of a runtime that something runs on.
    pub(super) fn runtime(&mut self, used: &Runtime) -> usize {
        let graph = self.view.graph();
        let key = (used.name.key(), used.class);
        let runtimes = &mut self.map.runtimes;
        *self.runtimes.entry(key).or_insert_with(|| {
            runtimes.push(RuntimeNode {
                name: shown(&used.name),
                class: used.class,
                network: None,
                declared: used.resource.is_some(),
                place: used.resource.map(|id| graph.resource(id).span),
            });
            runtimes.len() - 1
        })
    }

    /// The place of a managed private endpoint of this factory.
    pub(super) fn endpoint_at(&self, id: ResourceId) -> Option<usize> {
        self.endpoints.get(&id).copied()
    }

    fn store(&mut self, service: &Resource, store: Option<&Store>) -> usize {
        let graph = self.view.graph();
        let ty = of_value(&service.property("type"));
        let Some(store) = store else {
            let host =
                store::host_of(self.view.settings(), service).filter(|host| host.only_hole().is_none());
            let key = match &host {
                Some(host) => StoreKey::Host(host.key()),
                None => StoreKey::Service(service.name.key()),
            };
            let name = host.as_ref().map(shown).or_else(|| written(service)).unwrap_or_default();
            return self.node(key, StoreNode { name, ty, closed: Truth::Unknown, place: None });
        };
        let declared = store.resource.map(|id| graph.resource(id));
        let ty = declared.map_or_else(
            || store.links.first().map_or(ty, |link| link.ty.to_string()),
            |resource| resource.ty.to_string(),
        );
        let name = store.name.as_ref().unwrap_or(&store.host);
        // Of a name that Data Factory computes as a whole, the host says more.
        let computed = name.only_hole().is_some_and(|hole| hole.reason == Reason::RunTime);
        let node = StoreNode {
            name: shown(if computed { &store.host } else { name }),
            closed: declared.map_or(Truth::Unknown, private_link::public_off),
            ty: ty.clone(),
            place: declared.map(|resource| resource.span),
        };
        let place = self.node(identity(&ty, name), node);
        // An endpoint may name it by another of its types, or by its host.
        let others = store.links.iter().map(|link| identity(link.ty, name));
        for key in others.chain([StoreKey::Host(store.host.key())]) {
            self.stores.entry(key).or_insert(place);
        }
        place
    }

    fn endpoint(&mut self, resource: &Resource) {
        let graph = self.view.graph();
        let endpoint = managed_endpoint::managed(resource);
        let (name, ty) = match &endpoint.identity {
            Some(identity) => (identity.name.clone(), identity.ty.clone().unwrap_or_default()),
            None => (Text::Known(SmolStr::default()), SmolStr::default()),
        };
        let by_name = |place: &usize| {
            self.map
                .stores
                .get(*place)
                .is_some_and(|store| ty.is_empty() || store.ty.eq_ignore_ascii_case(&ty))
        };
        let known = self.stores.get(&identity(&ty, &name)).copied().filter(by_name);
        let store = known.or_else(|| self.answering(&endpoint)).unwrap_or_else(|| {
            let node =
                StoreNode { name: shown(&name), ty: ty.to_string(), closed: Truth::Unknown, place: None };
            self.node(identity(&ty, &name), node)
        });
        let network = resource.name.segments.iter().nth_back(1);
        self.endpoints.insert(resource.id, self.map.endpoints.len());
        self.map.endpoints.push(EndpointNode {
            name: shown(&resource.name.last()),
            network: network.map(shown).unwrap_or_default(),
            group: of_value(&endpoint.group),
            approval: managed_endpoint::approval(graph, &endpoint),
            store,
            used: EndpointUses::in_view(self.view).of(resource.id),
            place: resource.span,
        });
    }

    // The store whose host the endpoint says that it answers for.
    fn answering(&self, endpoint: &managed_endpoint::ManagedEndpoint) -> Option<usize> {
        let names = endpoint.fqdns.elements()?;
        let hosts = names.iter().filter_map(|name| name.known_text());
        let mut keys = hosts.map(|host| StoreKey::Host(host.to_ascii_lowercase().into()));
        keys.find_map(|key| self.stores.get(&key).copied())
    }

    fn node(&mut self, key: StoreKey, node: StoreNode) -> usize {
        let stores = &mut self.map.stores;
        *self.stores.entry(key).or_insert_with(|| {
            stores.push(node);
            stores.len() - 1
        })
    }
}

// What stands where the host of a linked service should: an expression, or a secret that holds it.
fn written(service: &Resource) -> Option<String> {
    let facts = store::facts_of(service)?;
    let properties = service.property("typeProperties");
    let keys = facts.hosts.iter().map(|key| key.path).chain(["connectionString"]);
    let mut values = keys.map(|key| properties.at(key)).filter(|value| !value.is_missing());
    values.find_map(|value| {
        if value.get("type").is_text("AzureKeyVaultSecret").is_true() {
            return Some(format!("secret {}", of_value(&value.get("secretName"))));
        }
        let inner = if value.object().is_some() { value.get("value") } else { value };
        // Of a connection string only a whole expression is no secret.
        let whole = |text: &Text| match text.known() {
            Some(known) => known.trim_start().starts_with('@'),
            None => text.only_hole().is_some(),
        };
        inner.text().filter(whole).map(|text| shown(&text))
    })
}

fn identity(ty: &str, name: &Text) -> StoreKey {
    StoreKey::Resource(ResourceKey::new(ty, resource_id::name_key(name)))
}

/// What tells stores apart.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum StoreKey {
    /// A resource.
    Resource(ResourceKey),
    /// A host that is no declared resource's.
    Host(SmolStr),
    /// The name of a linked service that does not say where it leads.
    Service(SmolStr),
}
