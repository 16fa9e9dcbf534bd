//! ARM templates, by their schema or, where there is none, by their shape.

use crate::syntax::{Node, NodeKind};

/// Whether a text may hold a template or a parameter file.
pub(super) fn has_marker(bytes: &[u8]) -> bool {
    // UTF-16 is rare enough to be decoded before anything is decided.
    let wide = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..]);
    wide || [
        "eploymentTemplate",
        "eploymentParameters",
        "contentVersion",
        "eploymenttemplate",
        "eploymentparameters",
    ]
    .iter()
    .any(|marker| memchr::memmem::find(bytes, marker.as_bytes()).is_some())
}

/// Whether a tree is a template.
pub(super) fn recognise(root: &Node) -> bool {
    if !root.is_object() {
        return false;
    }
    match root.value("$schema") {
        Some(schema) => schema.text().is_some_and(|schema| {
            let schema = schema.to_ascii_lowercase();
            schema.contains("deploymenttemplate.json") && !schema.contains("deploymentparameters")
        }),
        None => {
            let resources = root.value("resources").map(|node| &node.kind);
            root.value("contentVersion").and_then(Node::text).is_some()
                && matches!(resources, Some(NodeKind::Array(_) | NodeKind::Object(_)))
        }
    }
}
