//! Git folders of data factories and Synapse workspaces: one JSON file for each artefact, in a folder
//! named for its kind.
//!
//! Source: Source control in Azure Data Factory (2024-08), Source control in Synapse Studio (2024-05),
//! and the layout of public repositories.

mod assemble;
mod declare;
mod export;
#[cfg(test)]
mod tests;
mod ties;

use armlint_engine::dialect::{Claim, Dialect, DialectReader, Parsed};
use armlint_engine::syntax::{Node, NodeKind};
use smol_str::{SmolStr, ToSmolStr};

use crate::artefact::ArtefactKind;

/// How Git folders, and the exports beside them, are read.
pub static READER: DialectReader = DialectReader {
    dialect: Dialect::Folder,
    may_concern: |path, _| place(path).is_some(),
    own_folder: |path| Some(place(path)?.0),
    recognise: candidate,
    note: |_| None,
    is_export: export::is_export,
    ties: ties::ties,
    likely_ties: |path, _| ties::of_path(path),
    assemble: assemble::assemble,
    declare: declare::declare,
};

// The root folder and the kind that a path stands for.
fn place(path: &str) -> Option<(SmolStr, ArtefactKind)> {
    let extension = path.rsplit_once('.')?.1;
    if !extension.eq_ignore_ascii_case("json") {
        return None;
    }
    let mut segments: Vec<&str> = path.split('/').collect();
    segments.pop()?;
    let folder = segments.pop()?;
    let root = |segments: &[&str]| segments.join("/").to_smolstr();
    let kind = ArtefactKind::of_folder(folder)?;
    if kind == ArtefactKind::ManagedPrivateEndpoint {
        let (_network, above) = (segments.pop()?, segments.pop()?);
        let inside = above.eq_ignore_ascii_case("managedVirtualNetwork");
        return inside.then(|| (root(&segments), kind));
    }
    Some((root(&segments), kind))
}

// The artefact that a tree at a path may be.
fn candidate(path: &str, root: &Node) -> Option<Claim> {
    let (folder, kind) = place(path)?;
    root.value("name").and_then(Node::text)?;
    let properties = root.value("properties");
    let certain = looks_like(kind, root);
    let claim = Claim { dialect: Dialect::Folder, folder, kind: kind as u8, certain };
    (certain || properties.is_some()).then_some(claim)
}

// Whether a tree looks like an artefact of its kind, and not only like any named object.
fn looks_like(kind: ArtefactKind, root: &Node) -> bool {
    let properties = root.value("properties");
    let has = |key: &str| properties.is_some_and(|properties| properties.get(key).is_some());
    let text = |key: &str| properties.and_then(|node| node.value(key)).and_then(Node::text);
    match kind {
        ArtefactKind::Factory => {
            properties.is_some_and(Node::is_object)
                || root.get("identity").is_some()
                || root.get("location").is_some()
        }
        ArtefactKind::ManagedVirtualNetwork => true,
        ArtefactKind::ManagedPrivateEndpoint => has("privateLinkResourceId"),
        ArtefactKind::IntegrationRuntime => {
            matches!(text("type"), Some("Managed" | "SelfHosted"))
        }
        ArtefactKind::LinkedService => text("type").is_some() && (has("typeProperties") || has("connectVia")),
        ArtefactKind::Credential => text("type").is_some(),
        ArtefactKind::Dataset => has("linkedServiceName"),
        ArtefactKind::Pipeline => {
            let activities = properties.and_then(|node| node.value("activities")).map(|node| &node.kind);
            matches!(activities, Some(NodeKind::Array(_)))
        }
        ArtefactKind::DataFlow => text("type").is_some() && has("typeProperties"),
        ArtefactKind::Trigger => text("type").is_some_and(|ty| ty.ends_with("Trigger")),
        ArtefactKind::ChangeDataCapture => has("sourceConnectionsInfo"),
        ArtefactKind::Notebook
        | ArtefactKind::SqlScript
        | ArtefactKind::SparkJobDefinition
        | ArtefactKind::KqlScript
        | ArtefactKind::BigDataPool
        | ArtefactKind::SparkConfiguration
        | ArtefactKind::Database => properties.is_some_and(Node::is_object),
    }
}

fn name(parsed: &Parsed) -> SmolStr {
    parsed.document.root.value("name").and_then(Node::text).unwrap_or_default().into()
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
