//! How linked services reach their stores: on which runtimes they are used, and whether managed private
//! endpoints lead the way.

use armlint_engine::graph::{Graph, ReferenceKind, Resource};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use smol_str::SmolStr;

use super::activity::{self, Use, Uses};
use super::endpoint::{self, Coverage};
use super::factory::{Factories, Factory};
use super::runtime::{Presence, Runtime, RuntimeClass, presence};
use super::secret::{self, Held};
use super::store::{self, Store};

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
pub fn consumers(service: &Resource, cx: &Context<'_>) -> Vec<Consumer> {
    let graph = cx.graph();
    let (factories, uses) = (cx.derived(Factories::build), cx.derived(Uses::build));
    let Some(factory) = factories.of(service) else { return Vec::new() };
    if is_vault(service) {
        return readers(graph, factory, &uses, service);
    }
    let managed = runs(graph, factory, &uses, service).into_iter();
    let managed = managed.filter(|run| run.runtime.class == RuntimeClass::Managed);
    managed
        .map(|run| {
            let runtime = run.runtime.name.residue();
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

// What reads a secret of a vault on a runtime in the managed virtual network.
fn readers(graph: &Graph, factory: &Factory, uses: &Uses, vault: &Resource) -> Vec<Consumer> {
    let mut found = Vec::new();
    for service in factory.linked_services.iter().map(|id| graph.resource(*id)) {
        let managed = || {
            let runs = runs(graph, factory, uses, service);
            runs.iter().any(|run| run.runtime.class == RuntimeClass::Managed)
        };
        let secrets = secret::secrets_of(graph, service);
        let read = secrets.iter().find_map(|secret| match &secret.held {
            Held::KeyVault(reference) if is_store(graph, factory, reference, vault) => Some(secret.place),
            _ => None,
        });
        if let Some(place) = read.filter(|_| managed()) {
            let label = format!("`{}` reads a secret from it in the managed network", service.name.display());
            found.push(Consumer { label, place });
        }
    }
    for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
        for activity in activity::activities(pipeline) {
            let properties = activity.get("typeProperties");
            let runtime = properties.get("connectVia");
            if presence(&runtime) != Presence::Present
                || factory.named_runtime(graph, &runtime).class != RuntimeClass::Managed
            {
                continue;
            }
            if let Some(place) = reference_to(graph, factory, &properties, vault, 0) {
                let name = activity.get("name");
                let label = format!(
                    "`{}` reads a secret from it in the managed network",
                    name.known_text().unwrap_or("activity")
                );
                found.push(Consumer { label, place });
            }
        }
    }
    found
}

fn is_store(graph: &Graph, factory: &Factory, reference: &Value, vault: &Resource) -> bool {
    let name = reference.at("store.referenceName").text();
    let target = name.and_then(|name| factory.artefact(graph, &ReferenceKind::LinkedService, &name));
    target.is_some_and(|target| target.id == vault.id)
}

// The first Key Vault reference to the vault inside of a value.
fn reference_to(
    graph: &Graph,
    factory: &Factory,
    value: &Value,
    vault: &Resource,
    depth: usize,
) -> Option<Span> {
    if depth > MAX_DEPTH {
        return None;
    }
    let below = |value: &Value| reference_to(graph, factory, value, vault, depth + 1);
    if let Some(elements) = value.elements() {
        return elements.iter().find_map(below);
    }
    let object = value.object()?;
    if value.get("type").is_text("AzureKeyVaultSecret").is_true() && is_store(graph, factory, value, vault) {
        return Some(value.origin.span);
    }
    object.entries().iter().find_map(|entry| below(&entry.value))
}

/// A store that consumers in the managed virtual network need, and how far endpoints lead there.
#[derive(Clone, Debug)]
pub struct Need {
    /// The store.
    pub store: Store,
    /// What needs it; never empty.
    pub consumers: Vec<Consumer>,
    /// How the factory's managed private endpoints cover it.
    pub coverage: Coverage,
}

/// What a linked service needs of the managed virtual network; `None` where it needs no endpoint, or its
/// store is not known, or is none that managed private endpoints are documented for.
pub fn need(service: &Resource, cx: &Context<'_>) -> Option<Need> {
    let (graph, settings) = (cx.graph(), cx.settings());
    let factories = cx.derived(Factories::build);
    let factory = factories.of(service)?;
    if service.existing {
        return None;
    }
    let mut store = store::store_of(graph, settings, service)?;
    store.links.retain(|link| link.is_listed(settings.as_of));
    // A workspace has endpoints to itself.
    let own = |link: &&super::facts::PrivateLink| link.ty.eq_ignore_ascii_case(&factory.ty);
    let itself = store.links.iter().copied().any(|link| own(&link))
        && store.name.as_ref().is_none_or(|name| name.key() == factory.key);
    if store.links.is_empty() || itself {
        return None;
    }
    let consumers = consumers(service, cx);
    if consumers.is_empty() {
        return None;
    }
    let coverage = endpoint::coverage(&store, &endpoint::managed_of(graph, factory));
    // Endpoints may belong to this factory under a name that is not known.
    let elsewhere = |other: &Factory| {
        let endpoints = endpoint::managed_of(graph, other);
        !endpoints.is_empty() && !matches!(endpoint::coverage(&store, &endpoints), Coverage::Missing)
    };
    let doubtful = !matches!(coverage, Coverage::Covered) && factories.doubles(factory).any(elsewhere);
    let coverage = if doubtful { Coverage::Unknown } else { coverage };
    Some(Need { store, consumers, coverage })
}
