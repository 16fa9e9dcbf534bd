//! What is not checked of a template: the templates that it links to and that are not among the files.

use std::collections::BTreeMap;

use crate::graph::Graph;
use crate::span::SourceId;

/// For each text that links to templates which are not here, what to say of it; nothing with the values of an
/// environment, where it would be the same.
pub(super) fn unresolved(graph: &Graph) -> Vec<(SourceId, String)> {
    let mut links: BTreeMap<SourceId, BTreeMap<u32, Option<&str>>> = BTreeMap::new();
    let own = |source: SourceId| graph.sources.iter().any(|parsed| parsed.source.id == source);
    if !graph.is_environment {
        for (span, path) in graph.unresolved_links.iter().filter(|(span, _)| own(span.source)) {
            links.entry(span.source).or_default().insert(span.start, path.as_deref());
        }
    }
    links.into_iter().map(|(source, links)| (source, reason(&links))).collect()
}

fn reason(links: &BTreeMap<u32, Option<&str>>) -> String {
    let first = links.values().find_map(|path| *path);
    match (first, links.len()) {
        (Some(path), 1) => format!("it links to `{path}`, which is not among the files"),
        (None, 1) => "it links to a template that is not among the files".to_string(),
        (Some(path), count) => {
            format!("it links to `{path}` and {} more that are not among the files", count - 1)
        }
        (None, count) => format!("it links to {count} templates that are not among the files"),
    }
}
