//! Which factories are private: reached by self-hosted runtimes over Private Link, or closed to public
//! networks.

use std::collections::HashMap;

use armlint_azure::private_link::{Connection, Connections};
use armlint_azure::{existence, resource_id};
use armlint_engine::graph::Graph;
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Truth, Value};
use smol_str::SmolStr;

use crate::factory::{FACTORIES, Factories, Factory};
use crate::facts::Fact;

/// What makes a factory private.
#[derive(Clone, Debug)]
pub enum Cause {
    /// `publicNetworkAccess` is `Disabled`: the value.
    Switch(Value),
    /// A private endpoint leads to the sub-resource `dataFactory`: where it is declared.
    Endpoint(Span),
    /// The configuration lists the factory under `adf.private-link`.
    Configuration,
}

/// Whether a factory is private, and why.
#[derive(Clone, Debug)]
pub struct Privacy {
    /// Whether it is. A value that is the default of a parameter counts as given, see [`Value::assumed`].
    pub truth: Truth,
    /// Everything that certainly makes it private: the switch, the first endpoint, the configuration.
    pub causes: Vec<Cause>,
}

/// The privacy of the factories of a deployment.
pub struct PrivateFactories(HashMap<SmolStr, Privacy>);

impl PrivateFactories {
    /// Looks at every factory.
    pub(crate) fn build(view: View<'_>) -> PrivateFactories {
        let factories = Factories::in_view(view);
        let own = factories.list().iter().filter(|factory| factory.ty == FACTORIES);
        PrivateFactories(own.map(|factory| (factory.key.clone(), privacy(factory, view))).collect())
    }

    /// That of a factory; `None` for a workspace, whose runtimes know no Private Link.
    pub fn of(&self, factory: &Factory) -> Option<&Privacy> {
        self.0.get(&factory.key).filter(|_| factory.ty == FACTORIES)
    }
}

/// Whether a factory is private: its public access is disabled, or a private endpoint leads to its
/// sub-resource `dataFactory`, or the configuration says so. Before factories took private endpoints none
/// is. Workspaces are not: their self-hosted
/// runtimes cannot use a private endpoint (data-factory-private-link, 2023-07-13).
pub fn is_private(factory: &Factory, view: View<'_>) -> Truth {
    PrivateFactories::in_view(view).of(factory).map_or(Truth::False, |privacy| privacy.truth)
}

impl Privacy {
    /// The value of `publicNetworkAccess` where it is `Disabled`.
    pub fn switch(&self) -> Option<&Value> {
        self.causes.iter().find_map(|cause| match cause {
            Cause::Switch(value) => Some(value),
            _ => None,
        })
    }

    /// The private endpoint to the sub-resource `dataFactory`.
    pub fn endpoint(&self) -> Option<Span> {
        self.causes.iter().find_map(|cause| match cause {
            Cause::Endpoint(place) => Some(*place),
            _ => None,
        })
    }

    /// Only the default of a parameter says so.
    pub fn is_assumed(&self) -> bool {
        matches!(self.causes.as_slice(), [Cause::Switch(value)] if value.assumed)
    }
}

fn privacy(factory: &Factory, view: View<'_>) -> Privacy {
    let (graph, connections) = (view.graph(), Connections::in_view(view));
    let mut causes = Vec::new();
    if !Fact::FactoryPrivateLink.holds(view.settings().as_of) {
        return Privacy { truth: Truth::False, causes };
    }
    let access = factory.declared(graph).map(|resource| resource.property("publicNetworkAccess"));
    let closed = access.as_ref().map_or(Truth::False, |access| access.is_text("Disabled"));
    causes.extend(access.filter(|_| closed.is_true()).map(Cause::Switch));

    let (linked, endpoint) = linked(factory, connections, graph);
    causes.extend(endpoint.map(|connection| Cause::Endpoint(graph.resource(connection.resource).place)));
    let name = factory.name.as_ref().and_then(Text::known);
    let mut listed = view.settings().adf.private_link.iter();
    let named = name.is_some_and(|name| listed.any(|listed| listed.eq_ignore_ascii_case(name)));
    causes.extend(named.then_some(Cause::Configuration));
    Privacy { truth: closed.or(linked).or(Truth::from(named)), causes }
}

// Whether a connection leads to the sub-resource for runtimes, and the first one that certainly does.
fn linked<'c>(
    factory: &Factory,
    connections: &'c Connections,
    graph: &Graph,
) -> (Truth, Option<&'c Connection>) {
    let Some(name) = &factory.name else {
        return (Truth::any(connections.list().iter().map(|_| Truth::Unknown)), None);
    };
    let leads = |connection: &Connection| leads_to(connection, factory, name, graph);
    let truth = Truth::any(connections.to_name(name).map(leads));
    (truth, connections.to_name(name).find(|connection| leads(connection).is_true()))
}

// Whether it does, wherever the factory is deployed.
fn leads_to(connection: &Connection, factory: &Factory, name: &Text, graph: &Graph) -> Truth {
    let Some(identity) = &connection.identity else { return Truth::Unknown };
    let endpoint = graph.resource(connection.resource);
    let deployed = match factory.resource {
        Some(resource) => existence::exists_with(endpoint, graph.resource(resource)),
        None => endpoint.condition.truth.is_true(),
    };
    let deployed = if deployed { Truth::True } else { Truth::Unknown };
    resource_id::names(identity, &factory.ty, name).and(connection.holds("dataFactory")).and(deployed)
}
