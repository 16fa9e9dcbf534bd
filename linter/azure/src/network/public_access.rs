//! Whether the public endpoint of a service lets everybody in.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::View;
use armlint_engine::value::{Presence, Text, Truth, Value, presence};

use crate::children;
use crate::facts::{self, AccessLevel, PublicAccess};
use crate::private_link::Connections;
use crate::{select, settings};

/// An endpoint that certainly lets everybody in.
#[derive(Clone, Debug)]
pub struct OpenEndpoint {
    /// What is known about it.
    pub access: PublicAccess,
    /// The switch as written; absent where it is not.
    pub switch: Value,
    /// The default action of the firewall; absent where it has none, or it is not written.
    pub firewall: Option<Value>,
    /// Somebody wrote that it is open.
    pub is_stated: bool,
    /// A private endpoint of the deployment leads to the service.
    pub has_endpoint: bool,
}

impl OpenEndpoint {
    /// The value that says so: the switch, else the default action, else where nothing is written.
    pub fn place(&self) -> &Value {
        match &self.firewall {
            Some(firewall) if self.switch.is_missing() && !firewall.is_missing() => firewall,
            _ => &self.switch,
        }
    }

    /// What is written, and what is not.
    pub fn says(&self) -> String {
        let switch = said(self.access.switch, &self.switch);
        match &self.firewall {
            Some(firewall) => format!("{switch} and {}", said(self.access.firewall, firewall)),
            None => switch,
        }
    }
}

fn said(path: &str, value: &Value) -> String {
    let path = path.trim_start_matches("properties.");
    match value.known_text() {
        _ if value.is_missing() => format!("`{path}` is not set"),
        Some(text) => format!("`{path}` is `{text}`"),
        None => format!("`{path}` is `{}`", value.to_json()),
    }
}

/// The endpoints of a resource that certainly let everybody in.
pub fn open_endpoints(resource: &Resource, view: View<'_>) -> Vec<OpenEndpoint> {
    if resource.existing || resource.condition.truth.is_false() {
        return Vec::new();
    }
    if presence(&resource.body.get("managedBy")) != Presence::Absent {
        return Vec::new();
    }
    facts::public_access_of(&resource.ty).filter_map(|access| open(access, resource, view)).collect()
}

/// Whether an open endpoint is said without `strict`.
pub fn is_said(access: &PublicAccess, resource: &Resource, view: View<'_>) -> bool {
    match access.level {
        _ if view.settings().is_strict() => true,
        AccessLevel::Default => true,
        AccessLevel::Premium => select::is_one_of(resource, "sku.name", "Premium").is_true(),
        AccessLevel::Strict => false,
    }
}

fn open(access: PublicAccess, resource: &Resource, view: View<'_>) -> Option<OpenEndpoint> {
    if !access.unless.is_empty() && !settings::holds(&format!("!{}", access.unless), resource) {
        return None;
    }
    let graph = view.graph();
    let has_endpoint = Connections::in_view(view).reach(resource, None);
    let switch = effective(access.switch, &access, resource, graph)?;
    let stated_open = match presence(&switch) {
        Presence::Absent if !access.absent_is_open => return None,
        Presence::Absent if access.closed_by_endpoint && !has_endpoint.is_false() => return None,
        Presence::Absent => false,
        _ if switch.assumed || !settings::is_bad(access.closed, &switch).is_false() => return None,
        _ => true,
    };
    let firewall = match access.firewall {
        "" => None,
        path => Some(effective(path, &access, resource, graph)?),
    };
    let allowed = match &firewall {
        Some(action) if presence(action) == Presence::Absent => false,
        Some(action) if action.assumed || !settings::is_bad(access.firewall_closed, action).is_false() => {
            return None;
        }
        Some(_) => true,
        None => false,
    };
    if !lists_nobody(&access, resource, graph) {
        return None;
    }
    let has_endpoint = has_endpoint.is_true();
    Some(OpenEndpoint { switch, firewall, is_stated: stated_open || allowed, has_endpoint, access })
}

// What the resource or, where it says nothing, its child writes; none where that is not known.
fn effective(path: &str, access: &PublicAccess, resource: &Resource, graph: &Graph) -> Option<Value> {
    let own = resource.body.at(path);
    match presence(&own) {
        Presence::Present => return Some(own),
        Presence::Unknown => return None,
        Presence::Absent => {}
    }
    let Some((ty, name)) = access.child.rsplit_once('/') else { return Some(own) };
    let ty = format!("{}/{ty}", resource.ty);
    let path = path.rsplit('.').next().unwrap_or(path);
    for (child, belongs) in children::of(graph, resource, &ty) {
        let is_it = child.name.last().equals_ignore_case(&Text::Known(name.into())).and(belongs);
        let value = child.property(path);
        match (is_it, presence(&value)) {
            (Truth::False, _) | (Truth::True, Presence::Absent) => {}
            (Truth::True, Presence::Present) => return Some(value),
            _ => return None,
        }
    }
    Some(own)
}

// Whether certainly no address is listed that keeps the others out.
fn lists_nobody(access: &PublicAccess, resource: &Resource, graph: &Graph) -> bool {
    if !access.list_closes {
        return true;
    }
    let is_empty = |path: &&str| {
        let path = path.split("[*]").next().unwrap_or(path);
        let value = resource.body.at(path);
        match presence(&value) {
            Presence::Absent => true,
            Presence::Present => {
                value.elements().is_some_and(<[Value]>::is_empty)
                    || value.known_text() == Some("")
                    || value.truth().is_false()
            }
            Presence::Unknown => false,
        }
    };
    let has_child =
        |ty: &&str| children::of(graph, resource, &format!("{}/{ty}", resource.ty)).next().is_some();
    access.lists.iter().all(is_empty) && !access.child_lists.iter().any(has_child)
}
