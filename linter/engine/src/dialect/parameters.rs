//! Parameter files, and the templates that they belong to.

use crate::syntax::Node;

/// Whether a tree is a parameter file.
pub(super) fn recognise(root: &Node) -> bool {
    let schema = root.value("$schema").and_then(Node::text).unwrap_or("").to_ascii_lowercase();
    schema.contains("deploymentparameters.json")
}

/// The position, among `templates`, of the template that the parameter file at `path` belongs to:
/// `metadata.template` names it, or the file's name does, or it is the only template of the folder.
pub(super) fn template_of(path: &str, root: &Node, templates: &[(&str, usize)]) -> Option<usize> {
    let (folder, file) = split(path);
    let named = root.value("metadata").and_then(|metadata| metadata.value("template")).and_then(Node::text);
    let beside = |name: &str| {
        let wanted = if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") };
        templates.iter().find(|(path, _)| path.eq_ignore_ascii_case(&wanted)).map(|(_, index)| *index)
    };
    if let Some(named) = named {
        return beside(named.trim_start_matches("./"));
    }
    let lower = file.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("armtemplateparametersfor") {
        return beside(&format!("armtemplatefor{rest}"));
    }
    if let Some(rest) = lower.strip_prefix("templateparametersfor") {
        return beside(&format!("templatefor{rest}"));
    }
    for marker in [".parameters", ".param", ".params", "-parameters", "_parameters"] {
        if let Some(at) = lower.find(marker) {
            let (_, extension) = lower.rsplit_once('.')?;
            let found = [extension, "json", "jsonc"]
                .iter()
                .find_map(|extension| beside(&format!("{}.{extension}", &lower[..at])));
            if found.is_some() {
                return found;
            }
        }
    }
    let mut neighbours = templates.iter().filter(|(path, _)| split(path).0 == folder);
    match (neighbours.next(), neighbours.next()) {
        (Some((_, index)), None) => Some(*index),
        _ => None,
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
