//! Who reaches what over which path: the network of each factory and workspace of a deployment, to be
//! drawn. It says nothing that the models of the rules do not say.
//!
//! Names are as far as they are known: what is not known is its expression in braces,
//! `st{parameters('env')}`. Texts that a secure parameter gives are among them; whoever prints them masks
//! them.

mod build;
mod name;
mod route;

pub use name::{of_value, shown};

use std::sync::Arc;

use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::Truth;

use crate::endpoint_use::EndpointUse;
use crate::factory::Factories;
use crate::managed_endpoint::Approval;
use crate::runtime::RuntimeClass;

/// The network of one factory or workspace. The indices of its parts count within its own lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactoryMap {
    /// What it is.
    pub kind: FactoryKind,
    /// Its name.
    pub name: String,
    /// The folder of its files, or its template.
    pub source: String,
    /// The parameter file that it is drawn with.
    pub parameters: Option<Arc<str>>,
    /// Whether its own public endpoint is closed.
    pub closed: Truth,
    /// The declared runtimes, in the order of the text, then those that are only named.
    pub runtimes: Vec<RuntimeNode>,
    /// The managed private endpoints, in the order of the text.
    pub endpoints: Vec<EndpointNode>,
    /// The stores: those of linked services first, then those that only endpoints lead to.
    pub stores: Vec<StoreNode>,
    /// The ways of the linked services to their stores, in the order of the text.
    pub routes: Vec<Route>,
}

/// The services that have integration runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactoryKind {
    /// A data factory.
    DataFactory,
    /// A Synapse workspace.
    SynapseWorkspace,
}

/// An integration runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeNode {
    /// Its name; empty where that cannot be told.
    pub name: String,
    /// What it is.
    pub class: RuntimeClass,
    /// The managed virtual network that it is in.
    pub network: Option<String>,
    /// Whether it is declared.
    pub declared: bool,
    /// The whole object that declares it, where that is here.
    pub place: Option<Span>,
}

/// A managed private endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointNode {
    /// Its name.
    pub name: String,
    /// The managed virtual network that it is in.
    pub network: String,
    /// The sub-resource; empty where there is none.
    pub group: String,
    /// Whether the owner of its target lets it through.
    pub approval: Approval,
    /// The store that it leads to.
    pub store: usize,
    /// Whether something uses it.
    pub used: EndpointUse,
    /// The whole object that declares it.
    pub place: Span,
}

/// A store, or whatever else a linked service connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreNode {
    /// Its name or its host; empty where neither is known.
    pub name: String,
    /// Its resource type, or else the type of the linked service.
    pub ty: String,
    /// Whether its public endpoint is closed.
    pub closed: Truth,
    /// The whole object that declares it, where that is here.
    pub place: Option<Span>,
}

/// The way of a linked service from a runtime to its store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The name of the linked service.
    pub service: String,
    /// Its type.
    pub service_type: String,
    /// The runtime that it runs on.
    pub runtime: usize,
    /// The store.
    pub store: usize,
    /// The sub-resource of the store that it uses; empty where that is not known.
    pub group: String,
    /// How it goes.
    pub way: Way,
    /// Whether that is private.
    pub mark: Mark,
    /// The activities that use it on this runtime, in the order of the text.
    pub activities: Vec<String>,
    /// The whole object that declares the linked service.
    pub place: Span,
}

/// How a runtime reaches a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Over a managed private endpoint of the factory.
    ManagedEndpoint(usize),
    /// Over the endpoints that a workspace makes to itself.
    Itself,
    /// From the customer's network over a private endpoint with this name.
    PrivateEndpoint(String),
    /// In the managed virtual network, but an endpoint is missing; perhaps one leads there through another
    /// sub-resource.
    Missing(Option<usize>),
    /// To the public address, from public compute or to a host of somebody else.
    Public,
    /// To an address that only a self-hosted runtime reaches.
    Unreachable,
    /// Not known, and why.
    Unknown(&'static str),
}

/// Whether a way is private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It never leaves private networks.
    Private,
    /// It goes to the public endpoint of the store.
    Public,
    /// It goes nowhere: the store closes its public endpoint, or its owner refused the private one.
    Blocked,
    /// It goes nowhere: the host is in a private network, or the connector works on self-hosted runtimes only.
    Unreachable,
    /// Not known.
    Unknown,
}

impl Mark {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::Private => "private",
            Mark::Public => "public",
            Mark::Blocked => "blocked",
            Mark::Unreachable => "unreachable",
            Mark::Unknown => "unknown",
        }
    }
}

impl FactoryKind {
    /// What it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            FactoryKind::DataFactory => "Data factory",
            FactoryKind::SynapseWorkspace => "Synapse workspace",
        }
    }
}

/// The networks of the factories and workspaces of a deployment, in the order of its text. Those of which
/// nothing is declared that has to do with networks are left out.
pub fn maps(view: View<'_>) -> Vec<FactoryMap> {
    let factories = Factories::in_view(view);
    let maps = factories.list().iter().map(|factory| build::map(factory, view));
    maps.filter(|map| !(map.routes.is_empty() && map.endpoints.is_empty() && map.runtimes.is_empty()))
        .collect()
}
