//! Resources by their ids: declared here, certainly none, or somewhere else.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::{Presence, Text, Value, presence};

use crate::resource_id::{self, Identity};

/// What a property leads to.
#[derive(Clone, Debug)]
pub enum Lookup<T> {
    /// It is here.
    Found(T),
    /// The property certainly leads to nothing.
    Nothing,
    /// It is not here, or it is not known what the property leads to.
    Elsewhere,
}

impl<T> Lookup<T> {
    /// What was found.
    pub fn found(self) -> Option<T> {
        match self {
            Lookup::Found(found) => Some(found),
            _ => None,
        }
    }
}

/// The resource of a type that an object `{ "id": ".." }` names.
pub fn referenced<'g>(graph: &'g Graph, holder: &Value, ty: &str) -> Lookup<&'g Resource> {
    match presence(holder) {
        Presence::Absent => return Lookup::Nothing,
        Presence::Unknown => return Lookup::Elsewhere,
        Presence::Present => {}
    }
    let id = holder.get("id");
    match presence(&id) {
        Presence::Absent => Lookup::Nothing,
        Presence::Unknown if id.text().is_none() => Lookup::Elsewhere,
        _ => by_id(graph, &id, ty).map_or(Lookup::Elsewhere, Lookup::Found),
    }
}

/// The declared resource of a type that an id names; `None` where there is none, or several.
pub fn by_id<'g>(graph: &'g Graph, id: &Value, ty: &str) -> Option<&'g Resource> {
    by_identity(graph, &resource_id::identify(id)?, ty)
}

/// The declared resource of a type that an identity names; `None` where there is none, or several.
pub fn by_identity<'g>(graph: &'g Graph, identity: &Identity, ty: &str) -> Option<&'g Resource> {
    if identity.ty.as_deref().is_some_and(|own| !own.eq_ignore_ascii_case(ty)) {
        return None;
    }
    let same = |resource: &&Resource| match identity.ty {
        Some(_) => is_named(resource, identity),
        None => resource_id::names(identity, ty, &resource.name.last()).is_true(),
    };
    only(graph.of_type(ty).filter(|resource| !resource.existing).filter(same))
}

// Whether an id names a resource of the same type: all names are equal, and the scopes do not contradict
// each other.
fn is_named(resource: &Resource, identity: &Identity) -> bool {
    let names = identity.above.iter().chain([&identity.name]);
    resource.name.segments.len() == identity.above.len() + 1
        && resource.name.segments.iter().zip(names).all(|(a, b)| same_text(a, b))
        && !resource.resource_id.equals_ignore_case(&identity.id).is_false()
}

/// Whether two names certainly are the same.
pub fn same_text(a: &Text, b: &Text) -> bool {
    resource_id::same_name(a, b).is_true()
}

// The one element.
pub(super) fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}
