use std::collections::HashMap;

use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::graph::{Graph, Resource, ResourceKey};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::activity::activities;
use armlint_factory::artefact::{ArtefactKind, content};
use armlint_factory::factory::{Factories, Factory};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect.is_folder() {
        artefacts(graph, cx);
    }
    let factories = Factories::in_view(cx.view());
    for factory in factories.list() {
        pipelines(graph, factory, cx);
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
        finding.related(first.place, "the first one").help("give one of the two another name, or remove it");
    }
}

fn pipelines(graph: &Graph, factory: &Factory, cx: &mut Context<'_>) {
    for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
        let mut known: HashMap<String, Span> = HashMap::new();
        let mut places = None;
        for activity in activities(pipeline) {
            let name = activity.get("name");
            let Some(text) = literal(&name) else { continue };
            let Some(first) = known.get(&text.to_lowercase()) else {
                known.insert(text.to_lowercase(), name.origin.span);
                continue;
            };
            // An activity that several alternatives share is one.
            if *first == name.origin.span {
                continue;
            }
            let message = format!("The pipeline has another activity `{text}`");
            let lists = places.get_or_insert_with(|| lists(pipeline));
            let together = lists.get(first) == lists.get(&name.origin.span);
            let finding = cx.report_on(pipeline, &name, message);
            finding.related(*first, "the first one").help("give one of the two another name");
            if !together {
                finding.severity(Severity::Low).confidence(Confidence::Medium);
            }
        }
    }
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

fn literal(name: &Value) -> Option<&str> {
    name.known_text().filter(|_| !name.assumed)
}
