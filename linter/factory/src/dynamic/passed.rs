//! Parameters that one artefact passes to another.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use smol_str::SmolStr;

use crate::activity::activities;
use crate::artefact::ArtefactKind;
use crate::dynamic::Names;
use crate::factory::Factory;
use crate::reference::{reference, references};

/// The parameters that a reference passes.
#[derive(Clone, Debug)]
pub struct Passed<'g> {
    /// The artefact that they are passed to.
    pub target: &'g Resource,
    /// What the target is called in messages.
    pub noun: &'static str,
    /// The parameters that it declares.
    pub declared: Names,
    /// The names that are passed, with their tokens.
    pub names: Vec<(SmolStr, Span)>,
}

/// What an artefact passes to the datasets, linked services and pipelines that it refers to; references
/// that lead to nothing known are left out.
pub fn passed<'g>(graph: &'g Graph, factory: &Factory, resource: &Resource) -> Vec<Passed<'g>> {
    let mut found = Vec::new();
    for reference in references(graph, resource) {
        let Some(kind @ (ArtefactKind::Dataset | ArtefactKind::LinkedService)) = reference.kind else {
            continue;
        };
        if let Some(target) = reference.target.map(|id| graph.resource(id)) {
            add(target, kind.noun(), &reference.object.get("parameters"), &mut found);
        }
    }
    for (pipeline, parameters) in runs(resource) {
        let Some(reference) = reference(&pipeline) else { continue };
        if let Some(target) = factory.artefact(graph, ArtefactKind::Pipeline, &reference.name) {
            add(target, ArtefactKind::Pipeline.noun(), &parameters, &mut found);
        }
    }
    found
}

// The references to pipelines that are run, with the parameters beside each.
fn runs(resource: &Resource) -> Vec<(Value, Value)> {
    let mut found = Vec::new();
    for activity in activities(resource) {
        if activity.get("type").is_text("ExecutePipeline").is_true() {
            let properties = activity.get("typeProperties");
            found.push((properties.get("pipeline"), properties.get("parameters")));
        }
    }
    let single = resource.property("pipeline");
    let several = resource.property("pipelines");
    for run in several.elements().unwrap_or_default().iter().chain([&single]) {
        found.push((run.get("pipelineReference"), run.get("parameters")));
    }
    found
}

fn add<'g>(target: &'g Resource, noun: &'static str, parameters: &Value, found: &mut Vec<Passed<'g>>) {
    let Some(object) = parameters.object() else { return };
    if target.existing || target.properties.object().is_none() {
        return;
    }
    let names: Vec<(SmolStr, Span)> = object
        .keys()
        .0
        .into_iter()
        .map(|key| {
            let span = object.key_span(&key).unwrap_or(parameters.origin.span);
            (key, span)
        })
        .collect();
    if !names.is_empty() {
        let declared = Names::declared(&target.property("parameters"));
        found.push(Passed { target, noun, declared, names });
    }
}
