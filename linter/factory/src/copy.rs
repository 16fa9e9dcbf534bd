//! Copy activities: on which runtimes their sides are, and on which one they run.

use std::collections::HashMap;

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use smol_str::SmolStr;

use crate::activity;
use crate::factory::{Factories, Factory};
use crate::runtime::{Runtime, RuntimeClass};

/// A copy activity.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The activity.
    pub activity: Value,
    /// Its sides: sources, sinks and staging stores.
    pub sides: Vec<Side>,
}

/// What a copy reads, writes or stages.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is.
    pub role: Role,
    /// Where the copy names it.
    pub place: Span,
    /// The linked service; `None` where it is not found.
    pub service: Option<ResourceId>,
    /// The runtime of the linked service.
    pub runtime: Option<Runtime>,
}

/// What a side of a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is read.
    Source,
    /// It is written.
    Sink,
    /// Data lie there on their way.
    Staging,
}

/// The copy activities of the pipelines of factories that declare runtimes.
pub struct Copies(HashMap<ResourceId, Vec<Copy>>);

impl Copies {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> Copies {
        let graph = view.graph();
        let factories = Factories::in_view(view);
        let factories = factories.list().iter().filter(|factory| !factory.runtimes.is_empty());
        let of = |factory: &Factory, id: ResourceId| (id, copies(graph, factory, graph.resource(id)));
        let found = factories.flat_map(|factory| factory.pipelines.iter().map(move |id| of(factory, *id)));
        Copies(found.filter(|(_, copies)| !copies.is_empty()).collect())
    }

    /// Those of a pipeline, nested ones included.
    pub fn of(&self, pipeline: &Resource) -> &[Copy] {
        self.0.get(&pipeline.id).map(Vec::as_slice).unwrap_or_default()
    }
}

fn copies(graph: &Graph, factory: &Factory, pipeline: &Resource) -> Vec<Copy> {
    let all = activity::activities(pipeline).into_iter();
    all.filter(|activity| activity.get("type").is_text("Copy").is_true())
        .map(|activity| Copy { sides: sides(graph, factory, &activity), activity })
        .collect()
}

fn sides(graph: &Graph, factory: &Factory, activity: &Value) -> Vec<Side> {
    let properties = activity.get("typeProperties");
    let staged = !properties.get("enableStaging").truth().is_false();
    let mut sides = Vec::new();
    for (role, path) in
        [(Role::Source, "inputs"), (Role::Sink, "outputs"), (Role::Staging, "typeProperties.stagingSettings")]
    {
        if role == Role::Staging && !staged {
            continue;
        }
        let part = activity.at(path);
        for service in activity::services_in(graph, factory, &part) {
            sides.push(Side {
                role,
                place: part.origin.span,
                service: service.map(|service| service.id),
                runtime: service.map(|service| factory.runtime_of(graph, service)),
            });
        }
    }
    sides
}

impl Copy {
    /// The name of the activity, for messages.
    pub fn name(&self) -> SmolStr {
        self.activity.get("name").known_text().unwrap_or("activity").into()
    }

    /// The token that stands for the activity: its name.
    pub fn place(&self) -> Span {
        self.activity.get("name").origin.span
    }

    /// The runtime that it runs on: the strongest of its sides; `None` where that is not known.
    pub fn runtime(&self) -> Option<&Runtime> {
        if self.sides.len() < 2 || self.sides.iter().any(|side| side.runtime.is_none()) {
            return None;
        }
        let runtimes = self.sides.iter().filter_map(|side| side.runtime.as_ref());
        runtimes.max_by_key(|runtime| runtime.class).filter(|runtime| runtime.class != RuntimeClass::Unknown)
    }

    /// The sides on runtimes of which something holds.
    pub fn sides_on(&self, holds: impl Fn(RuntimeClass) -> bool) -> impl Iterator<Item = (&Side, &Runtime)> {
        let known = self.sides.iter().filter_map(|side| Some((side, side.runtime.as_ref()?)));
        known.filter(move |(_, runtime)| holds(runtime.class))
    }
}
