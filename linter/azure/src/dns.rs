//! Private endpoints and the private DNS zones that they are registered in, and the networks that they
//! stand in.

use std::collections::HashMap;

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::value::{Text, Truth, Value};
use smol_str::{SmolStr, format_smolstr};

use crate::resource_id::{self, Identity};
use crate::types::{
    PRIVATE_DNS_ZONE_GROUPS, PRIVATE_DNS_ZONES, PRIVATE_ENDPOINTS, SUBNETS, VIRTUAL_NETWORKS,
};

/// A zone that a zone group names.
#[derive(Clone, Debug)]
pub struct Config {
    /// The zone's id as written.
    pub id: Value,
    /// What the id says.
    pub identity: Identity,
}

/// An endpoint that is registered in a zone.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The group of zones.
    pub group: ResourceId,
    /// The endpoint.
    pub endpoint: ResourceId,
    /// The zone.
    pub zone: Config,
}

/// The registrations of a deployment whose endpoint is certain, in the order of the graph.
pub struct Registrations(Vec<Registration>);

impl Registrations {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Registrations {
        let (graph, owners) = (view.graph(), Owners::in_view(view));
        let groups = graph.of_type(PRIVATE_DNS_ZONE_GROUPS).filter(|group| !group.existing);
        let registered = groups.flat_map(|group| {
            let endpoint = owners.endpoint_of(graph, group).map(|endpoint| endpoint.id);
            let zones = endpoint.map(|_| configs(group)).unwrap_or_default();
            zones
                .into_iter()
                .filter_map(move |zone| Some(Registration { group: group.id, endpoint: endpoint?, zone }))
        });
        Registrations(registered.collect())
    }

    /// All of them.
    pub fn list(&self) -> &[Registration] {
        &self.0
    }
}

/// The private endpoints of a deployment by name.
pub struct Owners(HashMap<SmolStr, Vec<ResourceId>>);

impl Owners {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Owners {
        let mut owners: HashMap<SmolStr, Vec<ResourceId>> = HashMap::new();
        for endpoint in view.graph().of_type(PRIVATE_ENDPOINTS) {
            owners.entry(resource_id::name_key(&endpoint.name.last())).or_default().push(endpoint.id);
        }
        Owners(owners)
    }

    /// The one endpoint that a zone group certainly belongs to, unless it only exists already.
    pub fn endpoint_of<'g>(&self, graph: &'g Graph, group: &Resource) -> Option<&'g Resource> {
        let own = match group.parent {
            Some(parent) => parent,
            None => {
                let name = group.name.segments.first().filter(|_| group.name.segments.len() > 1)?;
                match self.0.get(&resource_id::name_key(name))?.as_slice() {
                    [only] => *only,
                    _ => return None,
                }
            }
        };
        Some(graph.resource(own)).filter(|endpoint| !endpoint.existing)
    }
}

/// The zones that a zone group names, as far as they are known to be zones.
pub fn configs(group: &Resource) -> Vec<Config> {
    let list = group.property("privateDnsZoneConfigs");
    let configs = list.elements().unwrap_or_default().iter();
    configs
        .filter_map(|config| {
            let id = config.at("properties.privateDnsZoneId");
            Some(Config { identity: resource_id::identify(&id)?, id })
        })
        .collect()
}

impl Config {
    /// The name of the zone; `None` where the id does not show it.
    pub fn name(&self) -> Option<&Text> {
        let ty = self.identity.ty.as_deref()?;
        ty.eq_ignore_ascii_case(PRIVATE_DNS_ZONES).then_some(&self.identity.name)
    }

    /// What two ids have in common that are those of one zone; `None` where that cannot be told. An empty
    /// default has to be replaced by whoever deploys: then the parameter is what they have in common.
    pub fn key(&self) -> Option<SmolStr> {
        let empty = self.identity.id.known().is_some_and(|id| id.is_empty());
        if !empty {
            return Some(self.identity.id.key());
        }
        let parameters = self.id.parameters();
        let root = parameters.last().filter(|_| self.id.assumed)?;
        Some(format_smolstr!("parameter {:?}", root.span))
    }
}

/// The virtual network that a private endpoint stands in, by its id.
pub fn network_of(endpoint: &Resource) -> Option<Text> {
    network_of_subnet(&endpoint.property("subnet.id"))
}

/// The id of the virtual network that a subnet belongs to.
pub fn network_of_subnet(subnet: &Value) -> Option<Text> {
    let identity = resource_id::identify(subnet)?;
    let ty = identity.ty.as_deref()?;
    if !ty.eq_ignore_ascii_case(SUBNETS) {
        return None;
    }
    // What stands before `/subnets/<name>`.
    let parts = identity.id.split('/');
    let kept = parts.get(..parts.len().checked_sub(2)?)?;
    let mut whole = Vec::new();
    for (at, part) in kept.iter().enumerate() {
        if at > 0 {
            whole.push(Text::Known("/".into()));
        }
        whole.push(part.clone());
    }
    Some(Text::concat(whole))
}

/// The zones and virtual networks that a deployment declares, by id.
pub struct Declared(HashMap<SmolStr, ResourceId>);

impl Declared {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Declared {
        let graph = view.graph();
        let own = graph
            .of_type(PRIVATE_DNS_ZONES)
            .chain(graph.of_type(VIRTUAL_NETWORKS))
            .filter(|resource| !resource.existing);
        let mut declared = HashMap::new();
        for resource in own {
            declared.entry(resource.resource_id.key()).or_insert(resource.id);
        }
        Declared(declared)
    }

    /// The zone with an id.
    pub fn zone<'g>(&self, graph: &'g Graph, id: &Text) -> Option<&'g Resource> {
        self.of(graph, id, PRIVATE_DNS_ZONES)
    }

    /// The virtual network with an id.
    pub fn network<'g>(&self, graph: &'g Graph, id: &Text) -> Option<&'g Resource> {
        self.of(graph, id, VIRTUAL_NETWORKS)
    }

    fn of<'g>(&self, graph: &'g Graph, id: &Text, ty: &str) -> Option<&'g Resource> {
        self.0.get(&id.key()).map(|id| graph.resource(*id)).filter(|resource| resource.is(ty))
    }
}

/// Whether a link may be one of a zone, and leads to a network. `None` for the links of other zones.
pub fn link_target(link: &Resource, zone: &Resource) -> Option<Option<Text>> {
    let name = link.name.segments.first()?;
    let own = match link.parent {
        Some(parent) => Truth::from(parent == zone.id),
        None => resource_id::same_name(name, &zone.name.last()),
    };
    (!own.is_false()).then(|| link.property("virtualNetwork.id").text().filter(|_| !link.existing))
}
