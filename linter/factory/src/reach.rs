//! How linked services reach their stores: on which runtimes they are used, and whether managed private
//! endpoints lead the way.

use std::collections::{BTreeMap, HashMap};

use armlint_azure::{existence, wording};
use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource, ResourceId, ResourceKey};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Value, Walk, presence};
use smol_str::SmolStr;

use crate::activity::{self, Use, Uses};
use crate::artefact::ArtefactKind;
use crate::coverage::{Coverage, Endpoints};
use crate::factory::{Factories, Factory};
use crate::facts;
use crate::runtime::{Runtime, RuntimeClass};
use crate::secret::{Secret, SecretSource, Secrets};
use crate::store::{self, Store};

const MAX_DEPTH: usize = 32;

/// A runtime that a linked service runs on.
#[derive(Clone, Debug)]
pub struct Run {
    /// The runtime.
    pub runtime: Runtime,
    /// The activity that makes it run there; none where the linked service is judged by itself.
    pub activity: Option<(SmolStr, Span)>,
}

/// The runtimes that a linked service runs on: that of each of its uses, and its own where nothing uses
/// it.
pub fn runs(graph: &Graph, factory: &Factory, uses: &Uses, service: &Resource) -> Vec<Run> {
    let of_use = |used: &Use| Run {
        runtime: used.runtime.clone(),
        activity: Some((used.activity.clone(), used.place)),
    };
    match uses.of(service) {
        [] => vec![Run { runtime: factory.runtime_of(graph, service), activity: None }],
        uses => uses.iter().map(of_use).collect(),
    }
}

/// What needs a managed private endpoint to a store.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// What it is, for a label.
    pub label: String,
    /// Where it stands.
    pub place: Span,
}

/// What on managed-network runtimes needs the store of a linked service; empty where nothing does. A
/// Key Vault is needed by what reads its secrets, never by its linked service.
pub fn consumers(service: &Resource, view: View<'_>) -> Vec<Consumer> {
    let graph = view.graph();
    let (factories, uses) = (Factories::in_view(view), Uses::in_view(view));
    let Some(factory) = factories.of(service) else { return Vec::new() };
    if is_vault(service) {
        return VaultReaders::in_view(view).readers(service).to_vec();
    }
    let managed = runs(graph, factory, uses, service).into_iter();
    let managed = managed.filter(|run| run.runtime.class == RuntimeClass::Managed);
    managed
        .map(|run| {
            let runtime = wording::quoted(&run.runtime.name).unwrap_or_else(|| "named here".into());
            match run.activity {
                Some((activity, place)) => {
                    Consumer { label: format!("`{activity}` uses it on the runtime {runtime}"), place }
                }
                None => Consumer {
                    label: format!("it runs on the runtime {runtime} in the managed virtual network"),
                    place: run.runtime.place,
                },
            }
        })
        .collect()
}

/// Whether a linked service is that of a Key Vault.
pub fn is_vault(service: &Resource) -> bool {
    service.property("type").is_text("AzureKeyVault").is_true()
}

/// The Key Vault linked services of a deployment, and what reads their secrets in the managed virtual
/// network.
#[derive(Default)]
pub struct VaultReaders {
    readers: HashMap<ResourceId, Vec<Consumer>>,
    // The runtimes that secrets of a vault's linked service are read on.
    runs: HashMap<ResourceId, Vec<Run>>,
    // The linked services of one vault, by the factory and the name of the vault.
    same: BTreeMap<(ResourceKey, SmolStr), Vec<ResourceId>>,
}

