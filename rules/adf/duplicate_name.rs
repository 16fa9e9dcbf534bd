use std::collections::HashMap;

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::graph::{Graph, Resource, ResourceKey};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::activity::activities;
use armlint_factory::artefact::{ArtefactKind, content};
use armlint_factory::factory::Factories;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect.is_folder() {
        artefacts(graph, cx);
    }
    for factory in Factories::in_view(cx.view()).list() {
        for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
            activities_of(pipeline, cx);
        }
    }
}

fn artefacts(graph: &Graph, cx: &mut Context<'_>) {
    let mut known: HashMap<ResourceKey, &Resource> = HashMap::new();
    for resource in graph.resources() {
        let Some(noun) = content::declared(resource).map(ArtefactKind::noun) else { continue };
        let Some(first) = known.get(&resource.key()) else {
            known.insert(resource.key(), resource);
            continue;
        };
        let message = format!("There is another {noun} `{}`", resource.name.display());
        let finding = cx.report_on(resource, &resource.place, message);
        finding.related(first.place, "the first one").help("Give one of the two another name, or remove it");
    }
}

fn activities_of(pipeline: &Resource, cx: &mut Context<'_>) {
    let second = second(pipeline);
    // Only then does it matter what stands where.
    let lists = if second.is_empty() { HashMap::new() } else { lists(pipeline) };
    for (first, name) in second {
        let message =
            format!("The pipeline has another activity `{}`", name.known_text().unwrap_or_default());
        let finding = cx.report_on(pipeline, &name, message);
        finding.related(first, "the first one").help("Give one of the two another name");
        if lists.get(&first) != lists.get(&name.origin.span) {
            finding.severity(Severity::Low).confidence(Confidence::Medium);
        }
    }
}

// The names of activities that have the name of an earlier one, with the place of that.
fn second(pipeline: &Resource) -> Vec<(Span, Value)> {
    let mut known: HashMap<String, Span> = HashMap::new();
    let mut found = Vec::new();
    for name in activities(pipeline).iter().map(|activity| activity.get("name")) {
        let Some(text) = name.known_text().filter(|_| !name.assumed) else { continue };
        let first = *known.entry(text.to_lowercase()).or_insert(name.origin.span);
        // An activity that several alternatives share is one.
        if first != name.origin.span {
            found.push((first, name));
        }
    }
    found
}

// The list that each activity stands in, by the place of its name.
fn lists(pipeline: &Resource) -> HashMap<Span, usize> {
    let mut lists = vec![pipeline.property("activities")];
    for activity in activities(pipeline) {
        let properties = activity.get("typeProperties");
        for key in ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities"] {
            lists.push(properties.get(key));
        }
        let cases = properties.get("cases");
        lists.extend(cases.elements().unwrap_or_default().iter().map(|case| case.get("activities")));
    }
    let mut found = HashMap::new();
    for (index, list) in lists.iter().enumerate() {
        for activity in list.elements().unwrap_or_default() {
            found.insert(activity.get("name").origin.span, index);
        }
    }
    found
}
