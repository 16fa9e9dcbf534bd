//! Private endpoints: the managed ones of factories, and the customers' own.

use armlint_engine::dialect::Dialect;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::Context;
use armlint_engine::value::{Reason, Term, Truth, Value};

use super::facts;
use super::id::{self, Identity};
use super::runtime::{Presence, presence};

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

/// A connection of a customer's private endpoint.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The private endpoint.
    pub resource: ResourceId,
    /// The target's id as written.
    pub target: Value,
    /// What the id says.
    pub identity: Option<Identity>,
    /// The sub-resources.
    pub groups: Value,
}

/// Reads a managed private endpoint.
pub fn managed(resource: &Resource) -> ManagedEndpoint {
    let target = resource.property("privateLinkResourceId");
    ManagedEndpoint {
        resource: resource.id,
        identity: id::identify(&target),
        target,
        group: resource.property("groupId"),
        fqdns: resource.property("fqdns"),
    }
}

/// The customers' private endpoint connections of a deployment.
pub struct Connections(Vec<Connection>);

impl Connections {
    /// Collects them.
    pub fn build(cx: &Context<'_>) -> Connections {
        let graph = cx.graph();
        let endpoints = graph.of_type("Microsoft.Network/privateEndpoints");
        Connections(endpoints.flat_map(connections).collect())
    }

    /// All of them.
    pub fn list(&self) -> &[Connection] {
        &self.0
    }

    /// Whether some connection leads to a resource through a sub-resource; any where `group` is `None`.
    pub fn reach(&self, resource: &Resource, group: Option<&str>) -> Truth {
        Truth::any(self.0.iter().map(|connection| connection.leads_to(resource, group)))
    }

    /// The first connection that certainly leads to a resource through a sub-resource; any where `group`
    /// is `None`.
    pub fn first(&self, resource: &Resource, group: Option<&str>) -> Option<&Connection> {
        self.0.iter().find(|connection| connection.leads_to(resource, group).is_true())
    }
}

impl Connection {
    /// Whether it leads through a sub-resource.
    pub fn holds(&self, group: &str) -> Truth {
        holds(&self.groups, group)
    }

    /// Whether it leads to a resource through a sub-resource; any where `group` is `None`.
    pub fn leads_to(&self, resource: &Resource, group: Option<&str>) -> Truth {
        let target = match &self.identity {
            Some(identity) => id::names(identity, &resource.ty, &resource.name.last()),
            None => Truth::Unknown,
        };
        target.and(group.map_or(Truth::True, |group| holds(&self.groups, group)))
    }
}

/// The connections of a private endpoint, automatic and manual ones. A list that is not known is one
/// connection of which nothing is known.
pub fn connections(endpoint: &Resource) -> Vec<Connection> {
    let read = |connection: &Value| {
        let target = connection.at("properties.privateLinkServiceId");
        let groups = connection.at("properties.groupIds");
        Connection { resource: endpoint.id, identity: id::identify(&target), target, groups }
    };
    if endpoint.existing {
        let unknown =
            Value::unknown(Reason::External, Term::from(endpoint.resource_id.clone()), endpoint.place);
        return vec![read(&unknown)];
    }
    let mut found = Vec::new();
    for key in ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"] {
        let list = endpoint.property(key);
        match list.elements() {
            Some(elements) => found.extend(elements.iter().map(read)),
            None if presence(&list) == Presence::Absent => {}
            None => found.push(read(&Value::unknown(Reason::Computed, list.term(), list.origin.span))),
        }
    }
    found
}

/// Whether a list of sub-resources holds one.
pub fn holds(groups: &Value, group: &str) -> Truth {
    match groups.elements() {
        Some(elements) => Truth::any(elements.iter().map(|element| element.is_text(group))),
        None if groups.is_absent() => Truth::False,
        None => Truth::Unknown,
    }
}

/// Whether a resource closes its public endpoint, by the settings that the facts list for its type.
pub fn public_off(resource: &Resource) -> Truth {
    if resource.existing {
        return Truth::Unknown;
    }
    let Some(link) = facts::private_links_of(&resource.ty).next() else { return Truth::Unknown };
    let closed = Truth::any(link.closed_by.iter().map(|setting| {
        let value = resource.body.at(setting.path);
        if value.is_absent() {
            return Truth::from(link.closed_by_default);
        }
        let decided = Truth::any(setting.values.iter().map(|closed| match value.truth() {
            Truth::Unknown => value.is_text(closed),
            truth => {
                Truth::from(*closed == "true" && truth.is_true() || *closed == "false" && truth.is_false())
            }
        }));
        if value.assumed { Truth::Unknown } else { decided }
    }));
    let excepted = link.exceptions.iter().any(|path| {
        let value = resource.body.at(path);
        match value.elements() {
            Some(elements) => !elements.is_empty(),
            None => !value.is_missing() && !value.is_text("None").is_true(),
        }
    });
    // An exception may open the endpoint to the runtime; whether it does is not decided here.
    if closed.is_true() && excepted { Truth::Unknown } else { closed }
}

/// Whether the deployment sets the state of a target's connections, or the target approves by itself.
pub fn is_approved(graph: &Graph, target: &Identity) -> Truth {
    let connections = graph.resources().iter().filter_map(|resource| {
        let (ty, own) = resource.ty.rsplit_once('/')?;
        let name = resource.name.segments.iter().nth_back(1)?;
        let status = resource.property("privateLinkServiceConnectionState.status");
        let approves = if resource.existing { Truth::False } else { status.is_text("Approved") };
        own.eq_ignore_ascii_case("privateEndpointConnections")
            .then(|| id::names(target, ty, name).and(approves))
    });
    let services = graph.of_type("Microsoft.Network/privateLinkServices").map(|service| {
        let approved = service.property("autoApproval.subscriptions");
        let approves = match approved.elements() {
            Some([]) => Truth::False,
            None if approved.is_missing() => Truth::False,
            _ => Truth::Unknown,
        };
        id::names(target, &service.ty, &service.name.last()).and(approves)
    });
    Truth::any(connections.chain(services))
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
