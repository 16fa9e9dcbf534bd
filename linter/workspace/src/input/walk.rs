//! Walking a folder: what `.gitignore` files name and what is hidden is left out, links are not followed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::CONFIGURATION;

/// What a walk came upon.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The files, whatever they are called.
    pub(super) files: Vec<PathBuf>,
    /// The folders, the one that the walk began in included.
    pub(super) folders: HashSet<PathBuf>,
    /// What could not be read: the path, where known, and why.
    pub(super) errors: Vec<(Option<PathBuf>, String)>,
}

enum Step {
    File(PathBuf),
    Folder(PathBuf),
    Error(Option<PathBuf>, String),
}

/// Walks the folder `root` with this many threads; the order of the result is not determined.
pub(super) fn walk(root: &Path, threads: usize) -> Walked {
    let (sender, receiver) = mpsc::channel();
    // The walker would read them to their end.
    if let Some(rules) = root.ancestors().find_map(endless_rules) {
        return Walked { errors: vec![(Some(rules), NO_RULES.to_string())], ..Walked::default() };
    }
    let endless = sender.clone();
    let walker = WalkBuilder::new(root)
        // The same files wherever it runs: with or without a repository, whatever this user ignores.
        .require_git(false)
        .git_global(false)
        .threads(threads)
        .filter_entry(move |entry| {
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let rules = if folder { endless_rules(entry.path()) } else { None };
            let error = rules.map(|rules| Step::Error(Some(rules), NO_RULES.to_string()));
            error.map(|error| endless.send(error)).is_none()
        })
        .build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let step = match entry {
                Ok(entry) => step(entry),
                Err(error) => Some(problem(error)),
            };
            // The receiver outlives the walk.
            let _ = step.map(|step| sender.send(step));
            WalkState::Continue
        })
    });
    drop(sender);
    let mut walked = Walked::default();
    for step in receiver {
        match step {
            Step::File(path) => walked.files.push(path),
            Step::Folder(path) => {
                walked.folders.insert(path);
            }
            Step::Error(path, reason) => walked.errors.push((path, reason)),
        }
    }
    walked.errors.sort();
    walked
}

/// Why what an ignore file ignores is not known.
const NO_RULES: &str = "it is no regular file, or larger than 1 MiB: the folder is left out";

/// The largest ignore file that is read, in bytes.
const MAX_RULES: u64 = 1 << 20;

// The ignore file of a folder that has no end, or is too large to be one: a repository may hold a link to a device.
fn endless_rules(folder: &Path) -> Option<PathBuf> {
    [".gitignore", ".ignore", ".git/info/exclude"].iter().map(|name| folder.join(name)).find(|path| {
        std::fs::metadata(path)
            .is_ok_and(|rules| !rules.is_dir() && (!rules.is_file() || rules.len() > MAX_RULES))
    })
}

fn step(entry: DirEntry) -> Option<Step> {
    let kind = entry.file_type()?;
    // The root is followed when it is a link, since it was named.
    if kind.is_dir() || entry.depth() == 0 {
        Some(Step::Folder(entry.into_path()))
    } else if kind.is_file() && entry.file_name() != CONFIGURATION {
        // The configuration is read by itself.
        Some(Step::File(entry.into_path()))
    } else {
        None
    }
}

fn problem(error: ignore::Error) -> Step {
    let mut path = None;
    let mut inner = &error;
    loop {
        inner = match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = Some(at.clone());
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            _ => break,
        };
    }
    let reason = inner.to_string();
    Step::Error(path, reason)
}

/// What `walked`, the walk of `root`, left out and why; a folder that was left out stands for all in it.
pub(super) fn left_out(root: &Path, walked: &Walked) -> Vec<(PathBuf, &'static str)> {
    let files: HashSet<&Path> = walked.files.iter().map(PathBuf::as_path).collect();
    let mut result = Vec::new();
    let mut pending: Vec<PathBuf> = walked.folders.iter().cloned().collect();
    if pending.is_empty() {
        pending.push(root.to_path_buf());
    }
    for folder in pending {
        // A folder that cannot be read is among the errors of the walk.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if files.contains(path.as_path()) || walked.folders.contains(&path) {
                continue;
            }
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let reason = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => "a symbolic link; name it to have it followed",
                _ if hidden => "hidden",
                Ok(kind) if kind.is_file() || kind.is_dir() => "named by an ignore file",
                _ => "no regular file",
            };
            result.push((path, reason));
        }
    }
    result
}
