//! Linked templates: which file a `templateLink` means, among the files that are here.
//!
//! `relativePath` is resolved against the folder of the template that links. A `uri` is mostly put together
//! from a base that nobody knows and the path below it: then the path decides. Template specs (`id`) and
//! what lies elsewhere are not found.
//! Source: Using linked and nested templates when deploying Azure resources (2024-06).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::dialect::{folder, is_below};
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

/// The templates that may be linked to.
#[derive(Debug, Default)]
pub struct LinkedFiles {
    files: Vec<LinkedFile>,
    by_source: FxHashMap<SourceId, usize>,
    // By the last segments of their paths, in lower case.
    by_name: FxHashMap<String, Vec<usize>>,
}

impl FromIterator<LinkedFile> for LinkedFiles {
    fn from_iter<I: IntoIterator<Item = LinkedFile>>(files: I) -> LinkedFiles {
        let mut linked = LinkedFiles { files: files.into_iter().collect(), ..LinkedFiles::default() };
        for (index, file) in linked.files.iter().enumerate() {
            linked.by_source.insert(file.source, index);
            linked.by_name.entry(file_name(&file.path)).or_default().push(index);
        }
        linked
    }
}

impl LinkedFiles {
    /// Whether there is anything to link to.
    pub(super) fn is_empty(&self) -> bool {
        self.files.len() < 2
    }

    /// The path of one of them.
    pub(super) fn path(&self, source: SourceId) -> Option<&str> {
        Some(&self.of(source)?.path)
    }

    fn of(&self, source: SourceId) -> Option<&LinkedFile> {
        self.by_source.get(&source).and_then(|index| self.files.get(*index))
    }

    // Those whose path ends in the name that a path ends in, without `from`.
    fn named_like(&self, path: &str, from: SourceId) -> impl Iterator<Item = &LinkedFile> {
        let named = self.by_name.get(&file_name(path)).into_iter().flatten();
        named.filter_map(|index| self.files.get(*index)).filter(move |file| file.source != from)
    }

    /// The root of the template that a `templateLink` object in the file `from` means; none where no file fits,
    /// or several do.
    pub(super) fn resolve(&self, from: SourceId, link: &Value) -> Option<Node> {
        let own = self.of(from)?;
        let folder = folder(&own.path);
        let relative = link.get("relativePath");
        if let Some(path) = relative.known_text() {
            let wanted = joined(folder, &path.replace('\\', "/"))?;
            let mut named = self.named_like(&wanted, from);
            return named.find(|file| same_path(&file.path, &wanted)).map(|file| file.root.clone());
        }
        let text = [relative, link.get("uri")].into_iter().find(|value| !value.is_missing())?.text()?;
        let tail = literal_path(&text)?;
        let mut fitting = self.named_like(&tail, from).filter(|file| fits(&file.path, folder, &tail));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(only.root.clone()),
            (Some(first), Some(second)) => {
                // Of `x.json` and `nested/x.json` the path itself is meant.
                let exact = |file: &&LinkedFile| {
                    joined(folder, &tail).is_some_and(|path| same_path(&file.path, &path))
                };
                let all = [first, second].into_iter().chain(fitting);
                all.filter(exact).map(|file| file.root.clone()).next()
            }
            _ => None,
        }
    }
}

/// The path that a `templateLink` object says, as far as it is known and no secret: of an address without its query.
pub(crate) fn said(link: &Value) -> Option<String> {
    let relative = link.get("relativePath");
    let text = [relative, link.get("uri")].into_iter().find(|value| !value.is_missing())?.text()?;
    let path = match text.known() {
        Some(path) => path.split(['?', '#']).next().unwrap_or(path).to_string(),
        None => literal_path(&text)?,
    };
    (!path.is_empty() && !path.contains('@')).then_some(path)
}

// Whether a file below a folder may be what an address ends in.
fn fits(path: &str, folder: &str, tail: &str) -> bool {
    let below = match folder {
        "" => Some(path),
        _ => path.get(folder.len() + 1..).filter(|_| is_below(path, folder)),
    };
    below.is_some_and(|below| match tail.contains("://") {
        // An address that is known as a whole may be that of another repository: its folder must fit.
        true => ends_in(tail, below) && (below.contains('/') || ends_in(tail, with_folder(path))),
        false => ends_in(below, tail) || ends_in(tail, below),
    })
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase()
}

// The last path to a JSON file that is written in a text: what stands behind it is a token or a query.
fn literal_path(text: &Text) -> Option<String> {
    let term = Term::from(text.clone());
    if term.is_one_of() {
        return None;
    }
    let path = term.literals().into_iter().rev().find_map(|literal| {
        let end = literal.to_ascii_lowercase().rfind(".json")? + ".json".len();
        Some(literal.get(..end)?.replace('\\', "/").trim_start_matches(['/', '.']).to_string())
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
