//! Factories and workspaces with what belongs to them, declared or not.

use std::collections::HashMap;

use armlint_azure::existence;
use armlint_azure::resource_id::{self, Identity};
use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource, ResourceId, ResourceKey};
use armlint_engine::rule::View;
use armlint_engine::value::{Presence, Text, Truth, Value, presence};
use smol_str::{SmolStr, format_smolstr};

use crate::artefact::{self, ArtefactKind};
use crate::reference;
use crate::runtime::{self, AUTO_RESOLVE, Runtime, RuntimeClass};

/// The type of data factories.
pub const FACTORIES: &str = "Microsoft.DataFactory/factories";
/// The type of Synapse workspaces.
pub const WORKSPACES: &str = "Microsoft.Synapse/workspaces";

/// The types of linked services.
pub const LINKED_SERVICES: &[&str] =
    &["Microsoft.DataFactory/factories/linkedservices", "Microsoft.Synapse/workspaces/linkedservices"];
/// The types of integration runtimes.
pub const INTEGRATION_RUNTIMES: &[&str] = &[
    "Microsoft.DataFactory/factories/integrationRuntimes",
    "Microsoft.Synapse/workspaces/integrationRuntimes",
];
/// The types of managed private endpoints.
pub const MANAGED_ENDPOINTS: &[&str] = &[
    "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
    "Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints",
];

/// The types of pipelines.
pub const PIPELINES: &[&str] =
    &["Microsoft.DataFactory/factories/pipelines", "Microsoft.Synapse/workspaces/pipelines"];

// What a new workspace has without anybody asking for it; `<workspace>` is behind or before.
const WORKSPACE_SERVICES: [&str; 2] = ["-WorkspaceDefaultStorage", "-WorkspaceDefaultSqlServer"];
const WORKSPACE_ENDPOINTS: [&str; 2] = ["synapse-ws-sql--", "synapse-ws-sqlOnDemand--"];

/// The workspace whose default linked service has this name.
pub fn workspace_of_service(name: &str) -> Option<&str> {
    WORKSPACE_SERVICES.into_iter().find_map(|end| {
        let (workspace, own) = name.split_at_checked(name.len().checked_sub(end.len())?)?;
        own.eq_ignore_ascii_case(end).then_some(workspace)
    })
}

/// The workspace whose reserved managed private endpoint to itself has this name.
pub fn workspace_of_endpoint(name: &str) -> Option<&str> {
    WORKSPACE_ENDPOINTS.into_iter().find_map(|start| {
        let (own, workspace) = name.split_at_checked(start.len())?;
        own.eq_ignore_ascii_case(start).then_some(workspace)
    })
}

/// The type of the factory or workspace that artefacts of a type belong to.
pub fn factory_type(ty: &str) -> Option<&'static str> {
    [FACTORIES, WORKSPACES].into_iter().find(|factory| {
        ty.get(..factory.len()).is_some_and(|start| start.eq_ignore_ascii_case(factory))
            && ty.as_bytes().get(factory.len()) == Some(&b'/')
    })
}

/// The factories and workspaces of a deployment.
#[derive(Default)]
pub struct Factories {
    list: Vec<Factory>,
    by_resource: HashMap<ResourceId, usize>,
    // Those whose names are known, by these; the others may be any of them.
    by_name: HashMap<SmolStr, Vec<usize>>,
    unnamed: Vec<usize>,
}

/// A factory or workspace, perhaps only seen through its children.
#[derive(Debug, Default)]
pub struct Factory {
    /// Its resource type.
    pub ty: SmolStr,
    /// Its name; none before the first resource of it is seen.
    pub name: Option<Text>,
    /// The identity of its name.
    pub key: SmolStr,
    /// The resource itself, where it is declared.
    pub resource: Option<ResourceId>,
    /// All its children are here.
    pub closed: bool,
    /// Its integration runtimes.
    pub runtimes: Vec<ResourceId>,
    /// Its linked services.
    pub linked_services: Vec<ResourceId>,
    /// Its managed virtual networks.
    pub networks: Vec<ResourceId>,
    /// Its managed private endpoints.
    pub endpoints: Vec<ResourceId>,
    /// Its datasets.
    pub datasets: Vec<ResourceId>,
    /// Its pipelines.
    pub pipelines: Vec<ResourceId>,
    /// Its data flows.
    pub data_flows: Vec<ResourceId>,
    /// Its credentials.
    pub credentials: Vec<ResourceId>,
    // A workspace's names as what it was made with says them, in lower case: no Git folder says its name.
    workspace_names: Vec<SmolStr>,
    // It is that of a Git folder without a file of the factory itself.
    unnamed: bool,
}

