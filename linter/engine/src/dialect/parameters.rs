//! Parameter files, and the templates that they belong to.

use std::collections::HashMap;

use super::Parsed;
use crate::syntax::{Member, Node};

/// What stands between the name of a template and the rest of the name of its parameter file.
const MARKERS: [&str; 5] = [".parameters", ".param", ".params", "-parameters", "_parameters"];

/// A parameter file of a template.
#[derive(Clone, Debug)]
pub struct ParameterFile {
    /// The text and its tree.
    pub parsed: Parsed,
    /// Why it belongs to the template.
    pub belonging: Belonging,
}

/// Why a parameter file belongs to a template, the surest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Belonging {
    /// The template is the only one in the folder, and declares most of what the file sets.
    Alone,
    /// The name of the file, or `metadata.template` in it, names the template.
    Named,
    /// The configuration binds the file to the template.
    Bound,
    /// The user gave the file for the template.
    Given,
}

impl ParameterFile {
    /// The path, as shown.
    pub fn path(&self) -> &str {
        &self.parsed.source.path
    }

    /// What it sets: a member for each parameter, with an object of `value`, `reference` or `expression`.
    pub fn entries(&self) -> &[Member] {
        entries(&self.parsed.document.root)
    }

    /// The entry of a parameter, whatever its case.
    pub fn entry(&self, name: &str) -> Option<&Member> {
        self.entries().iter().rev().find(|entry| entry.key.text.eq_ignore_ascii_case(name))
    }
}

// A file that the user gives may also be the object of the parameters alone.
fn entries(root: &Node) -> &[Member] {
    match root.value("parameters") {
        Some(parameters) => parameters.members(),
        None if root.value("$schema").is_none() => root.members(),
        None => &[],
    }
}

/// Whether a tree is a parameter file.
pub(super) fn recognise(root: &Node) -> bool {
    let schema = root.value("$schema").and_then(Node::text).unwrap_or("").to_ascii_lowercase();
    schema.contains("deploymentparameters.json")
}

/// Templates that parameter files may belong to, by path.
#[derive(Default)]
pub(super) struct Templates<'a> {
    by_path: HashMap<String, (usize, &'a Node)>,
    // None for a folder with several.
    alone: HashMap<String, Option<(usize, &'a Node)>>,
}

impl<'a> Templates<'a> {
    /// Adds the template at `path`, which is known as `index`.
    pub(super) fn add(&mut self, path: &str, index: usize, root: &'a Node) {
        let path = path.to_ascii_lowercase();
        let folder = split(&path).0.to_string();
        self.alone.entry(folder).and_modify(|only| *only = None).or_insert(Some((index, root)));
        self.by_path.entry(path).or_insert((index, root));
    }

    /// The template at a path.
    pub(super) fn at(&self, path: &str) -> Option<usize> {
        self.by_path.get(&path.to_ascii_lowercase()).map(|(index, _)| *index)
    }

    /// The template that the parameter file at `path` belongs to, and why: `metadata.template` names it,
    /// or the file's name does, or it is the only template of the folder.
    pub(super) fn owner(&self, path: &str, root: &Node) -> Option<(usize, Belonging)> {
        if let Some(index) = templates_of(path, root).iter().find_map(|path| self.at(path)) {
            return Some((index, Belonging::Named));
        }
        if named_template(root).is_some() {
            return None;
        }
        let path = path.to_ascii_lowercase();
        let (index, template) = self.alone.get(split(&path).0).copied().flatten()?;
        let declared = template.value("parameters");
        let set = entries(root);
        let known = set.iter().filter(|entry| declared.is_some_and(|d| d.get(&entry.key.text).is_some()));
        (known.count() * 2 > set.len()).then_some((index, Belonging::Alone))
    }
}

/// The templates that the parameter file at `path` names, the likeliest first: paths in lower case.
pub(super) fn templates_of(path: &str, root: &Node) -> Vec<String> {
    match named_template(root) {
        Some(named) => {
            let path = relative(split(&path.to_ascii_lowercase()).0, named);
            path.map(|path| path.to_ascii_lowercase()).into_iter().collect()
        }
        None => templates_named_for(path),
    }
}

/// Those that a parameter file at `path` may belong to by its name alone.
pub(super) fn templates_named_for(path: &str) -> Vec<String> {
    let path = path.to_ascii_lowercase();
    let (folder, file) = split(&path);
    names(file).iter().filter_map(|name| relative(folder, name)).collect()
}

/// The template that the text of a parameter file names.
pub(super) fn named_template(root: &Node) -> Option<&str> {
    root.value("metadata")?.value("template")?.text()
}

// The names that the template of a parameter file may have, the likeliest first; all in lower case.
fn names(file: &str) -> Vec<String> {
    if let Some(rest) = file.strip_prefix("armtemplateparametersfor") {
        return vec![format!("armtemplatefor{rest}")];
    }
    if let Some(rest) = file.strip_prefix("templateparametersfor") {
        return vec![format!("templatefor{rest}")];
    }
    let Some((_, extension)) = file.rsplit_once('.').filter(|_| file.contains("param")) else {
        return Vec::new();
    };
    let mut stems: Vec<&str> = Vec::new();
    for at in MARKERS.iter().filter_map(|marker| file.find(marker)) {
        let stem = &file[..at];
        // `main.dev.parameters.json` may belong to `main.json`.
        let shorter = stem.rmatch_indices('.').map(|(at, _)| &stem[..at]);
        for stem in std::iter::once(stem).chain(shorter) {
            if !stem.is_empty() && !stems.contains(&stem) {
                stems.push(stem);
            }
        }
    }
    let endings = |stem| [extension, "json", "jsonc", "bicep"].map(|extension| format!("{stem}.{extension}"));
    stems.into_iter().flat_map(endings).collect()
}

// The path of something beside a file in `folder`; none where it leads out of everything.
fn relative(folder: &str, path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let start = if folder.starts_with('/') { "/" } else { "" };
    Some(format!("{start}{}", parts.join("/")))
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_templates() {
        assert_eq!(names("main.parameters.json")[0], "main.json");
        assert!(names("main.parameters.dev.json").contains(&"main.json".to_string()));
        assert!(names("main.dev.parameters.json").contains(&"main.json".to_string()));
        assert!(names("main.parameters.yaml").contains(&"main.json".to_string()));
        assert_eq!(names("armtemplateparametersforfactory.json"), ["armtemplateforfactory.json"]);
        assert!(names("parameters.json").is_empty());
        assert!(names(".parameters.json").is_empty());
    }

    #[test]
    fn relative_paths() {
        assert_eq!(relative("a/b", "../main.json").as_deref(), Some("a/main.json"));
        assert_eq!(relative("/a/b", ".\\main.json").as_deref(), Some("/a/b/main.json"));
        assert_eq!(relative("", "main.json").as_deref(), Some("main.json"));
        assert_eq!(relative("a", "../../main.json"), None);
    }
}
