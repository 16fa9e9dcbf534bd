use std::collections::HashSet;

use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Context, View};
use armlint_engine::similar;
use armlint_engine::value::Text;
use armlint_factory::adf_expression;
use armlint_factory::artefact::ArtefactKind;
use armlint_factory::artefact::content::misplaced;
use armlint_factory::factory::{Factories, Factory, WORKSPACES};
use armlint_factory::reference::{Reference, references};
use armlint_factory::runtime::AUTO_RESOLVE;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.world != World::Closed {
        return;
    }
    let unnamed = unnamed(graph);
    for resource in graph.resources() {
        let Some(factory) = Factories::in_view(cx.view()).of(resource) else { continue };
        for reference in dangling(resource, factory, &unnamed, cx.view()) {
            report(resource, factory, &reference, cx);
        }
    }
}

// The types and names of the artefacts whose names are not known: any of these may be the one that is looked
// for.
fn unnamed(graph: &Graph) -> Vec<(&str, Text)> {
    let all = graph.resources().iter();
    let all = all.filter_map(|resource| Some((resource.ty.rsplit_once('/')?.1, resource.name.last())));
    all.filter(|(_, name)| name.known().is_none()).collect()
}

// The references of a resource that lead nowhere. A name that stands several times in one artefact is one
// mistake.
fn dangling(
    resource: &Resource,
    factory: &Factory,
    unnamed: &[(&str, Text)],
    view: View<'_>,
) -> Vec<Reference> {
    let graph = view.graph();
    let mut known = HashSet::new();
    let mut found = references(graph, resource);
    found.retain(|reference| {
        is_dangling(reference, factory)
            && !may_be_one_of(unnamed, reference)
            && !is_elsewhere(reference, factory, view)
            && !is_misplaced(graph, reference)
            && known.insert((reference.kind, reference.name.key()))
    });
    found
}

fn may_be_one_of(unnamed: &[(&str, Text)], reference: &Reference) -> bool {
    let Some(wanted) = reference.kind.map(ArtefactKind::resource_type) else { return false };
    unnamed.iter().any(|(ty, name)| {
        ty.eq_ignore_ascii_case(wanted) && !name.equals_ignore_case(&reference.name).is_false()
    })
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

// The artefact is there, in the folder of another kind: that is what is wrong, and said there.
fn is_misplaced(graph: &Graph, reference: &Reference) -> bool {
    graph.dialect.is_folder()
        && graph.resources().iter().any(|resource| {
            resource.name.last().key() == reference.name.key()
                && misplaced(resource).is_some_and(|(_, content)| reference.kind == Some(content))
        })
}

// What exists without a declaration.
fn is_implicit(kind: ArtefactKind, name: &str, factory: &Factory) -> bool {
    let synapse = factory.ty == WORKSPACES;
    let lower = name.to_ascii_lowercase();
    match kind {
        ArtefactKind::IntegrationRuntime => name.eq_ignore_ascii_case(AUTO_RESOLVE),
        ArtefactKind::LinkedService => {
            let ends = ["-workspacedefaultstorage", "-workspacedefaultsqlserver"];
            synapse && ends.iter().any(|end| lower.ends_with(end))
        }
        ArtefactKind::Credential => synapse && lower == "workspacesystemidentity",
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
        format!("correct the name, or add the {noun}"),
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
