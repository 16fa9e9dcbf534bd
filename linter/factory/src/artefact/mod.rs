//! The artefacts of factories and workspaces: the table of their kinds, and what tells a kind.

pub mod content;

pub use armlint_engine::dialect::{ARTEFACTS, Artefact, ArtefactKind, OTHER_FOLDERS};
use armlint_engine::graph::Resource;

use crate::factory::factory_type;

/// The kind of an artefact of a factory or workspace, by its resource type; `None` for every other resource.
pub fn kind_of(resource: &Resource) -> Option<ArtefactKind> {
    let below = resource.ty.get(factory_type(&resource.ty)?.len() + 1..)?;
    ArtefactKind::of_type(below)
}
