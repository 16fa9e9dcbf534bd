//! Exports of factories: another rendering of their Git folders.

use std::collections::{BTreeMap, BTreeSet};

use armlint_engine::dialect::{Assembled, Deployment, Dialect, File, Recognition, World};
use armlint_engine::syntax::Node;

use super::{file_name, folder};

/// Whether a template is an export: every export sets one of these variables, and nothing else has reason to.
pub(super) fn is_export(root: &Node) -> bool {
    let variable = |name: &str, prefix: &str| {
        let value = root.value("variables").and_then(|variables| variables.value(name)).and_then(Node::text);
        value.is_some_and(|text| text.to_ascii_lowercase().starts_with(prefix))
    };
    variable("factoryId", "[concat('microsoft.datafactory/factories/'")
        || variable("workspaceId", "[concat('microsoft.synapse/workspaces/'")
}

/// Sorts the exports. Each is another rendering of its Git folder, and its linked templates are another rendering
/// of its one template: a factory is checked once. `factories` are the names, in lower case, of those that have a
/// Git folder.
pub(super) fn assemble(files: &[File], factories: &BTreeSet<String>, assembled: &mut Assembled) {
    let mut whole: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        if file.recognition == (Recognition::Template { export: true })
            && is_whole_export(file_name(&file.parsed.source.path))
        {
            whole.insert(folder(&file.parsed.source.path), index);
            assembled.whole.push(index);
        }
    }
    for (linked, members) in linked_parts(files) {
        let factory = file_name(folder(linked)).to_ascii_lowercase();
        let other = whole.get(folder(linked)).map(|index| files[*index].parsed.source.path.to_string());
        let other = other.or_else(|| factories.contains(&factory).then(|| "the Git folder".to_string()));
        if let Some(other) = other {
            let reason = format!("the same factory is checked as {other}");
            assembled.left_out.extend(members.into_iter().map(|index| (index, reason.clone())));
            continue;
        }
        let sources = members.iter().map(|index| files[*index].parsed.clone()).collect();
        assembled.taken.extend(members);
        assembled.deployments.push(Deployment::of(Dialect::Export, World::Closed, sources));
    }
    for (place, index) in whole {
        if factories.contains(&file_name(place).to_ascii_lowercase()) {
            assembled.left_out.push((index, "the same factory is checked as the Git folder".to_string()));
        }
    }
}

// The linked templates of exports, by their folder.
fn linked_parts(files: &[File]) -> BTreeMap<&str, Vec<usize>> {
    let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let path = &file.parsed.source.path;
        if matches!(file.recognition, Recognition::Template { .. }) && is_linked_part(path) {
            parts.entry(folder(path)).or_default().push(index);
        }
    }
    parts
}

// Publishing writes the whole factory under these names; single pipelines are exported under others.
pub(super) fn is_whole_export(name: &str) -> bool {
    let name = stem(name);
    name.eq_ignore_ascii_case("ARMTemplateForFactory") || name.eq_ignore_ascii_case("TemplateForWorkspace")
}

/// Whether a path is that of a linked template of an export.
pub(super) fn is_linked_part(path: &str) -> bool {
    let inside = file_name(folder(path)).eq_ignore_ascii_case("linkedTemplates");
    let lower = stem(file_name(path)).to_ascii_lowercase();
    inside
        && lower.strip_prefix("armtemplate_").is_some_and(|number| {
            number == "master" || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        })
}

// The name without the ending of a template.
fn stem(name: &str) -> &str {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let known = ["json", "yaml", "yml"].iter().any(|known| known.eq_ignore_ascii_case(extension));
    if known { stem } else { name }
}
