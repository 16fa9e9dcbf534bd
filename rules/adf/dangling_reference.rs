use std::collections::HashSet;

use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Context, View};
use armlint_engine::similar;
use armlint_engine::value::{Presence, Text, Value, presence};
use armlint_factory::artefact::{ArtefactKind, content};
use armlint_factory::factory::{Factories, Factory, PIPELINES, WORKSPACES, workspace_of_service};
use armlint_factory::reference::{Reference, references};
use armlint_factory::runtime::AUTO_RESOLVE;
use armlint_factory::{activity, adf_expression};
use smol_str::SmolStr;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for pipeline in PIPELINES.iter().flat_map(|ty| graph.of_type(ty)).filter(|pipeline| !pipeline.existing) {
        for activity in activity::activities(pipeline) {
            runs_nothing(pipeline, &activity, cx);
        }
    }
    if graph.world != World::Closed {
        return;
    }
    let others = Others::of(graph);
    for resource in graph.resources() {
        let Some(factory) = Factories::in_view(cx.view()).of(resource) else { continue };
        for reference in dangling(resource, factory, &others, cx.view()) {
            report(resource, factory, &reference, cx);
        }
    }
}

// Whatever else is here, an activity that runs a pipeline names one.
fn runs_nothing(pipeline: &Resource, activity: &Value, cx: &mut Context<'_>) {
    let reference = activity.at("typeProperties.pipeline");
    let runs = activity.get("type").is_text("ExecutePipeline").is_true();
    if !runs || presence(&reference) != Presence::Absent || reference.assumed {
        return;
    }
    let name = activity.get("name");
    let message =
        format!("The activity `{}` runs no pipeline", name.known_text().unwrap_or("ExecutePipeline"));
    cx.report_on(pipeline, &reference, message)
        .help("add \"pipeline\": { \"type\": \"PipelineReference\", \"referenceName\": \"<pipeline>\" }");
}

// What may be looked for although no artefact of the kind has the name.
struct Others<'g> {
    // The types and names of the artefacts whose names are not known: any of these may be it.
    unnamed: Vec<(&'g str, Text)>,
    // What is there in the folder of another kind: the names and what the artefacts are. That is what is wrong, and
    // said there.
    misplaced: HashSet<(SmolStr, ArtefactKind)>,
}

impl<'g> Others<'g> {
    fn of(graph: &'g Graph) -> Others<'g> {
        let all = || graph.resources().iter();
        let named =
            all().filter_map(|resource| Some((resource.ty.rsplit_once('/')?.1, resource.name.last())));
        let placed = all().filter(|_| graph.dialect.is_folder());
        let misplaced =
            placed.filter_map(|resource| Some((resource.name.last().key(), content::misplaced(resource)?.1)));
        Others {
            unnamed: named.filter(|(_, name)| name.known().is_none()).collect(),
            misplaced: misplaced.collect(),
        }
    }

    fn hold(&self, reference: &Reference) -> bool {
        let Some(kind) = reference.kind else { return false };
        let wanted = kind.resource_type();
        let may_be = |(ty, name): &(&str, Text)| {
            ty.eq_ignore_ascii_case(wanted) && !name.equals_ignore_case(&reference.name).is_false()
        };
        self.unnamed.iter().any(may_be) || self.misplaced.contains(&(reference.name.key(), kind))
    }
}

// The references of a resource that lead nowhere. A name that stands several times in one artefact is one
// mistake.
fn dangling(resource: &Resource, factory: &Factory, others: &Others<'_>, view: View<'_>) -> Vec<Reference> {
    let graph = view.graph();
    let mut known = HashSet::new();
    let mut found = references(graph, resource);
    found.retain(|reference| {
        is_dangling(reference, factory)
            && !others.hold(reference)
            && !is_elsewhere(reference, factory, view)
            && known.insert((reference.kind, reference.name.key()))
    });
    found
}

// An artefact of a factory whose name may be that of this one.
fn is_elsewhere(reference: &Reference, factory: &Factory, view: View<'_>) -> bool {
    let Some(kind) = reference.kind else { return false };
    let mut doubles = Factories::in_view(view).doubles(factory);
    doubles.any(|other| other.artefact(view.graph(), kind, &reference.name).is_some())
}

fn is_dangling(reference: &Reference, factory: &Factory) -> bool {
    let value = &reference.value;
    let literal = !value.assumed && value.origin.via.is_none();
    let Some(name) = reference.name.known().filter(|_| literal && reference.target.is_none()) else {
        return false;
    };
    // The name of the managed virtual network has a rule of its own.
    let looked_for = reference.kind.filter(|kind| *kind != ArtefactKind::ManagedVirtualNetwork);
    looked_for.is_some_and(|kind| !adf_expression::is_dynamic(name) && !is_implicit(kind, name, factory))
}

// What exists without a declaration.
fn is_implicit(kind: ArtefactKind, name: &str, factory: &Factory) -> bool {
    let synapse = factory.ty == WORKSPACES;

    match kind {
        ArtefactKind::IntegrationRuntime => name.eq_ignore_ascii_case(AUTO_RESOLVE),
        ArtefactKind::LinkedService => synapse && workspace_of_service(name).is_some(),
        ArtefactKind::Credential => synapse && name.eq_ignore_ascii_case("WorkspaceSystemIdentity"),
        _ => false,
    }
}

fn report(resource: &Resource, factory: &Factory, reference: &Reference, cx: &mut Context<'_>) {
    let Some(name) = reference.name.known() else { return };
    let noun = reference.noun();
    let nearest = nearest(cx.graph(), factory, reference.kind, name)
        .map(|nearest| (nearest.name.display(), nearest.place));
    let message = match name.is_empty() {
        true => format!("Reference to a {noun} has an empty name"),
        false => format!("There is no {noun} `{name}`"),
    };
    cx.report_on(resource, &reference.value, message).similar(
        nearest.as_ref().map(|(name, place)| (name.as_str(), *place)),
        format!("Correct the name, or add the {noun}"),
    );
}

// The artefact of the kind whose name differs least, and by no more than a slip.
fn nearest<'g>(
    graph: &'g Graph,
    factory: &Factory,
    kind: Option<ArtefactKind>,
    name: &str,
) -> Option<&'g Resource> {
    let list: &[ResourceId] = match kind {
        Some(ArtefactKind::LinkedService) => &factory.linked_services,
        Some(ArtefactKind::IntegrationRuntime) => &factory.runtimes,
        Some(ArtefactKind::Dataset) => &factory.datasets,
        Some(ArtefactKind::Pipeline) => &factory.pipelines,
        Some(ArtefactKind::DataFlow) => &factory.data_flows,
        Some(ArtefactKind::Credential) => &factory.credentials,
        _ => &[],
    };
    let named = |id: &ResourceId| graph.resource(*id).name.last().known().cloned();
    let near = similar::nearest(name, list.iter().filter_map(named))?;
    let found = list.iter().find(|id| named(id).as_ref() == Some(&near));
    found.map(|id| graph.resource(*id))
}
