//! Git folders of data factories and Synapse workspaces: one JSON file for each artefact, in a folder
//! named for its kind.
//!
//! Source: Source control in Azure Data Factory (2024-08), Source control in Synapse Studio (2024-05),
//! and the layout of public repositories.

use smol_str::{SmolStr, ToSmolStr};

use super::artefact::ArtefactKind;
use crate::syntax::{Node, NodeKind};

/// A file that would be an artefact if its neighbours are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The folder that holds the artefact folders; empty for the current one.
    pub root: SmolStr,
    /// The kind, by its folder.
    pub kind: ArtefactKind,
    /// It looks like an artefact of its kind, and not only like any named object.
    pub certain: bool,
}

/// Whether a path lies in a folder that artefacts lie in.
pub(super) fn is_artefact_path(path: &str) -> bool {
    place(path).is_some()
}

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
    if folder.eq_ignore_ascii_case("managedPrivateEndpoint") {
        let (_network, above) = (segments.pop()?, segments.pop()?);
        let inside = above.eq_ignore_ascii_case("managedVirtualNetwork");
        return inside.then(|| (root(&segments), ArtefactKind::ManagedPrivateEndpoint));
    }
    let kind = ArtefactKind::of_folder(folder)?;
    Some((root(&segments), kind))
}

/// The artefact that a tree at a path may be.
pub(super) fn candidate(path: &str, root: &Node) -> Option<Candidate> {
    let (folder, kind) = place(path)?;
    root.value("name").and_then(Node::text)?;
    let properties = root.value("properties");
    let has = |key: &str| properties.is_some_and(|properties| properties.get(key).is_some());
    let text = |key: &str| properties.and_then(|node| node.value(key)).and_then(Node::text);
    let certain = match kind {
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
    };
    (certain || properties.is_some()).then_some(Candidate { root: folder, kind, certain })
}
