//! Owners and references of manifests: by the ids that the graph has for them.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Value, ValueKind, Walk};

use super::Target;
use crate::artefact::resource_at;
use crate::pointer::Pointer;

/// How deep references are looked for.
const MAX_DEPTH: usize = 64;

/// The resource that an owner or a reference names.
pub(super) fn targets(pointer: &Pointer<'_>, graph: &Graph) -> Vec<Target> {
    let found = resource_at(graph, pointer).and_then(|resource| named(pointer, graph, resource));
    found.map(|target| Target::resource(pointer.token(), target)).into_iter().collect()
}

/// The resource that the object around a place names as owner or refers to.
pub(crate) fn named<'g>(
    pointer: &Pointer<'_>,
    graph: &'g Graph,
    resource: &'g Resource,
) -> Option<&'g Resource> {
    if pointer.under(0, "owner") || pointer.under(1, "owner") {
        return owner(graph, resource);
    }
    let object = pointer.around().next()?;
    let is_reference =
        object.get("armId").is_some() || (object.get("kind").is_some() && object.get("name").is_some());
    let token = object.value("armId").or(object.value("name")).filter(|_| is_reference)?;
    let id = text_at(&resource.body, token.span, 0, &mut graph.walk())?.key();
    graph.resources().iter().find(|other| other.resource_id.key() == id)
}

// What a resource stands in has the longest id that its own begins with.
fn owner<'g>(graph: &'g Graph, resource: &Resource) -> Option<&'g Resource> {
    let own = resource.resource_id.key();
    let holds = |other: &&Resource| {
        let key = other.resource_id.key();
        own.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let declared = resource.parent.map(|parent| graph.resource(parent));
    declared
        .or_else(|| graph.resources().iter().filter(holds).max_by_key(|other| other.resource_id.key().len()))
}

fn text_at(value: &Value, span: Span, depth: usize, once: &mut Walk) -> Option<Text> {
    if depth > MAX_DEPTH || !once.enters(value) {
        return None;
    }
    match &value.kind {
        ValueKind::Array(elements) => {
            elements.iter().find_map(|element| text_at(element, span, depth + 1, once))
        }
        ValueKind::Object(object) => {
            object.entries().iter().find_map(|entry| text_at(&entry.value, span, depth + 1, once))
        }
        _ if value.origin.span == span => value.text().filter(|text| text.starts_with("/").is_true()),
        _ => None,
    }
}
