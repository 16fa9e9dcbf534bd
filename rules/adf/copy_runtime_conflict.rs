use std::collections::HashMap;

use armlint_azure::wording;
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_engine::value::Truth;
use armlint_factory::copy::{Copies, Copy, Role, Side};
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::runtime::{Runtime, RuntimeClass};
use smol_str::SmolStr;

/// The copies of a deployment that mix runtimes.
#[derive(Default)]
pub(crate) struct Conflicts {
    // Between two self-hosted runtimes, by pipeline.
    refused: HashMap<ResourceId, Vec<Refused>>,
    // The others, by the pipeline of the first; one entry for each factory and kind.
    mixed: HashMap<ResourceId, Vec<Mixed>>,
}

struct Refused {
    place: Span,
    source: (Span, String),
    sink: (Span, String),
}

struct Mixed {
    self_hosted: bool,
    runtime: String,
    first: (SmolStr, Span),
    others: Vec<(SmolStr, Span)>,
}

impl Conflicts {
    pub(crate) fn build(view: View<'_>) -> Conflicts {
        let graph = view.graph();
        let copies = Copies::in_view(view);
        let mut conflicts = Conflicts::default();
        for factory in Factories::in_view(view).list().iter().filter(|factory| factory.runtimes.len() > 1) {
            conflicts.of_factory(graph, factory, copies);
        }
        conflicts
    }

    fn of_factory(&mut self, graph: &Graph, factory: &Factory, copies: &Copies) {
        let mut mixed: [Option<(ResourceId, Mixed)>; 2] = [None, None];
        for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
            for copy in copies.of(pipeline) {
                if let Some(refused) = refused(graph, copy) {
                    self.refused.entry(pipeline.id).or_default().push(refused);
                    continue;
                }
                let Some((self_hosted, runtime)) = mixes(copy) else { continue };
                let place = (copy.name(), copy.place());
                match &mut mixed[usize::from(self_hosted)] {
                    Some((_, mixed)) => mixed.others.push(place),
                    empty => {
                        let mixed = Mixed { self_hosted, runtime, first: place, others: Vec::new() };
                        *empty = Some((pipeline.id, mixed));
                    }
                }
            }
        }
        for (pipeline, mixed) in mixed.into_iter().flatten() {
            self.mixed.entry(pipeline).or_default().push(mixed);
        }
    }
}

// Source and sink on two self-hosted runtimes that certainly are not the same.
fn refused(graph: &Graph, copy: &Copy) -> Option<Refused> {
    let on =
        |role: Role| copy.sides_on(RuntimeClass::is_self_hosted).filter(move |(side, _)| side.role == role);
    let differ = |a: &Runtime, b: &Runtime| {
        a.name.equals_ignore_case(&b.name).is_false() && shared(graph, a, b).is_false()
    };
    let label = |(side, runtime): (&Side, &Runtime)| {
        let service = side.service.map(|id| wording::called(graph.resource(id), "its linked service"));
        let service = service.unwrap_or_else(|| "its linked service".into());
        let runtime = wording::quoted(&runtime.name).unwrap_or_else(|| "a self-hosted runtime".into());
        (side.place, format!("{service} is on {runtime}"))
    };
    let (source, sink) = on(Role::Source)
        .find_map(|source| Some((source, on(Role::Sink).find(|sink| differ(source.1, sink.1))?)))?;
    Some(Refused { place: copy.place(), source: label(source), sink: label(sink) })
}

// Whether two linked runtimes stand for one that another factory shares.
fn shared(graph: &Graph, a: &Runtime, b: &Runtime) -> Truth {
    let target = |runtime: &Runtime| {
        let declared = graph.resource(runtime.resource?);
        declared.property("typeProperties.linkedInfo.resourceId").text()
    };
    match (target(a), target(b)) {
        (Some(a), Some(b)) => a.equals_ignore_case(&b),
        _ => Truth::from(a.class == RuntimeClass::Linked && b.class == RuntimeClass::Linked),
    }
}

// Whether a copy takes a self-hosted runtime, or that of the managed network, past the one that another
// side names; and the name of the runtime that it runs on.
fn mixes(copy: &Copy) -> Option<(bool, String)> {
    let runtime = copy.runtime()?;
    let has = |class: RuntimeClass| copy.sides_on(|other| other == class).next().is_some();
    let name = wording::quoted(&runtime.name).unwrap_or_else(|| "of one side".into());
    match runtime.class {
        class if class.is_self_hosted() && has(RuntimeClass::Managed) => Some((true, name)),
        RuntimeClass::Managed if has(RuntimeClass::Global) => Some((false, name)),
        _ => None,
    }
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let conflicts = Conflicts::in_view(cx.view());
    for refused in conflicts.refused.get(&resource.id).into_iter().flatten() {
        report_refused(resource, refused, cx);
    }
    for mixed in conflicts.mixed.get(&resource.id).into_iter().flatten() {
        report_mixed(resource, mixed, cx);
    }
}

fn report_refused(resource: &Resource, refused: &Refused, cx: &mut Context<'_>) {
    let message = "Source and sink of the copy are on two different self-hosted runtimes";
    cx.report_on(resource, &refused.place, message)
        .severity(Severity::High)
        .related(refused.source.0, refused.source.1.as_str())
        .related(refused.sink.0, refused.sink.1.as_str())
        .help("Let both linked services name one self-hosted runtime, or copy in two steps");
}

fn report_mixed(resource: &Resource, mixed: &Mixed, cx: &mut Context<'_>) {
    let (name, place) = &mixed.first;
    let runtime = &mixed.runtime;
    let (message, help) = match mixed.self_hosted {
        true => (
            format!(
                "Copy `{name}` runs on the self-hosted runtime {runtime}; managed private endpoints are not used"
            ),
            "the machines of the self-hosted runtime need a private way of their own to the store; where that is \
             so, nothing is to do",
        ),
        false => (
            format!(
                "Copy `{name}` runs on the runtime {runtime} in the managed network, also where one side names none"
            ),
            "let both linked services name the runtime that is meant",
        ),
    };
    let finding = cx.report_on(resource, place, message);
    for (name, place) in &mixed.others {
        finding.related(*place, format!("and so does `{name}`"));
    }
    finding.help(help);
}
