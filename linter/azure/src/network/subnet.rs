//! Subnets: written in their virtual network, or as resources of their own.

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{PathStep, Text, Value};
use ipnet::IpNet;
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

use super::address;
use super::port::Listed;
use crate::network::lookup::{Lookup, only, same_text};
use crate::resource_id;
use crate::types::{NETWORK_INTERFACES, SUBNETS, VIRTUAL_NETWORKS};

/// A declared subnet.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// The resource that declares it: the subnet, or its virtual network.
    pub resource: ResourceId,
    /// Its own name.
    pub name: Text,
    /// The name of its virtual network.
    pub network: Text,
    /// Its `properties`.
    pub properties: Value,
    /// The token of its name.
    pub place: Span,
}

impl Subnet {
    /// Its address prefixes, where all are known and there are some.
    pub fn blocks(&self) -> Option<Vec<IpNet>> {
        let listed = Listed::read(&self.properties, &["addressPrefix", "addressPrefixes"]);
        let blocks = address::blocks(listed.values().iter())?;
        (!blocks.is_empty()).then_some(blocks)
    }
}

/// The names of virtual network and subnet in the id of a subnet, where it shows them.
pub fn names(id: &Value) -> Option<(Text, Text)> {
    let identity = resource_id::identify(id)?;
    let is_subnet = identity.ty.as_deref().is_some_and(|ty| ty.eq_ignore_ascii_case(SUBNETS));
    let network = identity.above.first().filter(|_| is_subnet && identity.above.len() == 1)?;
    Some((network.clone(), identity.name.clone()))
}

/// The subnet that an id names.
pub fn by_id(graph: &Graph, id: &Value) -> Lookup<Subnet> {
    match names(id) {
        Some((network, name)) => by_name(graph, &network, &name, Some(id)),
        None => by_reference(graph, id).map_or(Lookup::Elsewhere, Lookup::Found),
    }
}

// A subnet by its place in its network: `reference(network).subnets[0].id`, as modules put it out.
fn by_reference(graph: &Graph, id: &Value) -> Option<Subnet> {
    let text = id.text()?;
    let reference = text.only_hole()?.term.reference()?;
    let [PathStep::Member("subnets"), PathStep::Element(index), PathStep::Member("id")] =
        *reference.path.as_slice()
    else {
        return None;
    };
    let index = usize::try_from(index).ok()?;
    let mut networks = graph.of_type(VIRTUAL_NETWORKS).filter(|network| !network.existing);
    networks.find_map(|network| {
        if !reference.is_of(&network.resource_id) {
            return None;
        }
        let listed = network.property("subnets");
        let name = listed.elements()?.get(index)?.get("name").text()?;
        by_name(graph, &network.name.last(), &name, None).found()
    })
}

/// The subnet of a virtual network with a name; `id` is the whole id where it is written.
pub fn by_name(graph: &Graph, network: &Text, name: &Text, id: Option<&Value>) -> Lookup<Subnet> {
    let of_scope = |resource: &&Resource, count: usize| {
        let segments = &resource.name.segments;
        let network_id = id.and_then(Value::text).filter(|_| count == 2);
        segments.len() == count
            && segments.first().is_some_and(|own| same_text(own, network))
            && network_id.is_none_or(|id| !resource.resource_id.equals_ignore_case(&id).is_false())
    };
    let own = graph.of_type(SUBNETS).filter(|subnet| !subnet.existing && of_scope(subnet, 2));
    let mut own = own.filter(|subnet| same_text(&subnet.name.last(), name)).peekable();
    if own.peek().is_some() {
        return only(own).map_or(Lookup::Elsewhere, |subnet| Lookup::Found(of_resource(subnet)));
    }
    let networks =
        graph.of_type(VIRTUAL_NETWORKS).filter(|network| !network.existing && of_scope(network, 1));
    match only(networks) {
        Some(network) => only(inline(network).filter(|subnet| same_text(&subnet.name, name)))
            .map_or(Lookup::Elsewhere, Lookup::Found),
        None => Lookup::Elsewhere,
    }
}

// All subnets that are declared, whatever their virtual network.
fn all(graph: &Graph) -> impl Iterator<Item = Subnet> {
    let own = graph.of_type(SUBNETS).filter(|subnet| !subnet.existing).map(of_resource);
    let inline = graph.of_type(VIRTUAL_NETWORKS).filter(|network| !network.existing).flat_map(inline);
    own.chain(inline)
}

/// All subnets that are declared with a name, whatever their virtual network.
pub fn named<'g>(graph: &'g Graph, name: &'g str) -> impl Iterator<Item = Subnet> + 'g {
    let name = Text::Known(name.into());
    all(graph).filter(move |subnet| subnet.name.equals_ignore_case(&name).is_true())
}

/// The declared subnets whose names are known, by these in lower case: for who asks for the namesakes of many.
pub struct NamedSubnets(FxHashMap<SmolStr, Vec<Subnet>>);

impl NamedSubnets {
    pub(crate) fn build(view: View<'_>) -> NamedSubnets {
        let mut by_name: FxHashMap<SmolStr, Vec<Subnet>> = FxHashMap::default();
        for subnet in all(view.graph()) {
            if let Some(name) = subnet.name.known().map(|name| name.to_ascii_lowercase_smolstr()) {
                by_name.entry(name).or_default().push(subnet);
            }
        }
        NamedSubnets(by_name)
    }

    /// The subnets with a name, without regard to case.
    pub fn called(&self, name: &str) -> &[Subnet] {
        self.0.get(&name.to_ascii_lowercase_smolstr()).map_or(&[], Vec::as_slice)
    }
}

/// The subnets that a resource declares: itself, or those that a virtual network lists.
pub fn declared(graph: &Graph, resource: &Resource) -> Vec<Subnet> {
    match resource.is(SUBNETS) {
        true => {
            let network = graph.of_type(VIRTUAL_NETWORKS).find(|network| resource.parent == Some(network.id));
            let above = network.map(|network| network.name.last());
            let own = of_resource(resource);
            vec![Subnet { network: above.unwrap_or(own.network.clone()), ..own }]
        }
        false => inline(resource).collect(),
    }
}

/// The declared interfaces that may be in a subnet.
pub fn interfaces<'g>(graph: &'g Graph, subnet: &'g Subnet) -> impl Iterator<Item = &'g Resource> + 'g {
    graph.of_type(NETWORK_INTERFACES).filter(|interface| {
        let configurations = interface.property("ipConfigurations");
        configurations.elements().unwrap_or_default().iter().any(|configuration| {
            let id = configuration.at("properties.subnet.id");
            names(&id).is_some_and(|(network, name)| {
                same_text(&name, &subnet.name) && !network.equals_ignore_case(&subnet.network).is_false()
            })
        })
    })
}

fn of_resource(subnet: &Resource) -> Subnet {
    Subnet {
        resource: subnet.id,
        name: subnet.name.last(),
        network: subnet.name.segments.first().cloned().unwrap_or(Text::Known("".into())),
        properties: subnet.properties.clone(),
        place: subnet.place,
    }
}

fn inline(network: &Resource) -> impl Iterator<Item = Subnet> {
    let subnets = network.property("subnets");
    let elements = subnets.elements().map(<[Value]>::to_vec).unwrap_or_default();
    let (resource, above) = (network.id, network.name.last());
    elements.into_iter().filter_map(move |subnet| {
        let name = subnet.get("name");
        let place = name.origin.span;
        let properties = subnet.get("properties");
        Some(Subnet { resource, name: name.text()?, network: above.clone(), properties, place })
    })
}
