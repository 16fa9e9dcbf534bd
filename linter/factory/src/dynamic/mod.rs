//! Dynamic content: the strings of pipelines, datasets, linked services and triggers that hold
//! expressions of Data Factory, and the names that these may speak of.
//!
//! Only strings that are known whole are read: neither alternatives, nor what a default of a template
//! parameter decides, nor secrets. Declarations (`parameters`, `variables`) and texts for readers are not
//! evaluated by the service. In linked services and datasets, where a password may well start with `@`,
//! only what is marked as an expression, or speaks of `linkedService()` or `dataset()`, counts.

mod names;
mod passed;

use std::collections::HashMap;
use std::ops::Range;

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Value, ValueKind, Walk};
use smol_str::SmolStr;

use crate::adf_expression::{self, Content};
use crate::factory::Factories;

pub use names::{GlobalParameters, Names, PipelineNames};
pub use passed::{Passed, passed};

/// The types of resources that expressions stand in.
pub const HOLDERS: &[&str] = &[
    "Microsoft.DataFactory/factories/datasets",
    "Microsoft.DataFactory/factories/linkedservices",
    "Microsoft.DataFactory/factories/pipelines",
    "Microsoft.DataFactory/factories/triggers",
    "Microsoft.Synapse/workspaces/datasets",
    "Microsoft.Synapse/workspaces/linkedservices",
    "Microsoft.Synapse/workspaces/pipelines",
    "Microsoft.Synapse/workspaces/triggers",
];

/// The types of datasets.
pub const DATASETS: &[&str] =
    &["Microsoft.DataFactory/factories/datasets", "Microsoft.Synapse/workspaces/datasets"];
/// The types of triggers.
pub const TRIGGERS: &[&str] =
    &["Microsoft.DataFactory/factories/triggers", "Microsoft.Synapse/workspaces/triggers"];

const MAX_WALK_DEPTH: usize = 64;

/// A string with expressions in it.
#[derive(Clone, Debug)]
pub struct DynamicText {
    /// The token.
    pub place: Span,
    /// The decoded text.
    pub text: SmolStr,
    /// What it holds.
    pub content: Content,
    /// It is the `value` of an object of type `Expression`, and not a plain string.
    pub typed: bool,
}

/// The dynamic content of a deployment.
#[derive(Default)]
pub struct Dynamic(HashMap<ResourceId, Vec<DynamicText>>);

impl DynamicText {
    /// Where a part of the decoded text stands in the file.
    pub fn span(&self, graph: &Graph, range: &Range<usize>) -> Span {
        graph.part(self.place, &self.text, range.start, range.end)
    }
}

impl Dynamic {
    /// Collects it.
    pub(crate) fn build(view: View<'_>) -> Dynamic {
        let graph = view.graph();
        let factories = Factories::in_view(view);
        let mut dynamic = Dynamic::default();
        for factory in factories.list() {
            let lists = [&factory.pipelines, &factory.datasets, &factory.linked_services];
            for id in lists.into_iter().flatten() {
                dynamic.resource(graph, graph.resource(*id));
            }
        }
        for trigger in TRIGGERS.iter().flat_map(|ty| graph.of_type(ty)) {
            dynamic.resource(graph, trigger);
        }
        dynamic
    }

    /// The dynamic content of a resource, in the order of the text.
    pub fn of(&self, resource: &Resource) -> &[DynamicText] {
        self.0.get(&resource.id).map(Vec::as_slice).unwrap_or_default()
    }

    fn resource(&mut self, graph: &Graph, resource: &Resource) {
        const DECLARATIONS: [&str; 7] =
            ["parameters", "variables", "annotations", "description", "folder", "schema", "structure"];
        let (mut once, mut found) = (graph.walk(), Vec::new());
        let Some(object) = resource.properties.object() else { return };
        for entry in object.entries() {
            if !DECLARATIONS.iter().any(|key| entry.key.eq_ignore_ascii_case(key)) {
                walk(&entry.value, 1, &mut once, &mut found);
            }
        }
        let kind = resource.ty.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        found.retain(|text| text.typed || is_meant(&kind, &text.text));
        if !found.is_empty() {
            self.0.insert(resource.id, found);
        }
    }
}

/// The dynamic content of a part of a pipeline.
pub fn dynamic_in(graph: &Graph, part: &Value) -> Vec<DynamicText> {
    let mut found = Vec::new();
    walk(part, 1, &mut graph.walk(), &mut found);
    found
}

// Whether a plain string is an expression for certain.
fn is_meant(kind: &str, text: &str) -> bool {
    match kind {
        "linkedservices" => {
            let text = text.to_ascii_lowercase();
            text.contains("linkedservice()") || text.contains("pipeline().")
        }
        "datasets" => text.to_ascii_lowercase().contains("dataset()"),
        _ => true,
    }
}

fn walk(value: &Value, depth: usize, once: &mut Walk, found: &mut Vec<DynamicText>) {
    if depth > MAX_WALK_DEPTH || !once.enters(value) {
        return;
    }
    match &value.kind {
        ValueKind::Text(_) => read(value, false, found),
        ValueKind::Array(elements) => {
            elements.iter().for_each(|element| walk(element, depth + 1, once, found));
        }
        ValueKind::Object(object) => {
            if object.get("type").is_some_and(|ty| ty.is_text("Expression").is_true())
                && let Some(inner) = object.get("value")
                && inner.known_text().is_some()
            {
                return read(&inner, true, found);
            }
            for entry in object.entries() {
                // Names of columns and of parameters of a script, `@` and all, are no expressions.
                let plain = ["name", "description", "translator", "dependsOn"];
                let is_plain = plain.iter().any(|key| entry.key.eq_ignore_ascii_case(key));
                let typed = entry.value.get("type").is_text("Expression").is_true();
                if !is_plain || typed {
                    walk(&entry.value, depth + 1, once, found);
                }
            }
        }
        _ => {}
    }
}

fn read(value: &Value, typed: bool, found: &mut Vec<DynamicText>) {
    let Some(text) = value.known_text().filter(|text| adf_expression::holds_expression(text)) else { return };
    if !value.secure && !value.assumed {
        let content = adf_expression::parse(text);
        found.push(DynamicText { place: value.origin.span, text: text.into(), content, typed });
    }
}
