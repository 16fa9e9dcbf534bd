//! Private endpoints of networks: where their connections lead, and what closes the public way beside them.

use std::collections::HashMap;

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::value::{Presence, Reason, Term, Text, Truth, Value, presence};
use smol_str::SmolStr;

use crate::facts;
use crate::resource_id::{self, Identity};
use crate::types::{PRIVATE_ENDPOINTS, PRIVATE_LINK_SERVICES};

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

/// The customers' private endpoint connections of a deployment.
pub struct Connections {
    list: Vec<Connection>,
    // Those whose targets are known, by the names of these; the others may lead to any.
    by_name: HashMap<SmolStr, Vec<usize>>,
    vague: Vec<usize>,
}

impl Connections {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Connections {
        let graph = view.graph();
        let endpoints = graph.of_type(PRIVATE_ENDPOINTS);
        let list: Vec<Connection> = endpoints.flat_map(connections).collect();
        let mut connections = Connections { list, by_name: HashMap::default(), vague: Vec::new() };
        for (index, connection) in connections.list.iter().enumerate() {
            let target = connection.identity.as_ref().filter(|identity| identity.ty.is_some());
            match target.filter(|identity| identity.name.known().is_some()) {
                Some(identity) => connections.by_name.entry(identity.name.key()).or_default().push(index),
                None => connections.vague.push(index),
            }
        }
        connections
    }

    /// All of them.
    pub fn list(&self) -> &[Connection] {
        &self.list
    }

    /// Those that may lead to a resource of a name, in their order.
    pub fn to_name(&self, name: &Text) -> impl Iterator<Item = &Connection> {
        let mut indices: Vec<usize> = match name.known() {
            Some(_) => {
                let named = self.by_name.get(&name.key()).map(Vec::as_slice).unwrap_or_default();
                named.iter().chain(&self.vague).copied().collect()
            }
            None => (0..self.list.len()).collect(),
        };
        indices.sort_unstable();
        indices.into_iter().filter_map(|index| self.list.get(index))
    }

    /// Whether some connection leads to a resource through a sub-resource; any where `group` is `None`.
    pub fn reach(&self, resource: &Resource, group: Option<&str>) -> Truth {
        Truth::any(self.to_name(&resource.name.last()).map(|connection| connection.leads_to(resource, group)))
    }

    /// The first connection that certainly leads to a resource through a sub-resource; any where `group`
    /// is `None`.
    pub fn first(&self, resource: &Resource, group: Option<&str>) -> Option<&Connection> {
        self.to_name(&resource.name.last()).find(|connection| connection.leads_to(resource, group).is_true())
    }
}

impl Connection {
    /// The type of the target, where its id shows it.
    pub fn ty(&self) -> Option<&str> {
        self.identity.as_ref()?.ty.as_deref()
    }

    /// Whether its target certainly is of a type.
    pub fn is_to(&self, ty: &str) -> bool {
        self.ty().is_some_and(|own| own.eq_ignore_ascii_case(ty))
    }

    /// Whether it leads through a sub-resource.
    pub fn holds(&self, group: &str) -> Truth {
        holds(&self.groups, group)
    }

    /// Whether it leads to a resource through a sub-resource; any where `group` is `None`.
    pub fn leads_to(&self, resource: &Resource, group: Option<&str>) -> Truth {
        let target = match &self.identity {
            Some(identity) => resource_id::names(identity, &resource.ty, &resource.name.last()),
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
        Connection { resource: endpoint.id, identity: resource_id::identify(&target), target, groups }
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
            .then(|| resource_id::names(target, ty, name).and(approves))
    });
    let services = graph.of_type(PRIVATE_LINK_SERVICES).map(|service| {
        let approved = service.property("autoApproval.subscriptions");
        let approves = match approved.elements() {
            Some([]) => Truth::False,
            None if approved.is_missing() => Truth::False,
            _ => Truth::Unknown,
        };
        resource_id::names(target, &service.ty, &service.name.last()).and(approves)
    });
    Truth::any(connections.chain(services))
}
