//! Which texts there are and where they come from: the arguments, the folders below them, what lies beside a file,
//! commits of the Git repository, and standard input.

mod base;
mod discovery;
mod git;
mod neighbours;
mod reader;
mod repository_paths;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use base::Base;
pub(crate) use base::slashes;
pub use discovery::{Discovery, Request, discover, named, scope};
pub(crate) use git::Repository;
pub use git::head;
pub use neighbours::{answer, artefact_root};
pub use reader::read_all;
pub use repository_paths::RepositoryPaths;

/// The name of a configuration, which is no file to check.
pub(crate) const CONFIGURATION: &str = "armlint.yaml";

/// The endings of the files that are taken from folders.
pub use armlint_engine::dialect::EXTENSIONS;

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// How it is opened.
    pub path: PathBuf,
    /// How it is shown: from the current directory where it is below it, with `/`.
    pub shown: Arc<str>,
    /// How it was found.
    pub role: Role,
}

/// How a file was found; where it was found in several ways, the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Beside a file that is to be checked.
    Context,
    /// In a folder that was named.
    Walked,
    /// Named by an argument.
    Named,
    /// A parameter file that was given for the templates among the arguments.
    Parameters,
    /// Comes on standard input.
    Stdin,
}

/// Something that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedFile {
    /// The path, as shown; a folder ends with `/`.
    pub shown: String,
    /// Why.
    pub reason: &'static str,
}

/// Whether a file in a folder may hold a template, by its name.
pub fn is_candidate(path: &Path) -> bool {
    has_extension(path, &EXTENSIONS)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

#[cfg(test)]
mod tests;
