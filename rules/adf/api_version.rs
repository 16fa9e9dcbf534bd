use std::collections::HashMap;

use armlint_engine::finding::{Applicability, Edit, Severity};
use armlint_engine::graph::{Resource, ResourceId};
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::span::SourceId;
use armlint_engine::value::{Presence, presence};
use smol_str::SmolStr;

// Types of Microsoft.DataFactory, 2018-06-01 (bicep-types-az, 2026-08-20).
const TYPES: &[&str] = &[
    "Microsoft.DataFactory/factories",
    "Microsoft.DataFactory/factories/adfcdcs",
    "Microsoft.DataFactory/factories/credentials",
    "Microsoft.DataFactory/factories/dataflows",
    "Microsoft.DataFactory/factories/datasets",
    "Microsoft.DataFactory/factories/globalParameters",
    "Microsoft.DataFactory/factories/integrationRuntimes",
    "Microsoft.DataFactory/factories/linkedservices",
    "Microsoft.DataFactory/factories/managedVirtualNetworks",
    "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
    "Microsoft.DataFactory/factories/pipelines",
    "Microsoft.DataFactory/factories/privateEndpointConnections",
    "Microsoft.DataFactory/factories/triggers",
];
const CURRENT: &str = "2018-06-01";
const PREVIEW: &str = "2017-09-01-preview";

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || cx.graph().dialect.is_folder() {
        return;
    }
    if let Some(group) = Outdated::in_view(cx.view()).0.get(&key(resource))
        && group.first() == Some(&resource.id)
    {
        report(group, cx);
    }
}

// The resources of one factory in one template that have another version than the current one.
pub(crate) struct Outdated(HashMap<Key, Vec<ResourceId>>);

type Key = (SmolStr, Option<ResourceId>, SourceId);

fn key(resource: &Resource) -> Key {
    (resource.name.ancestor_key(1), resource.module, resource.span.source)
}

impl Outdated {
    pub(crate) fn build(view: View<'_>) -> Outdated {
        let graph = view.graph();
        let mut groups: HashMap<Key, Vec<ResourceId>> = HashMap::new();
        for resource in graph.resources().iter().filter(|resource| !resource.existing) {
            let own = TYPES.iter().any(|ty| resource.is(ty));
            if own && written(resource).is_some_and(|version| !version.eq_ignore_ascii_case(CURRENT)) {
                groups.entry(key(resource)).or_default().push(resource.id);
            }
        }
        Outdated(groups)
    }
}

fn written(resource: &Resource) -> Option<SmolStr> {
    resource.body.get("apiVersion").known_text().map(SmolStr::new)
}

// One finding for a factory; the fix is for all of its resources whose version is written in place.
fn report(group: &[ResourceId], cx: &mut Context<'_>) {
    let graph = cx.graph();
    let resources: Vec<&Resource> = group.iter().map(|id| graph.resource(*id)).collect();
    let managed = resources.iter().find(|resource| is_managed(resource));
    let Some(first) = managed.or(resources.first()) else { return };
    let version = first.body.get("apiVersion");
    let (ty, text) = (&first.ty, written(first).unwrap_or_default());
    let message = match managed {
        Some(_) => format!("`{ty}@{text}` is not the current API; managed networks need {CURRENT}"),
        None => format!("`{ty}@{text}` is not the current API, which is {CURRENT}"),
    };
    let finding = cx.report_on(first, &version, message);
    for other in resources.iter().filter(|other| other.id != first.id) {
        finding.related(other.body.get("apiVersion").origin.span, "so is this one");
    }
    finding.traced(&version).help(format!("Write \"apiVersion\": \"{CURRENT}\""));
    if managed.is_some() {
        finding.severity(Severity::High);
    }
    finding.assuming(&version);
    if is_preview(first) {
        finding.fix("Use the current API version", Applicability::Safe, edits(&resources));
    }
}

fn edits(resources: &[&Resource]) -> Vec<Edit> {
    let previews = resources.iter().filter(|resource| is_preview(resource));
    let versions = previews.map(|resource| resource.body.get("apiVersion"));
    versions.filter_map(|version| edit::replace(&version, &format!("\"{CURRENT}\""))).collect()
}

fn is_preview(resource: &Resource) -> bool {
    written(resource).is_some_and(|version| version.eq_ignore_ascii_case(PREVIEW))
}

// Whether the resource is, or uses, what only the current version has.
fn is_managed(resource: &Resource) -> bool {
    let below = resource.ty.get("Microsoft.DataFactory/factories/".len()..).unwrap_or("");
    let network = below.get(.."managedVirtualNetworks".len());
    network.is_some_and(|start| start.eq_ignore_ascii_case("managedVirtualNetworks"))
        || presence(&resource.property("managedVirtualNetwork")) == Presence::Present
}