impl Factories {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Factories {
        let graph = view.graph();
        let mut by_key: HashMap<ResourceKey, usize> = HashMap::new();
        let mut factories = Factories::default();
        for resource in graph.resources() {
            let own = [FACTORIES, WORKSPACES].into_iter().find(|ty| resource.is(ty));
            let Some(ty) = own.or_else(|| factory_type(&resource.ty)) else { continue };
            let key = resource.name.ancestor_key(1);
            let index = *by_key.entry(ResourceKey::new(ty, key.clone())).or_insert_with(|| {
                let closed = graph.world == World::Closed;
                let name = resource.name.segments.first().cloned();
                let unnamed = ty == WORKSPACES && graph.dialect.is_folder();
                factories.list.push(Factory {
                    ty: ty.into(),
                    name,
                    key,
                    closed,
                    unnamed,
                    ..Factory::default()
                });
                factories.list.len() - 1
            });
            factories.by_resource.insert(resource.id, index);
            factories.list[index].take(graph, resource, own.is_some());
        }
        for (index, factory) in factories.list.iter().enumerate() {
            match factory.known_name() {
                Some(name) => factories.by_name.entry(name).or_default().push(index),
                None => factories.unnamed.push(index),
            }
        }
        factories
    }

    /// The data factory that an id of a runtime names as its owner.
    pub fn owner_of_runtime(&self, id: &Value) -> Option<&Factory> {
        let identity = resource_id::identify(id)?;
        self.list.iter().find(|factory| factory.owns_runtime(&identity))
    }

    /// All of them.
    pub fn list(&self) -> &[Factory] {
        &self.list
    }

    /// Factories that may be this one under another name, because a name is not known.
    pub fn doubles<'f>(&'f self, factory: &'f Factory) -> impl Iterator<Item = &'f Factory> {
        // Two known names that differ are those of two factories.
        let alike =
            factory.known_name().map(|name| self.by_name.get(&name).map(Vec::as_slice).unwrap_or_default());
        let (some, all) = match alike {
            Some(alike) => (Some(alike.iter().chain(&self.unnamed)), None),
            None => (None, Some(&self.list)),
        };
        let some = some.into_iter().flatten().filter_map(|index| self.list.get(*index));
        some.chain(all.into_iter().flatten()).filter(move |other| {
            let same = match (&other.name, &factory.name) {
                (Some(other), Some(name)) => resource_id::same_name(other, name),
                _ => Truth::Unknown,
            };
            other.key != factory.key && other.ty == factory.ty && !same.is_false()
        })
    }

    /// The one that a resource is, or belongs to.
    pub fn of(&self, resource: &Resource) -> Option<&Factory> {
        self.by_resource.get(&resource.id).and_then(|index| self.list.get(*index))
    }
}

impl Factory {
    // In lower case.
    fn known_name(&self) -> Option<SmolStr> {
        self.name.as_ref().filter(|name| name.known().is_some()).map(Text::key)
    }

    fn take(&mut self, graph: &Graph, resource: &Resource, own: bool) {
        if own {
            // What deploys it says more of it than what only refers to it.
            let known = self.resource.map(|id| graph.resource(id));
            if known.is_none_or(|known| known.existing && !resource.existing) {
                self.resource = Some(resource.id);
            }
            return;
        }
        let name = resource.name.last();
        let workspace = match artefact::kind_of(resource) {
            Some(ArtefactKind::LinkedService) => name.known().and_then(|name| workspace_of_service(name)),
            Some(ArtefactKind::ManagedPrivateEndpoint) => {
                name.known().and_then(|name| workspace_of_endpoint(name))
            }
            _ => None,
        };
        self.workspace_names.extend(workspace.map(|name| SmolStr::from(name.to_ascii_lowercase())));
        let list = match artefact::kind_of(resource) {
            Some(ArtefactKind::IntegrationRuntime) => &mut self.runtimes,
            Some(ArtefactKind::LinkedService) => &mut self.linked_services,
            Some(ArtefactKind::ManagedVirtualNetwork) => &mut self.networks,
            Some(ArtefactKind::ManagedPrivateEndpoint) => &mut self.endpoints,
            Some(ArtefactKind::Dataset) => &mut self.datasets,
            Some(ArtefactKind::Pipeline) => &mut self.pipelines,
            Some(ArtefactKind::DataFlow) => &mut self.data_flows,
            Some(ArtefactKind::Credential) => &mut self.credentials,
            _ => return,
        };
        list.push(resource.id);
    }

