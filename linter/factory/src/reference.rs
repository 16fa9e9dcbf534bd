//! References between the artefacts of a factory or workspace.
//!
//! A reference is an object `{referenceName, type}`; a walk over all such objects finds all edges but the
//! few that are plain strings. Source: the 2018-06-01 API of Microsoft.DataFactory (2026-07).

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::value::{Text, Value, ValueKind, Walk};
use smol_str::SmolStr;

use crate::artefact::ArtefactKind;
use crate::factory::factory_type;

/// How deep artefacts are walked.
const MAX_WALK_DEPTH: usize = 64;

/// A reference from one resource to another.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What is referred to; `None` where no reference of this type is followed.
    pub kind: Option<ArtefactKind>,
    /// The type of the reference as written: `DatasetReference`.
    pub ty: SmolStr,
    /// The name that is referred to, where the reference stands.
    pub value: Value,
    /// The same as text.
    pub name: Text,
    /// The reference object; the name itself where it is a plain string.
    pub object: Value,
    /// The target, where it is declared.
    pub target: Option<ResourceId>,
}

impl Reference {
    /// What the target is called in messages.
    pub fn noun(&self) -> &str {
        match self.kind {
            Some(kind) => kind.noun(),
            None => &self.ty,
        }
    }
}

/// The references that an artefact of a factory or workspace makes, in the order of the text.
pub fn references(graph: &Graph, resource: &Resource) -> Vec<Reference> {
    let mut found = Vec::new();
    if let Some(factory) = factory_type(&resource.ty) {
        walk(&resource.properties, 0, &mut graph.walk(), &mut found);
        let key = resource.name.ancestor_key(1);
        for reference in &mut found {
            let kind = reference.kind;
            reference.target = kind.and_then(|kind| artefact(graph, factory, &key, kind, &reference.name));
        }
    }
    found
}

/// The artefact of a factory or workspace (its type and the key of its name) with a name.
pub fn artefact(
    graph: &Graph,
    factory_type: &str,
    factory_key: &str,
    kind: ArtefactKind,
    name: &Text,
) -> Option<ResourceId> {
    let ty = format!("{factory_type}/{}", kind.resource_type());
    let key = format!("{factory_key}/{}", name.key());
    graph.named(&ty, &key).next().map(|resource| resource.id)
}

fn walk(value: &Value, depth: usize, once: &mut Walk, found: &mut Vec<Reference>) {
    if depth > MAX_WALK_DEPTH || !once.enters(value) {
        return;
    }
    match &value.kind {
        ValueKind::Array(elements) => {
            elements.iter().for_each(|element| walk(element, depth + 1, once, found))
        }
        ValueKind::OneOf(values) => values.iter().for_each(|value| walk(value, depth + 1, once, found)),
        ValueKind::Object(object) => {
            if let Some(reference) = reference(value) {
                found.push(reference);
            }
            for entry in object.entries() {
                // The one reference that is a plain string.
                if entry.key.eq_ignore_ascii_case("redirectIncompatibleRowSettings") {
                    let name = entry.value.get("linkedServiceName");
                    if let Some(text) = name.text().filter(|_| name.object().is_none()) {
                        found.push(Reference {
                            kind: Some(ArtefactKind::LinkedService),
                            ty: "LinkedServiceReference".into(),
                            name: text,
                            object: name.clone(),
                            value: name,
                            target: None,
                        });
                    }
                    continue;
                }
                walk(&entry.value, depth + 1, once, found);
            }
        }
        _ => {}
    }
}

/// The reference that an object is; its target is not looked for.
pub fn reference(object: &Value) -> Option<Reference> {
    let name = object.get("referenceName");
    let ty = object.get("type");
    let ty = ty.known_text()?;
    ty.to_ascii_lowercase().strip_suffix("reference")?;
    let (kind, text) = (ArtefactKind::of_reference(ty), name.text()?);
    Some(Reference { kind, ty: ty.into(), name: text, value: name, object: object.clone(), target: None })
}