impl VaultReaders {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> VaultReaders {
        let graph = view.graph();
        let (factories, uses) = (Factories::in_view(view), Uses::in_view(view));
        let secrets = Secrets::in_view(view);
        let mut vaults = VaultReaders::default();
        for factory in factories.list() {
            for service in factory.linked_services.iter().map(|id| graph.resource(*id)) {
                vaults.read_by_service(graph, factory, uses, service, secrets.of(service));
            }
            for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
                for activity in activity::activities(pipeline) {
                    vaults.read_by_activity(graph, factory, &activity);
                }
            }
            for id in &factory.linked_services {
                let read = vaults.readers.contains_key(id);
                let store =
                    read.then(|| store::store_of(graph, view.settings(), graph.resource(*id))).flatten();
                if let Some(name) = store.and_then(|store| store.name) {
                    let key = (factory.key(), name.key());
                    vaults.same.entry(key).or_default().push(*id);
                }
            }
        }
        vaults
    }

    /// What reads the secrets of a vault's linked service.
    pub fn readers(&self, service: &Resource) -> &[Consumer] {
        self.readers.get(&service.id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The runtimes on which secrets of a vault's linked service are read, by linked services and by
    /// activities; none where nothing reads any.
    pub fn runs(&self, service: &Resource) -> &[Run] {
        self.runs.get(&service.id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The linked services of one vault whose secrets are read, in the order of the text.
    pub fn same(&self, factory: &Factory, vault: &Store) -> &[ResourceId] {
        let key = vault.name.as_ref().map(|name| (factory.key(), name.key()));
        key.and_then(|key| self.same.get(&key)).map(Vec::as_slice).unwrap_or_default()
    }

    fn read_by_service(
        &mut self,
        graph: &Graph,
        factory: &Factory,
        uses: &Uses,
        service: &Resource,
        secrets: &[Secret],
    ) {
        let mut read: Vec<(ResourceId, Span)> = Vec::new();
        for secret in secrets {
            if let SecretSource::KeyVault(reference) = &secret.held
                && let Some(vault) = vault_of(graph, factory, reference)
                && !read.iter().any(|(other, _)| *other == vault)
            {
                read.push((vault, secret.place));
            }
        }
        if read.is_empty() {
            return;
        }
        let runs = runs(graph, factory, uses, service);
        for (vault, _) in &read {
            self.runs.entry(*vault).or_default().extend(runs.iter().cloned());
        }
        if !runs.iter().any(|run| run.runtime.class == RuntimeClass::Managed) {
            return;
        }
        let name = wording::called(service, "this linked service");
        for (vault, place) in read {
            let label = format!("{name} reads a secret from it in the managed network");
            self.readers.entry(vault).or_default().push(Consumer { label, place });
        }
    }

    fn read_by_activity(&mut self, graph: &Graph, factory: &Factory, activity: &Value) {
        let properties = activity.get("typeProperties");
        let via = properties.get("connectVia");
        if presence(&via) != Presence::Present {
            return;
        }
        let runtime = factory.named_runtime(graph, &via);
        let mut references = Vec::new();
        secret_references(&properties, 0, &mut graph.walk(), &mut references);
        let name = activity.get("name");
        let called = name.known_text().unwrap_or("activity");
        for reference in references {
            let Some(vault) = vault_of(graph, factory, &reference) else { continue };
            let run = Run { runtime: runtime.clone(), activity: Some((called.into(), name.origin.span)) };
            self.runs.entry(vault).or_default().push(run);
            if runtime.class == RuntimeClass::Managed {
                let label = format!("`{called}` reads a secret from it in the managed network");
                let place = reference.origin.span;
                self.readers.entry(vault).or_default().push(Consumer { label, place });
            }
        }
    }
}

// The linked service of the vault that a secret is read from.
fn vault_of(graph: &Graph, factory: &Factory, reference: &Value) -> Option<ResourceId> {
    let name = reference.at("store.referenceName").text()?;
    factory.artefact(graph, ArtefactKind::LinkedService, &name).map(|vault| vault.id)
}

fn secret_references(value: &Value, depth: usize, once: &mut Walk, found: &mut Vec<Value>) {
    if depth > MAX_DEPTH || !once.enters(value) {
        return;
    }
    for element in value.elements().unwrap_or_default() {
        secret_references(element, depth + 1, once, found);
    }
    let Some(object) = value.object() else { return };
    if value.get("type").is_text("AzureKeyVaultSecret").is_true() {
        found.push(value.clone());
        return;
    }
    for entry in object.entries() {
        secret_references(&entry.value, depth + 1, once, found);
    }
}

/// A store that consumers in the managed virtual network need, and how far endpoints lead there.
#[derive(Clone, Debug)]
pub struct EndpointNeed {
    /// The store.
    pub store: Store,
    /// What needs it; never empty.
    pub consumers: Vec<Consumer>,
    /// How the factory's managed private endpoints cover it.
    pub coverage: Coverage,
}

/// What a linked service needs of the managed virtual network; `None` where it needs no endpoint, or its
/// store is not known, or is none that managed private endpoints are documented for.
pub fn need(service: &Resource, view: View<'_>) -> Option<EndpointNeed> {
    let (graph, settings) = (view.graph(), view.settings());
    let factories = Factories::in_view(view);
    let factory = factories.of(service)?;
    if service.existing {
        return None;
    }
    let mut store = store::store_of(graph, settings, service)?;
    store.links.retain(|link| facts::is_listed(link, settings.as_of));
    if store.links.is_empty() || is_itself(factory, &store) {
        return None;
    }
    let consumers = consumers(service, view);
    if consumers.is_empty() {
        return None;
    }
    let coverage = coverage(factory, &store, view);
    Some(EndpointNeed { store, consumers, coverage })
}

/// Whether a store is, or may be, the workspace itself: a workspace makes endpoints to itself.
pub fn is_itself(factory: &Factory, store: &Store) -> bool {
    let own = store.links.iter().any(|link| link.ty.eq_ignore_ascii_case(&factory.ty));
    own && store.name.as_ref().is_none_or(|name| factory.may_be_workspace(name))
}

/// How the managed private endpoints of a factory cover a store; not known where endpoints that lead there
/// may belong to this factory under a name that is not known.
pub fn coverage(factory: &Factory, store: &Store, view: View<'_>) -> Coverage {
    let (factories, endpoints) = (Factories::in_view(view), Endpoints::in_view(view));
    let coverage = endpoints.coverage(factory, store);
    let elsewhere = |other: &Factory| {
        !other.endpoints.is_empty() && !matches!(endpoints.coverage(other, store), Coverage::Missing)
    };
    let doubtful = !matches!(coverage, Coverage::Covered) && factories.doubles(factory).any(elsewhere);
    if doubtful { Coverage::Unknown } else { coverage }
}

/// Whether an endpoint that is not declared is certainly missing. In an open world only a declared endpoint
/// or network shows that the endpoints belong to this deployment.
pub fn declares_endpoints(graph: &Graph, factory: &Factory) -> bool {
    let mut own = factory.endpoints.iter().chain(&factory.networks).map(|id| graph.resource(*id));
    let declares = own.any(|resource| !resource.existing);
    graph.world == World::Closed || declares && !existence::has_remote_parts(graph)
}