    /// Whether it is the data factory that an id of a runtime names as its owner.
    fn owns_runtime(&self, id: &Identity) -> bool {
        let [name] = id.above.as_slice() else { return false };
        let runtime = id.ty.as_deref().is_some_and(|ty| ty.eq_ignore_ascii_case(INTEGRATION_RUNTIMES[0]));
        let named = |own: &Text| resource_id::same_name(own, name).is_true();
        runtime && self.ty == FACTORIES && self.name.as_ref().is_some_and(named)
    }

    /// Whether it is, or may be, the workspace of a name.
    pub fn may_be_workspace(&self, name: &Text) -> bool {
        let key = name.key();
        self.ty == WORKSPACES
            && (key == self.key
                || self.workspace_names.contains(&key)
                || self.unnamed && self.workspace_names.is_empty())
    }

    /// Type and name, for look-ups.
    pub fn key(&self) -> ResourceKey {
        ResourceKey::new(&self.ty, self.key.clone())
    }

    /// The declared factory itself, unless it only exists already.
    pub fn declared<'g>(&self, graph: &'g Graph) -> Option<&'g Resource> {
        self.resource.map(|id| graph.resource(id)).filter(|resource| !resource.existing)
    }

    /// Whether something that is not declared certainly does not exist: all children are here, or the
    /// factory is made by this very deployment.
    pub fn is_whole(&self, graph: &Graph) -> bool {
        self.closed || self.declared(graph).is_some()
    }

    /// The artefact with a name.
    pub fn artefact<'g>(&self, graph: &'g Graph, kind: ArtefactKind, name: &Text) -> Option<&'g Resource> {
        reference::artefact(graph, &self.ty, &self.key, kind, name).map(|id| graph.resource(id))
    }

    /// The class of the runtime with a name.
    pub fn class_of(&self, graph: &Graph, name: &Text) -> (RuntimeClass, Option<ResourceId>) {
        // One name may be declared several times, under conditions that exclude each other.
        let ty = format_smolstr!("{}/integrationRuntimes", self.ty);
        let key = format_smolstr!("{}/{}", self.key, name.key());
        let mut named = graph.named(&ty, &key);
        if let Some(declared) = named.next() {
            let class = runtime::class(declared);
            let agree = named.all(|other| runtime::class(other) == class);
            return (if agree { class } else { RuntimeClass::Unknown }, Some(declared.id));
        }
        let auto = name.equals_ignore_case(&Text::Known(AUTO_RESOLVE.into())).is_true();
        // A workspace with a managed network has its default runtime inside it, and a Git folder does not
        // say which.
        let public = auto && self.ty == FACTORIES && self.is_whole(graph);
        (if public { RuntimeClass::Global } else { RuntimeClass::Unknown }, None)
    }

    /// The runtime that a linked service names in `connectVia`, or the default.
    pub fn runtime_of(&self, graph: &Graph, service: &Resource) -> Runtime {
        self.named_runtime(graph, &service.property("connectVia"))
    }

    /// The runtime that a reference names, or the default.
    pub fn named_runtime(&self, graph: &Graph, reference: &Value) -> Runtime {
        let written = reference.get("referenceName");
        let implicit = presence(reference) == Presence::Absent;
        let name = if implicit { Some(Text::Known(AUTO_RESOLVE.into())) } else { written.text() };
        let place = if implicit { reference.origin.span } else { written.origin.span };
        match name {
            Some(name) => {
                let (class, resource) = self.class_of(graph, &name);
                Runtime { name, place, resource, class, implicit }
            }
            None => Runtime {
                name: Text::Known(SmolStr::default()),
                place: reference.origin.span,
                resource: None,
                class: RuntimeClass::Unknown,
                implicit,
            },
        }
    }

    /// A declared runtime of a class that certainly exists wherever a resource does.
    pub fn runtime_with<'g>(
        &self,
        graph: &'g Graph,
        class: RuntimeClass,
        resource: &Resource,
    ) -> Option<&'g Resource> {
        self.runtimes_of(graph, class).find(|runtime| existence::exists_with(runtime, resource))
    }

    /// The declared runtimes of a class.
    pub fn runtimes_of<'g>(
        &self,
        graph: &'g Graph,
        class: RuntimeClass,
    ) -> impl Iterator<Item = &'g Resource> {
        self.runtimes
            .iter()
            .map(|id| graph.resource(*id))
            .filter(move |resource| runtime::class(resource) == class)
    }
}
