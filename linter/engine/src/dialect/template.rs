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

/// `Some(export)` for a template.
pub(super) fn recognise(root: &Node) -> Option<bool> {
    if !root.is_object() {
        return None;
    }
    let template = match root.value("$schema") {
        Some(schema) => {
            let schema = schema.text()?.to_ascii_lowercase();
            schema.contains("deploymenttemplate.json") && !schema.contains("deploymentparameters")
        }
        None => {
            let resources = root.value("resources").map(|node| &node.kind);
            root.value("contentVersion").and_then(Node::text).is_some()
                && matches!(resources, Some(NodeKind::Array(_) | NodeKind::Object(_)))
        }
    };
    template.then(|| is_export(root))
}

// Every export sets one of these variables, and nothing else has reason to.
fn is_export(root: &Node) -> bool {
    let variable = |name: &str, prefix: &str| {
        let value = root.value("variables").and_then(|variables| variables.value(name)).and_then(Node::text);
        value.is_some_and(|text| text.to_ascii_lowercase().starts_with(prefix))
    };
    variable("factoryId", "[concat('microsoft.datafactory/factories/'")
        || variable("workspaceId", "[concat('microsoft.synapse/workspaces/'")
}
