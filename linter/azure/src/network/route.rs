//! Routes: the next hop of traffic that leaves a subnet.
//!
//! Source: virtual-networks-udr-overview, 2024-03.

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::value::{Presence, Text, Truth, Value, presence};

use super::address::{self, Peer};
use super::port::decided;
use super::verdict::Barrier;
use crate::network::lookup::same_text;
use crate::types::ROUTES;
use crate::{existence, resource_id, wording};

/// Where traffic to the internet goes.
#[derive(Clone, Debug)]
pub enum Hop {
    /// Out, as without any route.
    Internet {
        /// A route says so.
        routed: bool,
    },
    /// Nowhere: it is dropped.
    Nowhere(Barrier),
    /// To an appliance at an address.
    Appliance {
        /// The address as written.
        address: Value,
        /// The route.
        route: Barrier,
    },
    /// Not known, or to an on-premises network.
    Unknown,
}

/// The routes of a table.
#[derive(Clone, Debug)]
pub struct RouteTable {
    routes: Vec<Route>,
    open: bool,
}

#[derive(Clone, Debug)]
struct Route {
    resource: ResourceId,
    name: Option<Text>,
    certain: bool,
    properties: Value,
}

impl RouteTable {
    /// Reads a table with the routes that are resources of their own.
    pub fn read(graph: &Graph, table: &Resource) -> RouteTable {
        let list = table.property("routes");
        let open = list.elements().is_none() && presence(&list) != Presence::Absent;
        let mut routes: Vec<Route> = Vec::new();
        for route in list.elements().unwrap_or_default() {
            let (name, properties) = (route.get("name").text(), route.get("properties"));
            routes.push(Route { resource: table.id, name, certain: route.object().is_some(), properties });
        }
        for child in graph.of_type(ROUTES).filter(|child| !child.existing) {
            let above = child.name.segments.first();
            let same =
                above.map_or(Truth::Unknown, |above| resource_id::same_name(above, &table.name.last()));
            if child.parent != Some(table.id) && same.is_false() {
                continue;
            }
            let belongs = child.parent == Some(table.id) || same.is_true();
            let certain = belongs && !child.repeated && existence::exists_with(child, table);
            let own = child.name.last();
            if certain {
                routes.retain(|route| route.name.as_ref().is_none_or(|name| !same_text(name, &own)));
            }
            let (name, properties) = (Some(own), child.properties.clone());
            routes.push(Route { resource: child.id, name, certain, properties });
        }
        RouteTable { routes, open }
    }

    /// Where traffic to something outside of the virtual network goes. A route for a service tag is more
    /// specific than that for everything.
    pub fn hop(&self, peer: &Peer) -> Hop {
        if self.open {
            return Hop::Unknown;
        }
        let mut default = None;
        let mut specific = None;
        for route in &self.routes {
            let prefix = route.properties.get("addressPrefix");
            let holds = decided(&prefix, &|prefix| address::holds_peer(prefix, peer));
            match (holds, address::is_default(&prefix)) {
                (Truth::False, _) => {}
                (Truth::True, Truth::True) if route.certain => default = default.or(Some(route)),
                (Truth::True, Truth::False) if route.certain => specific = specific.or(Some(route)),
                _ => return Hop::Unknown,
            }
        }
        specific.or(default).map_or(Hop::Internet { routed: false }, Route::hop)
    }
}

impl Route {
    fn hop(&self) -> Hop {
        let ty = self.properties.get("nextHopType");
        let name = self.name.as_ref().and_then(wording::quoted);
        let what = name.map_or("A route".into(), |name| format!("Route {name}"));
        let barrier = Barrier { place: ty.origin.span, resource: self.resource, what };
        let is = |wanted: &str| !ty.assumed && ty.is_text(wanted).is_true();
        if is("None") {
            Hop::Nowhere(barrier)
        } else if is("Internet") {
            Hop::Internet { routed: true }
        } else if is("VirtualAppliance") {
            Hop::Appliance { address: self.properties.get("nextHopIpAddress"), route: barrier }
        } else {
            Hop::Unknown
        }
    }
}
