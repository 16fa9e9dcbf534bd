//! From artefact files to resources.

use armlint_engine::dialect::{Declared, Deployment, Parsed};
use armlint_engine::expression::scope::literal;
use smol_str::{SmolStr, format_smolstr};

use super::place;
use crate::artefact::ArtefactKind;

/// The resources of a Git folder: parents first, whatever the order of the files.
pub(super) fn declare(deployment: &Deployment) -> Vec<Declared> {
    let Some(owner) = &deployment.owner else { return Vec::new() };
    let kind = |parsed: &Parsed| place(&parsed.source.path).map(|(_, kind)| kind);
    let mut files: Vec<(&Parsed, ArtefactKind)> =
        deployment.sources.iter().filter_map(|parsed| Some((parsed, kind(parsed)?))).collect();
    files.sort_by_key(|(_, kind)| *kind);
    files.into_iter().map(|(parsed, kind)| artefact(owner.ty, &owner.name, parsed, kind)).collect()
}

fn artefact(provider: &str, factory: &SmolStr, parsed: &Parsed, kind: ArtefactKind) -> Declared {
    let root = &parsed.document.root;
    let written = literal(root, root.span.part(0, 1)).get("name");
    let own: SmolStr = written.known_text().unwrap_or_else(|| file_stem(&parsed.source.path)).into();
    let names = match kind {
        ArtefactKind::Factory => vec![own],
        ArtefactKind::ManagedPrivateEndpoint => {
            vec![factory.clone(), network_of(&parsed.source.path).into(), own]
        }
        _ => vec![factory.clone(), own],
    };
    let ty = match kind {
        ArtefactKind::Factory => provider.into(),
        _ => format_smolstr!("{provider}/{}", kind.resource_type()),
    };
    Declared {
        id: id(&ty, &names),
        ty,
        names,
        place: if written.is_absent() { root.span.part(0, 1) } else { written.origin.span },
        existing: false,
        has_tokens: false,
        body: root.clone(),
    }
}

// Of the resource group nothing is known.
fn id(ty: &str, names: &[SmolStr]) -> SmolStr {
    let mut segments = ty.split('/');
    let mut id = format!("/providers/{}", segments.next().unwrap_or_default());
    for (segment, name) in segments.zip(names) {
        id.push_str(&format!("/{segment}/{name}"));
    }
    id.into()
}

fn file_stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

// `.../managedVirtualNetwork/default/managedPrivateEndpoint/x.json` lies in the network `default`.
fn network_of(path: &str) -> &str {
    path.rsplit('/').nth(2).unwrap_or("default")
}
