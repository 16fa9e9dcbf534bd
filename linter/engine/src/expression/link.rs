//! Linked templates: which file a `templateLink` means, among the files that are here.
//!
//! `relativePath` is resolved against the folder of the template that links. A `uri` is mostly put together
//! from a base that nobody knows and the path below it: then the path decides. Template specs (`id`) and
//! what lies elsewhere are not found.
//! Source: Using linked and nested templates when deploying Azure resources (2024-06).

use std::sync::Arc;

use crate::span::SourceId;
use crate::syntax::Node;
use crate::value::{Term, Text, Value};

/// A template that may be linked to.
#[derive(Clone, Debug)]
pub struct LinkedFile {
    /// The path, with `/`.
    pub path: Arc<str>,
    /// The source.
    pub source: SourceId,
    /// The root.
    pub root: Node,
}

/// The root of the template that a `templateLink` object in the file `from` means; none where no file fits,
/// or several do.
pub(super) fn resolve(files: &[LinkedFile], from: SourceId, link: &Value) -> Option<Node> {
    let own = files.iter().find(|file| file.source == from)?;
    let folder = own.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let others = || files.iter().filter(|file| file.source != from);
    let relative = link.get("relativePath");
    if let Some(path) = relative.known_text() {
        let wanted = joined(folder, path)?;
        return others().find(|file| same_path(&file.path, &wanted)).map(|file| file.root.clone());
    }
    let text = [relative, link.get("uri")].into_iter().find(|value| !value.is_missing())?.text()?;
    let tail = literal_path(&text)?;
    let whole = tail.contains("://");
    let below = |file: &&LinkedFile| {
        let path = match folder {
            "" => Some(&*file.path),
            _ => file.path.get(folder.len() + 1..).filter(|_| is_below(&file.path, folder)),
        };
        path.is_some_and(|path| match whole {
            // An address that is known as a whole may be that of another repository: its folder must fit.
            true => ends_in(&tail, path) && (path.contains('/') || ends_in(&tail, with_folder(&file.path))),
            false => ends_in(path, &tail) || ends_in(&tail, path),
        })
    };
    let mut fitting = others().filter(below);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only.root.clone()),
        (Some(first), Some(second)) => {
            // Of `x.json` and `nested/x.json` the path itself is meant.
            let exact =
                |file: &&LinkedFile| joined(folder, &tail).is_some_and(|path| same_path(&file.path, &path));
            let all = [first, second].into_iter().chain(fitting);
            all.filter(exact).map(|file| file.root.clone()).next()
        }
        _ => None,
    }
}

// The last path to a JSON file that is written in a text: what stands behind it is a token or a query.
fn literal_path(text: &Text) -> Option<String> {
    let term = Term::from(text.clone());
    if term.is_one_of() {
        return None;
    }
    let path = term.literals().into_iter().rev().find_map(|literal| {
        let end = literal.to_ascii_lowercase().rfind(".json")? + ".json".len();
        Some(literal.get(..end)?.trim_start_matches(['/', '.']).to_string())
    });
    path.filter(|path| !path.rsplit('/').next().unwrap_or("").eq_ignore_ascii_case(".json"))
}

fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn same_path(a: &str, b: &str) -> bool {
    a.trim_start_matches("./").trim_start_matches('/').eq_ignore_ascii_case(b)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

// The file's name with that of its folder.
fn with_folder(path: &str) -> &str {
    path.rmatch_indices('/').nth(1).map_or(path, |(at, _)| &path[at + 1..])
}

// Whether the last segments of a path are those of `end`.
fn ends_in(path: &str, end: &str) -> bool {
    let start = path.len().wrapping_sub(end.len());
    path.get(start..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        && (start == 0 || path.as_bytes().get(start - 1) == Some(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(joined("a/b", "../c/./x.json").as_deref(), Some("a/c/x.json"));
        assert_eq!(joined("a", "../../x.json"), None);
        assert!(ends_in("a/nested/x.json", "Nested/x.json") && ends_in("x.json", "x.json"));
        assert!(!ends_in("a/yx.json", "x.json") && !ends_in("x", "a/x"));
        assert_eq!(with_folder("a/b/c.json"), "b/c.json");
        let text = Text::Known("https://x/a/b.json?c=d".into());
        assert_eq!(literal_path(&text).as_deref(), Some("https://x/a/b.json"));
        assert_eq!(literal_path(&Text::Known("https://x/a/.json".into())), None);
    }
}
