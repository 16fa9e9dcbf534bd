//! Network interfaces of machines and scale sets, with the subnet and the security groups around them.

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::value::{Presence, Text, Value, presence};

use super::address::Own;
use crate::existence;
use crate::network::lookup::{self, Lookup};
use crate::network::security::SecurityGroup;
use crate::network::subnet::{self, Subnet};
use crate::types::{NETWORK_INTERFACES, NETWORK_SECURITY_GROUPS};

/// A network interface.
#[derive(Clone, Debug)]
pub struct Interface {
    /// The resource that declares it: the interface, the machine or the scale set.
    pub resource: ResourceId,
    /// Its `properties`.
    pub properties: Value,
    /// It is certainly declared wherever its machine is.
    pub certain: bool,
}

/// A public address of an interface.
#[derive(Clone, Debug)]
pub struct PublicAddress {
    /// The id of the address, or what describes it.
    pub value: Value,
    /// It is certainly there.
    pub certain: bool,
}

/// What stands around an interface.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The subnet.
    pub subnet: Lookup<Subnet>,
    /// The security groups of the subnet and of the interface.
    pub groups: [Lookup<SecurityGroup>; 2],
    /// The interface as an end of traffic.
    pub own: Own,
}

/// The interfaces of a virtual machine or scale set; `None` where some are not here.
pub fn of_machine(graph: &Graph, machine: &Resource) -> Option<Vec<Interface>> {
    let mut found = Vec::new();
    for path in ["networkProfile", "virtualMachineProfile.networkProfile"] {
        let profile = machine.property(path);
        for interface in list(&profile.get("networkInterfaces"))? {
            let resource = lookup::by_id(graph, &interface.get("id"), NETWORK_INTERFACES)?;
            let certain = existence::exists_with(resource, machine);
            found.push(Interface { resource: resource.id, properties: resource.properties.clone(), certain });
        }
        for written in list(&profile.get("networkInterfaceConfigurations"))? {
            let properties = written.get("properties");
            found.push(Interface { resource: machine.id, properties, certain: true });
        }
    }
    Some(found)
}

fn public_addresses(configuration: &Value) -> Vec<PublicAddress> {
    let holder = configuration.get("publicIPAddress");
    let id = holder.get("id");
    let named = match presence(&holder) {
        Presence::Present if presence(&id) == Presence::Absent => None,
        // An id that is not known is an id; one of two things may be none.
        Presence::Present => {
            let certain = id.text().is_some() && !id.assumed;
            Some(PublicAddress { value: id, certain })
        }
        Presence::Unknown => Some(PublicAddress { value: holder, certain: false }),
        Presence::Absent => None,
    };
    let described = configuration.get("publicIPAddressConfiguration");
    let described = match presence(&described) {
        Presence::Absent => None,
        presence => {
            let certain = presence == Presence::Present && !described.assumed;
            Some(PublicAddress { value: described, certain })
        }
    };
    named.into_iter().chain(described).collect()
}

// The elements of a list; none where there is no list, `None` where they are not known.
fn list(value: &Value) -> Option<Vec<Value>> {
    match value.elements() {
        Some(elements) => Some(elements.to_vec()),
        None => (presence(value) == Presence::Absent).then(Vec::new),
    }
}

impl Interface {
    /// Its address configurations, as far as they are known.
    pub fn configurations(&self) -> Vec<Value> {
        let configurations = self.properties.get("ipConfigurations");
        configurations.elements().map(<[Value]>::to_vec).unwrap_or_default()
    }

    /// The public addresses that its configurations name, or may name.
    pub fn public_addresses(&self) -> Vec<PublicAddress> {
        self.configurations().iter().flat_map(|one| public_addresses(&one.get("properties"))).collect()
    }

    /// The ids of the inbound NAT rules and pools of load balancers that lead to its configurations.
    pub fn inbound_rules(&self) -> Vec<Value> {
        const LISTS: [&str; 2] =
            ["properties.loadBalancerInboundNatRules", "properties.loadBalancerInboundNatPools"];
        let configurations = self.configurations();
        let lists = configurations.iter().flat_map(|one| LISTS.map(|path| one.at(path)));
        lists
            .flat_map(|list| list.elements().unwrap_or_default().to_vec())
            .map(|rule| rule.get("id"))
            .collect()
    }

    /// Whether a load balancer may carry its outbound connections.
    pub fn is_load_balanced(&self) -> bool {
        self.configurations().iter().any(|configuration| {
            let pools = configuration.at("properties.loadBalancerBackendAddressPools");
            pools.elements().map_or(presence(&pools) != Presence::Absent, |pools| !pools.is_empty())
        })
    }

    /// The subnet that all configurations are in.
    pub fn subnet_id(&self) -> Option<Value> {
        let mut ids = self.configurations().into_iter().map(|one| one.at("properties.subnet.id"));
        let first = ids.next()?;
        let key = first.text()?.key();
        ids.all(|id| id.text().is_some_and(|id| id.key() == key)).then_some(first)
    }

    /// Its surroundings.
    pub fn surroundings(&self, graph: &Graph) -> Surroundings {
        let owner = graph.resource(self.resource);
        let subnet = match self.subnet_id() {
            Some(id) => match subnet::by_id(graph, &id) {
                // One that exists already has the same id where this one is not deployed.
                Lookup::Found(found) if !existence::exists_with(graph.resource(found.resource), owner) => {
                    Lookup::Elsewhere
                }
                found => found,
            },
            None => Lookup::Elsewhere,
        };
        let of_subnet = match &subnet {
            Lookup::Found(subnet) => group(graph, &subnet.properties.get("networkSecurityGroup"), owner),
            _ => Lookup::Elsewhere,
        };
        let of_interface = group(graph, &self.properties.get("networkSecurityGroup"), owner);
        let blocks = match &subnet {
            Lookup::Found(subnet) => subnet.blocks(),
            _ => None,
        };
        Surroundings { subnet, groups: [of_subnet, of_interface], own: Own { blocks, groups: self.groups() } }
    }

    // The ids of its application security groups, where all are known.
    fn groups(&self) -> Option<Vec<Text>> {
        let configurations = self.configurations();
        let mut groups = Vec::new();
        for configuration in &configurations {
            let properties = configuration.get("properties");
            let listed = list(&properties.get("applicationSecurityGroups"))?;
            for group in listed {
                groups.push(group.get("id").text()?);
            }
        }
        Some(groups)
    }
}

/// The security group that an object `{ "id": ".." }` names, for something that `owner` declares. One that
/// may be missing where the owner is deployed is not known.
pub fn group(graph: &Graph, holder: &Value, owner: &Resource) -> Lookup<SecurityGroup> {
    match lookup::referenced(graph, holder, NETWORK_SECURITY_GROUPS) {
        Lookup::Found(found) if !existence::exists_with(found, owner) => Lookup::Elsewhere,
        Lookup::Found(found) => Lookup::Found(SecurityGroup::read(graph, found)),
        Lookup::Nothing => Lookup::Nothing,
        Lookup::Elsewhere => Lookup::Elsewhere,
    }
}
