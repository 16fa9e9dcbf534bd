//! References between the artefacts of a factory or workspace.
//!
//! A reference is an object `{referenceName, type}`; a walk over all such objects finds all edges but the
//! few that are plain strings. Source: the 2018-06-01 API of Microsoft.DataFactory (2026-07).

use smol_str::SmolStr;

use super::{Graph, Resource, ResourceId};
use crate::value::{Text, Value, ValueKind, Walk};

/// How deep artefacts are walked.
const MAX_WALK_DEPTH: usize = 64;

/// A reference from one resource to another.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What is referred to.
    pub kind: ReferenceKind,
    /// The name that is referred to, where the reference stands.
    pub value: Value,
    /// The same as text.
    pub name: Text,
    /// The reference object; the name itself where it is a plain string.
    pub object: Value,
    /// The target, where it is declared.
    pub target: Option<ResourceId>,
}

/// What a reference refers to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// `LinkedServiceReference`.
    LinkedService,
    /// `IntegrationRuntimeReference`.
    IntegrationRuntime,
    /// `DatasetReference`.
    Dataset,
    /// `PipelineReference`.
    Pipeline,
    /// `DataFlowReference`.
    DataFlow,
    /// `CredentialReference`.
    Credential,
    /// `ManagedVirtualNetworkReference`.
    ManagedVirtualNetwork,
    /// Any other type that ends in `Reference`.
    Other(SmolStr),
}

impl ReferenceKind {
    fn of(ty: &str) -> Option<ReferenceKind> {
        let lower = ty.to_ascii_lowercase();
        Some(match lower.strip_suffix("reference")? {
            "linkedservice" => ReferenceKind::LinkedService,
            "integrationruntime" => ReferenceKind::IntegrationRuntime,
            "dataset" => ReferenceKind::Dataset,
            "pipeline" => ReferenceKind::Pipeline,
            "dataflow" => ReferenceKind::DataFlow,
            "credential" => ReferenceKind::Credential,
            "managedvirtualnetwork" => ReferenceKind::ManagedVirtualNetwork,
            _ => ReferenceKind::Other(ty.into()),
        })
    }

    /// The resource type below the factory or workspace; `None` for kinds that the linter does not know.
    pub fn resource_type(&self) -> Option<&'static str> {
        Some(match self {
            ReferenceKind::LinkedService => "linkedservices",
            ReferenceKind::IntegrationRuntime => "integrationruntimes",
            ReferenceKind::Dataset => "datasets",
            ReferenceKind::Pipeline => "pipelines",
            ReferenceKind::DataFlow => "dataflows",
            ReferenceKind::Credential => "credentials",
            ReferenceKind::ManagedVirtualNetwork => "managedvirtualnetworks",
            ReferenceKind::Other(_) => return None,
        })
    }

    /// What the target is called in messages.
    pub fn noun(&self) -> &str {
        match self {
            ReferenceKind::LinkedService => "linked service",
            ReferenceKind::IntegrationRuntime => "integration runtime",
            ReferenceKind::Dataset => "dataset",
            ReferenceKind::Pipeline => "pipeline",
            ReferenceKind::DataFlow => "data flow",
            ReferenceKind::Credential => "credential",
            ReferenceKind::ManagedVirtualNetwork => "managed virtual network",
            ReferenceKind::Other(ty) => ty,
        }
    }
}

impl Graph {
    /// The references that an artefact of a factory or workspace makes, in the order of the text.
    pub fn references(&self, resource: &Resource) -> Vec<Reference> {
        let mut found = Vec::new();
        if let Some(factory) = factory_type(&resource.ty) {
            walk(&resource.properties, 0, &mut self.walk(), &mut found);
            let key = resource.name.ancestor_key(1);
            for reference in &mut found {
                reference.target = self.artefact(factory, &key, &reference.kind, &reference.name);
            }
        }
        found
    }

    /// The artefact of a factory or workspace (its type and the key of its name) with a name.
    pub fn artefact(
        &self,
        factory_type: &str,
        factory_key: &str,
        kind: &ReferenceKind,
        name: &Text,
    ) -> Option<ResourceId> {
        let ty = format!("{factory_type}/{}", kind.resource_type()?);
        let key = format!("{factory_key}/{}", name.key());
        self.named(&ty, &key).next().map(|resource| resource.id)
    }
}

/// The type of the factory or workspace that artefacts of a type belong to.
pub fn factory_type(ty: &str) -> Option<&'static str> {
    ["Microsoft.DataFactory/factories", "Microsoft.Synapse/workspaces"].into_iter().find(|factory| {
        ty.get(..factory.len()).is_some_and(|start| start.eq_ignore_ascii_case(factory))
            && ty.as_bytes().get(factory.len()) == Some(&b'/')
    })
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
                            kind: ReferenceKind::LinkedService,
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
    let kind = ReferenceKind::of(ty.known_text()?)?;
    let text = name.text()?;
    Some(Reference { kind, name: text, value: name, object: object.clone(), target: None })
}
