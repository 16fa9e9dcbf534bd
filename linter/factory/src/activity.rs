//! Activities of pipelines, nested ones included, and on which runtime each uses a linked service.

use std::collections::HashMap;

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Value, Walk};
use smol_str::SmolStr;

use crate::artefact::ArtefactKind;
use crate::factory::{Factories, Factory};
use crate::reference::{reference, references};
use crate::runtime::{Runtime, RuntimeClass};

const MAX_ACTIVITY_DEPTH: usize = 16;

/// In how many places a list of activities is listed that is written once.
const MAX_PLACES: u32 = 8;

/// All activities of a pipeline, in the order of the text.
pub fn activities(pipeline: &Resource) -> Vec<Value> {
    let mut found = Vec::new();
    let mut walk = Walk::uncharged().repeated(MAX_PLACES);
    collect(&pipeline.property("activities"), 0, &mut walk, &mut found);
    found
}

fn collect(list: &Value, depth: usize, walk: &mut Walk, found: &mut Vec<Value>) {
    if depth > MAX_ACTIVITY_DEPTH || !walk.enters(list) {
        return;
    }
    for activity in list.elements().unwrap_or_default() {
        found.push(activity.clone());
        let properties = activity.get("typeProperties");
        for key in ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities"] {
            collect(&properties.get(key), depth + 1, walk, found);
        }
        for case in properties.get("cases").elements().unwrap_or_default() {
            collect(&case.get("activities"), depth + 1, walk, found);
        }
    }
}

/// A use of a linked service.
#[derive(Clone, Debug)]
pub struct Use {
    /// What uses it, for messages: the activity's name.
    pub activity: SmolStr,
    /// The name of the activity.
    pub place: Span,
    /// The runtime that it runs on.
    pub runtime: Runtime,
}

/// The uses of linked services, by linked service.
#[derive(Default)]
pub struct Uses(HashMap<ResourceId, Vec<Use>>);

impl Uses {
    /// Collects the uses of all factories.
    pub(crate) fn build(view: View<'_>) -> Uses {
        let graph = view.graph();
        let factories = Factories::in_view(view);
        let mut uses = Uses::default();
        for factory in factories.list() {
            for pipeline in &factory.pipelines {
                for activity in activities(graph.resource(*pipeline)) {
                    uses.activity(graph, factory, &activity);
                }
            }
        }
        uses
    }

    /// The uses of a linked service; none where no activity uses it.
    pub fn of(&self, service: &Resource) -> &[Use] {
        self.0.get(&service.id).map(Vec::as_slice).unwrap_or_default()
    }

    fn activity(&mut self, graph: &Graph, factory: &Factory, activity: &Value) {
        let ty = activity.get("type");
        let properties = activity.get("typeProperties");
        let named = activity.get("name");
        let services = services_of(graph, factory, activity);
        let runtime = if ty.is_text("Copy").is_true() {
            copy_runtime(graph, factory, &services)
        } else if ty.is_text("ExecuteDataFlow").is_true() {
            let mut runtime = factory.named_runtime(graph, &properties.get("integrationRuntime"));
            if services.iter().any(Option::is_none) && runtime.name.known().is_none() {
                runtime.class = RuntimeClass::Unknown;
            }
            Some(runtime)
        } else {
            None
        };
        for service in services.into_iter().flatten() {
            let own = factory.runtime_of(graph, service);
            self.0.entry(service.id).or_default().push(Use {
                activity: named.known_text().unwrap_or("activity").into(),
                place: named.origin.span,
                runtime: runtime.clone().unwrap_or(own),
            });
        }
    }
}

// A copy runs on the strongest runtime of its linked services; where one is not known, neither is that.
fn copy_runtime(graph: &Graph, factory: &Factory, services: &[Option<&Resource>]) -> Option<Runtime> {
    let runtimes: Vec<Option<Runtime>> =
        services.iter().map(|service| service.map(|service| factory.runtime_of(graph, service))).collect();
    let open = runtimes.iter().any(Option::is_none) || runtimes.len() < 2;
    let mut strongest = runtimes.into_iter().flatten().max_by_key(|runtime| runtime.class)?;
    if open {
        strongest.class = RuntimeClass::Unknown;
    }
    Some(strongest)
}

/// The linked services that an activity uses, directly or through datasets and data flows; `None` for one
/// that is named but not found.
pub fn services_of<'g>(graph: &'g Graph, factory: &Factory, activity: &Value) -> Vec<Option<&'g Resource>> {
    if activity.get("type").is_text("Copy").is_true() {
        // Where a copy writes its log does not decide where it runs.
        let parts = ["inputs", "outputs", "typeProperties.stagingSettings"];
        return parts.iter().flat_map(|path| services_in(graph, factory, &activity.at(path))).collect();
    }
    services_in(graph, factory, activity)
}

/// The linked services that a part of an activity uses, directly or through datasets and data flows;
/// `None` for one that is named but not found.
pub fn services_in<'g>(graph: &'g Graph, factory: &Factory, part: &Value) -> Vec<Option<&'g Resource>> {
    let mut references = Vec::new();
    gather(part, 0, &mut graph.walk(), &mut references);
    let mut services = Vec::new();
    for (kind, name) in references {
        follow(graph, factory, kind, &name, 0, &mut services);
    }
    services
}

fn follow<'g>(
    graph: &'g Graph,
    factory: &Factory,
    kind: Option<ArtefactKind>,
    name: &Text,
    depth: usize,
    services: &mut Vec<Option<&'g Resource>>,
) {
    let found = kind.and_then(|kind| factory.artefact(graph, kind, name));
    match kind {
        Some(ArtefactKind::LinkedService) => services.push(found),
        Some(ArtefactKind::Dataset) => match found {
            Some(dataset) => match reference(&dataset.property("linkedServiceName")) {
                Some(reference) => {
                    services.push(factory.artefact(graph, ArtefactKind::LinkedService, &reference.name));
                }
                None => services.push(None),
            },
            None => services.push(None),
        },
        Some(ArtefactKind::DataFlow) if depth < 4 => match found {
            Some(flow) => {
                for reference in references(graph, flow) {
                    follow(graph, factory, reference.kind, &reference.name, depth + 1, services);
                }
            }
            None => services.push(None),
        },
        _ => {}
    }
}

// The references of the activity itself, not of the activities inside it.
fn gather(value: &Value, depth: usize, once: &mut Walk, found: &mut Vec<(Option<ArtefactKind>, Text)>) {
    const NESTED: [&str; 5] =
        ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities", "cases"];
    if depth > MAX_ACTIVITY_DEPTH || !once.enters(value) {
        return;
    }
    if let Some(elements) = value.elements() {
        elements.iter().for_each(|element| gather(element, depth + 1, once, found));
    }
    let Some(object) = value.object() else { return };
    if let Some(reference) = reference(value) {
        found.push((reference.kind, reference.name));
        return;
    }
    for entry in object.entries() {
        if !NESTED.iter().any(|key| entry.key.eq_ignore_ascii_case(key)) {
            gather(&entry.value, depth + 1, once, found);
        }
    }
}
