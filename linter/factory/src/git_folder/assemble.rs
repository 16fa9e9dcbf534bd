//! From artefact files to factories: a folder that holds the factory itself, or artefacts of two kinds, is one.

use std::collections::{BTreeMap, BTreeSet};

use armlint_engine::dialect::{Assembled, Claim, Deployment, Dialect, File, Owner, Recognition, World};
use smol_str::SmolStr;

use super::{export, file_name};
use crate::artefact::ArtefactKind;
use crate::factory::{FACTORIES, WORKSPACES, workspace_of_service};

/// One deployment for each factory, in the form that people edit.
pub(super) fn assemble(files: &[File]) -> Assembled {
    let mut assembled = Assembled::default();
    let mut roots: BTreeMap<&SmolStr, Vec<Member<'_>>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        if let Recognition::Declared(claim) = &file.recognition
            && claim.dialect == Dialect::Folder
            && let Some(kind) = ArtefactKind::of_index(claim.kind)
        {
            roots.entry(&claim.folder).or_default().push(Member { index, file, claim, kind });
        }
    }
    let mut names = BTreeSet::new();
    for (root, members) in roots {
        if let Some(deployment) = factory(root, members, &mut assembled) {
            names.extend(deployment.owner.as_ref().map(|owner| owner.name.to_ascii_lowercase()));
            assembled.deployments.push(deployment);
        }
    }
    export::assemble(files, &names, &mut assembled);
    assembled
}

// A file that may be an artefact.
struct Member<'f> {
    index: usize,
    file: &'f File,
    claim: &'f Claim,
    kind: ArtefactKind,
}

impl Member<'_> {
    fn name(&self) -> SmolStr {
        super::name(&self.file.parsed)
    }
}

// The factory or workspace of a folder; one with artefacts of one kind that certainly are such is an open world.
fn factory(root: &str, members: Vec<Member<'_>>, assembled: &mut Assembled) -> Option<Deployment> {
    let certain = members.iter().filter(|member| member.claim.certain);
    let kinds: BTreeSet<ArtefactKind> = certain.map(|member| member.kind).collect();
    let closed = kinds.contains(&ArtefactKind::Factory) || kinds.len() > 1;
    let only_synapse = kinds.iter().all(|kind| kind.artefact().only_synapse);
    if kinds.is_empty() || (!closed && only_synapse) {
        let reason = "its folder is no Git folder of a factory";
        assembled.left_out.extend(members.iter().map(|member| (member.index, reason.to_string())));
        return None;
    }
    let (taken, doubtful): (Vec<_>, Vec<_>) =
        members.into_iter().partition(|member| member.claim.certain || closed);
    let reason = "it does not look like an artefact of its folder";
    assembled.left_out.extend(doubtful.iter().map(|member| (member.index, reason.to_string())));
    let itself = taken.iter().find(|member| member.kind == ArtefactKind::Factory);
    let name = itself.map_or_else(|| SmolStr::from(file_name(root)), Member::name);
    let ty = if is_synapse(&kinds, &taken) { WORKSPACES } else { FACTORIES };
    let world = if closed { World::Closed } else { World::Open };
    let sources = taken.iter().map(|member| member.file.parsed.clone()).collect();
    let own = Deployment::declared(&super::READER, world, sources);
    Some(Deployment { owner: Some(Owner { ty, name }), ..own })
}

fn is_synapse(kinds: &BTreeSet<ArtefactKind>, taken: &[Member<'_>]) -> bool {
    let says = |member: &Member<'_>| {
        member.kind.artefact().only_synapse
            || (member.kind == ArtefactKind::LinkedService && workspace_of_service(&member.name()).is_some())
    };
    !kinds.contains(&ArtefactKind::Factory) && taken.iter().any(says)
}
