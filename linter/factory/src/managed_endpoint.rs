//! Managed private endpoints of factories, and whether their targets have approved them.

use armlint_azure::private_link::is_approved;
use armlint_azure::resource_id::{self, Identity};
use armlint_engine::dialect::Dialect;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::value::{Presence, Truth, Value, presence};

/// A managed private endpoint.
#[derive(Clone, Debug)]
pub struct ManagedEndpoint {
    /// The endpoint.
    pub resource: ResourceId,
    /// The target's id as written.
    pub target: Value,
    /// What the id says.
    pub identity: Option<Identity>,
    /// The sub-resource.
    pub group: Value,
    /// Host names that the endpoint answers for.
    pub fqdns: Value,
}

impl ManagedEndpoint {
    /// The type of the target, where its id shows it.
    pub fn ty(&self) -> Option<&str> {
        self.identity.as_ref()?.ty.as_deref()
    }

    /// Whether its target certainly is of a type.
    pub fn is_to(&self, ty: &str) -> bool {
        self.ty().is_some_and(|own| own.eq_ignore_ascii_case(ty))
    }
}

/// Reads a managed private endpoint.
pub fn managed(resource: &Resource) -> ManagedEndpoint {
    let target = resource.property("privateLinkResourceId");
    ManagedEndpoint {
        resource: resource.id,
        identity: resource_id::identify(&target),
        target,
        group: resource.property("groupId"),
        fqdns: resource.property("fqdns"),
    }
}

/// Whether the owner of its target has let a managed private endpoint through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The connection stands.
    Approved,
    /// The owner has not decided.
    Pending,
    /// The owner has refused it, or has cut it.
    Rejected,
    /// Not known.
    Unknown,
}

/// The approval of a managed private endpoint: what the file says, or else what a template makes. The state
/// in the file of a Git folder is that of the day on which the file was written.
pub fn approval(graph: &Graph, endpoint: &ManagedEndpoint) -> Approval {
    let resource = graph.resource(endpoint.resource);
    let stated = resource.property("connectionState.status");
    let states = [
        ("Approved", Approval::Approved),
        ("Pending", Approval::Pending),
        ("Rejected", Approval::Rejected),
        ("Disconnected", Approval::Rejected),
    ];
    if presence(&stated) != Presence::Absent {
        let same = states.into_iter().find(|(name, _)| stated.is_text(name).is_true());
        return same.map_or(Approval::Unknown, |(_, state)| state);
    }
    let Some(target) = endpoint.identity.as_ref().filter(|_| !resource.existing) else {
        return Approval::Unknown;
    };
    match is_approved(graph, target) {
        Truth::True => Approval::Approved,
        Truth::False if graph.dialect == Dialect::Template => Approval::Pending,
        _ => Approval::Unknown,
    }
}
