//! Files that are read only so that others can be understood.
//!
//! Whoever names a single file (an editor, a pre-commit hook) means that file, but references lead out of
//! it: from one artefact of a Git folder to the others, from a template to its parameters and to the
//! templates beside it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use armlint_engine::session::{Wanted, WantedKind};
use armlint_factory::artefact::{ARTEFACTS, OTHER_FOLDERS};

use super::{Base, is_candidate};
use crate::file::leads_out;

/// The most siblings of a template that are read for it.
const MAX_SIBLINGS: usize = 100;

/// How deep artefact folders nest: `managedVirtualNetwork/default/managedPrivateEndpoint/x.json`.
const MAX_DEPTH: usize = 4;

/// How deep below its folder a template may link to others.
const LINK_DEPTH: usize = 4;

/// The paths of what texts refer to, each once: absolute, or below the folder that is wanted as that is written. What
/// lies around several of them is looked for once.
pub fn answer(base: &Base, wanted: &[Wanted]) -> Vec<PathBuf> {
    let mut surroundings = Surroundings::default();
    let mut known: HashSet<PathBuf> = HashSet::new();
    let mut paths = Vec::new();
    for wanted in wanted {
        let found = match wanted.kind {
            WantedKind::Neighbours => surroundings.of(&base.absolute(Path::new(&*wanted.from))),
            WantedKind::Templates => templates_below(&wanted.path, wanted.cap),
            WantedKind::File => {
                Some(PathBuf::from(&wanted.path)).filter(|path| path.is_file()).into_iter().collect()
            }
        };
        paths.extend(found.into_iter().take(wanted.cap).filter(|path| known.insert(path.clone())));
    }
    paths
}

/// What lies around the files of some folders.
#[derive(Default)]
struct Surroundings {
    // By folder: its files, unless it lies in a Git folder.
    files: HashMap<PathBuf, Option<Vec<Sibling>>>,
    // The Git folders whose artefacts were given.
    roots: HashSet<PathBuf>,
}

struct Sibling {
    path: PathBuf,
    // Without case.
    name: String,
}

impl Surroundings {
    // The files around the one at an absolute path; of a Git folder only for the first of its files.
    fn of(&mut self, path: &Path) -> Vec<PathBuf> {
        let Some(folder) = path.parent() else { return Vec::new() };
        if let Some(files) = self.files.get(folder) {
            return files.as_deref().map(|files| siblings(files, path)).unwrap_or_default();
        }
        let (files, found) = match artefact_root(path, false) {
            Some(root) => {
                (None, if self.roots.insert(root.to_path_buf()) { artefacts(root) } else { Vec::new() })
            }
            None => {
                let files = files(folder);
                let found = siblings(&files, path);
                (Some(files), found)
            }
        };
        self.files.insert(folder.to_path_buf(), files);
        found
    }
}

// Of so many files with the ending of a template those that are there; most will be something else.
fn templates_below(folder: &str, cap: usize) -> Vec<PathBuf> {
    let folder = if folder.is_empty() { "." } else { folder };
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.max_depth(Some(LINK_DEPTH)).sort_by_file_name(std::ffi::OsStr::cmp);
    // What is linked to is read whether or not it is ignored; a link may lead anywhere.
    walk.git_ignore(false).git_exclude(false).git_global(false).ignore(false).parents(false);
    let is_file = |entry: &ignore::DirEntry| entry.file_type().is_some_and(|kind| kind.is_file());
    let paths = walk.build().flatten().filter(is_file).map(ignore::DirEntry::into_path);
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).take(cap).collect()
}

/// The artefacts of the Git folder that the absolute path `folder` is in, those below it not excluded.
pub(super) fn artefacts_around(folder: &Path) -> Vec<PathBuf> {
    artefact_root(folder, true).map(artefacts).unwrap_or_default()
}

/// The folder that holds the artefact folder in which the absolute path `path` lies. A folder that merely
/// has such a name, without another beside it, is none.
pub fn artefact_root(path: &Path, folder: bool) -> Option<&Path> {
    let start = if folder { path } else { path.parent()? };
    start
        .ancestors()
        .take(MAX_DEPTH)
        .filter(|ancestor| is_artefact_folder(ancestor))
        .filter_map(Path::parent)
        .find(|root| {
            entries(root).iter().filter(|path| is_artefact_folder(path) && path.is_dir()).count() > 1
        })
}

fn is_artefact_folder(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| artefact_folders().any(|known| known.eq_ignore_ascii_case(name)))
}

/// The folders that stand side by side in a Git folder, those that others refer to first.
fn artefact_folders() -> impl Iterator<Item = &'static str> {
    let outer = ARTEFACTS.iter().filter(|artefact| artefact.kind.usual_folder() == artefact.folder);
    outer.map(|artefact| artefact.folder).chain(OTHER_FOLDERS)
}

fn artefacts(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let folders: Vec<PathBuf> = entries(root).into_iter().filter(|path| path.is_dir()).collect();
    for name in artefact_folders() {
        let matches = |path: &&PathBuf| path.file_name().is_some_and(|file| file.eq_ignore_ascii_case(name));
        for folder in folders.iter().filter(matches) {
            collect(folder, MAX_DEPTH, &mut found);
        }
    }
    found
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if found.len() >= Wanted::MAX_NEIGHBOURS {
            return;
        }
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() && depth > 0 => collect(&path, depth - 1, found),
            Ok(metadata) if metadata.is_file() && is_candidate(&path) => found.push(path),
            _ => {}
        }
    }
}

// The files beside a template, those that share the beginning of its name first.
fn siblings(files: &[Sibling], path: &Path) -> Vec<PathBuf> {
    let own = name(path);
    let stem = own.split('.').next().unwrap_or_default();
    let others = || files.iter().filter(|sibling| sibling.path != path);
    let near = others().filter(|sibling| sibling.name.starts_with(stem));
    let far = others().filter(|sibling| !sibling.name.starts_with(stem));
    near.chain(far).take(MAX_SIBLINGS).map(|sibling| sibling.path.clone()).collect()
}

// The files of a folder that may be templates.
fn files(folder: &Path) -> Vec<Sibling> {
    let is_own = |path: &PathBuf| path.is_file() && !(path.is_symlink() && leads_out(path, Some(folder)));
    let candidates = entries(folder).into_iter().filter(|path| is_candidate(path) && is_own(path));
    candidates.map(|path| Sibling { name: name(&path), path }).collect()
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// The content of a folder, sorted; nothing where it cannot be read, since context is an extra.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    paths.sort();
    paths
}
