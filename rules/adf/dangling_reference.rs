use std::collections::HashSet;

use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::Context;
use armlint_engine::similar;
use armlint_engine::value::Text;
use armlint_factory::adf_expression;
use armlint_factory::artefact::ArtefactKind;
use armlint_factory::artefact::content::misplaced;
use armlint_factory::factory::{Factories, Factory, WORKSPACES};
use armlint_factory::reference::{Reference, references};
use armlint_factory::runtime::AUTO_RESOLVE;

// How far a name may be from another to be meant by it.
pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.world != World::Closed {
        return;
    }
    let factories = Factories::in_view(cx.view());
    // Any of these may bear the name that is looked for.
    let unnamed: Vec<(&str, Text)> = graph
        .resources()
        .iter()
        .filter_map(|resource| Some((resource.ty.rsplit_once('/')?.1, resource.name.last())))
        .filter(|(_, name)| name.known().is_none())
        .collect();
    let may_be_there = |reference: &Reference| {
        reference.kind.map(ArtefactKind::resource_type).is_some_and(|wanted| {
            unnamed.iter().any(|(ty, name)| {
                ty.eq_ignore_ascii_case(wanted) && !name.equals_ignore_case(&reference.name).is_false()
            })
        })
    };
    // So may an artefact of a factory whose name may be that of this one.
    let is_elsewhere = |reference: &Reference, factory: &Factory| {
        let mut doubles = factories.doubles(factory);
        reference
            .kind
            .is_some_and(|kind| doubles.any(|other| other.artefact(graph, kind, &reference.name).is_some()))
    };
    for resource in graph.resources() {
        let Some(factory) = factories.of(resource) else { continue };
        let mut seen = HashSet::new();
        for reference in references(graph, resource) {
            // A name that stands several times in one artefact is one mistake.
            if is_dangling(&reference, factory)
                && !may_be_there(&reference)
                && !is_elsewhere(&reference, factory)
                && !is_misplaced(graph, &reference)
                && seen.insert((reference.kind, reference.name.key()))
            {
                report(resource, factory, &reference, cx);
            }
        }
    }
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
    let graph = cx.graph();
    let Some(name) = reference.name.known() else { return };
    let noun = reference.noun();
    let nearest = nearest(graph, factory, reference.kind, name);
    let message = match name.is_empty() {
        true => format!("Reference to a {noun} has an empty name"),
        false => format!("There is no {noun} `{name}`"),
    };
    let finding = cx.report_on(resource, &reference.value, message);
    match nearest {
        Some(nearest) => {
            let found = nearest.name.display();
            finding.related(nearest.place, "a similar name").help(format!("did you mean `{found}`?"));
        }
        None => {
            finding.help(format!("correct the name, or add the {noun}"));
        }
    }
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
