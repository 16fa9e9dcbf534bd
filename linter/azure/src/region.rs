//! The regions of resources.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::{Text, Value};

use crate::facts::{self, RegionPair};
use crate::{children, resource_id, select};

/// A resource that has to be in the region of another one, and is not.
#[derive(Clone, Debug)]
pub struct Apart<'g> {
    /// What has to be so.
    pub pair: RegionPair,
    /// The other resource.
    pub other: &'g Resource,
    /// The locations of the two.
    pub locations: [Value; 2],
}

impl Apart<'_> {
    /// The defaults of parameters decide it.
    pub fn is_assumed(&self) -> bool {
        self.locations.iter().any(|location| location.assumed)
    }
}

/// A location as it is compared: in lower case, and without blanks.
pub fn normalised(location: &str) -> String {
    location.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase()
}

/// The resources that a resource refers to and that certainly are in another region than they have to be.
pub fn apart<'g>(graph: &'g Graph, resource: &'g Resource) -> Vec<Apart<'g>> {
    let Some(own) = location(graph, resource).filter(|_| !resource.existing) else { return Vec::new() };
    let mut found: Vec<Apart<'g>> = Vec::new();
    for pair in facts::region_pairs_of(&resource.ty) {
        for selected in select::select(resource, pair.path).iter().filter(|selected| !selected.conditional) {
            let Some(other) = target(graph, &selected.value, pair.other) else { continue };
            let Some(theirs) = location(graph, other) else { continue };
            let is_new = !found.iter().any(|apart| apart.other.id == other.id);
            if is_new && differ(&own, &theirs) {
                found.push(Apart { pair, other, locations: [own.clone(), theirs] });
            }
        }
    }
    found
}

// Whether two locations are different regions.
fn differ(a: &Value, b: &Value) -> bool {
    let region = |value: &Value| {
        let name = normalised(value.known_text()?);
        facts::region_names().contains(&name.as_str()).then_some(name)
    };
    match (region(a), region(b)) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}

// The location of a resource, or of the one that it is a part of.
fn location(graph: &Graph, resource: &Resource) -> Option<Value> {
    let own = resource.location();
    if !own.is_missing() {
        return Some(own);
    }
    let (above, _) = resource.ty.rsplit_once('/')?;
    let mut parents = graph.of_type(above).filter(|parent| children::belongs(resource, parent).is_true());
    let location = parents.next()?.location();
    (!location.is_missing()).then_some(location)
}

// The one declared resource of a type that an id names, itself or by what is in it.
fn target<'g>(graph: &'g Graph, id: &Value, ty: &str) -> Option<&'g Resource> {
    let identity = resource_id::identify(id)?;
    let own = identity.ty.as_deref()?;
    let name: &Text = match own.eq_ignore_ascii_case(ty) {
        true => &identity.name,
        false => {
            let within = own.get(..ty.len()).is_some_and(|start| start.eq_ignore_ascii_case(ty));
            identity.above.first().filter(|_| within && own[ty.len()..].starts_with('/'))?
        }
    };
    let named = |resource: &&Resource| {
        !resource.existing && resource_id::same_name(&resource.name.last(), name).is_true()
    };
    let mut found = graph.of_type(ty).filter(named);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
