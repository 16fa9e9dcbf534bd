//! What keeps a command from doing what it was asked for, whose fault it is, and what to do about it.

use std::fmt::Display;
use std::io::{self, Write};

use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::text::lines;
use thiserror::Error;

/// Everything that makes a run incomplete. Nothing here is about the content of a template: that is a
/// finding, or the status of the file.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// Whoever's it is, it says so itself.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The user's: a file that is no JSON.
    #[error("`{path}` is no JSON: {source}")]
    Json { path: String, source: serde_json::Error },
    /// The user's: a file that holds no object.
    #[error("`{path}` is no template")]
    NoTemplate { path: String },
    /// The user's: an expression that is wrong.
    #[error("{message}")]
    Expression { message: String },
    /// The user's: a check of another tool that no rule names.
    #[error("no rule says that it looks for the same as `{name}`")]
    NoEquivalent { name: String },
    /// The user's: an id that no rule of a pack can have.
    #[error("{message}")]
    RuleId { message: String },
    /// The user's: a path that is no pack.
    #[error("{message}")]
    NoPack { message: String },
    /// The user's: a file that would be overwritten.
    #[error("`{path}` exists already")]
    Exists { path: String },
    /// The environment's: standard output takes nothing more, for another reason than a reader who left.
    #[error("cannot write to standard output: {0}")]
    Stdout(io::Error),
    /// The environment's: no thread to be had.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

impl Error {
    /// What the user can do about it.
    fn hint(&self) -> Option<String> {
        Some(match self {
            Error::Workspace(error) => return error.hint(),
            Error::NoTemplate { .. } => "the root must be an object".to_string(),
            Error::Exists { .. } => "name another file".to_string(),
            Error::RuleId { .. } => {
                "an id is the namespace of the pack and the name of the bad state: `contoso/owner-missing`"
                    .to_string()
            }
            Error::NoPack { .. } => "name a folder of pages, or one page".to_string(),
            Error::NoEquivalent { .. } => {
                "write an id as its tool does, such as `CKV_AZURE_3` or `checkov:CKV_AZURE_3`".to_string()
            }
            Error::Json { .. } | Error::Expression { .. } | Error::Stdout(_) | Error::Thread(_) => {
                return None;
            }
        })
    }

    /// Writes the error and its hint to standard error.
    pub(crate) fn print(&self) {
        print(self, self.hint());
    }
}

/// Writes what was not found or not written, and did not end the run, to standard error.
pub(crate) fn print_problem(problem: &WorkspaceError) {
    print(problem, problem.hint());
}

fn print(error: &dyn Display, hint: Option<String>) {
    let mut stderr = io::stderr().lock();
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(stderr, "error: {}", lines(&error.to_string()));
    if let Some(hint) = hint {
        let _ = writeln!(stderr, "  hint: {}", lines(&hint));
    }
}
