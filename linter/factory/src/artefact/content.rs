//! What a file of a Git folder is by its content, whatever folder it lies in.

use armlint_engine::graph::Resource;

use super::{ArtefactKind, kind_of};
use crate::facts;

/// The kinds that can be told by their content.
const TOLD: [ArtefactKind; 7] = [
    ArtefactKind::Pipeline,
    ArtefactKind::Dataset,
    ArtefactKind::LinkedService,
    ArtefactKind::DataFlow,
    ArtefactKind::Trigger,
    ArtefactKind::IntegrationRuntime,
    ArtefactKind::ManagedPrivateEndpoint,
];

/// The kind that a resource is declared as, where its content would tell another one.
pub fn declared(resource: &Resource) -> Option<ArtefactKind> {
    kind_of(resource).filter(|kind| TOLD.contains(kind))
}

/// The kind that the properties of a resource are of; none where that cannot be told.
pub fn by_content(resource: &Resource) -> Option<ArtefactKind> {
    let properties = resource.properties.object()?;
    let has = |key: &str| properties.get(key).is_some_and(|value| !value.is_missing());
    if resource.property("activities").elements().is_some() {
        return Some(ArtefactKind::Pipeline);
    }
    if resource.property("linkedServiceName").object().is_some() && has("type") {
        return Some(ArtefactKind::Dataset);
    }
    if has("privateLinkResourceId") {
        return Some(ArtefactKind::ManagedPrivateEndpoint);
    }
    let ty = resource.property("type");
    let ty = ty.known_text()?;
    match ty {
        "MappingDataFlow" | "WranglingDataFlow" | "Flowlet" => Some(ArtefactKind::DataFlow),
        "Managed" | "SelfHosted" => Some(ArtefactKind::IntegrationRuntime),
        _ if ty.ends_with("Trigger") && has("typeProperties") => Some(ArtefactKind::Trigger),
        _ if has("connectVia") => Some(ArtefactKind::LinkedService),
        _ if facts::linked_service(ty).is_some() && has("typeProperties") => {
            Some(ArtefactKind::LinkedService)
        }
        _ => None,
    }
}

/// The kind that a resource is by its content, where it is declared as another one.
pub fn misplaced(resource: &Resource) -> Option<(ArtefactKind, ArtefactKind)> {
    let declared = declared(resource)?;
    let content = by_content(resource)?;
    // What fits where it lies is what it is declared as, whatever else it looks like.
    (declared != content && !fits(declared, resource)).then_some((declared, content))
}

fn fits(kind: ArtefactKind, resource: &Resource) -> bool {
    let present = |path: &str| !resource.property(path).is_missing();
    match kind {
        ArtefactKind::Pipeline => present("activities"),
        ArtefactKind::Dataset => present("linkedServiceName"),
        ArtefactKind::ManagedPrivateEndpoint => present("privateLinkResourceId"),
        ArtefactKind::LinkedService => !present("linkedServiceName") && present("connectVia"),
        ArtefactKind::Trigger => present("pipelines") || present("pipeline"),
        _ => false,
    }
}
