//! What goes wrong outside the checked texts, whose fault it is, and what to do about it.

use std::io::{self, Write};

use armlint_engine::source::DecodeError;
use thiserror::Error;

use crate::config::Fault;

/// Everything that makes a run incomplete. Nothing here is about the content of a template: that is a
/// finding, or the status of the file.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The user's: an argument names nothing.
    #[error("`{path}` does not exist")]
    NoSuchPath { path: String },
    /// The user's: a pattern matches no file.
    #[error("`{pattern}` matches no file")]
    NothingMatches { pattern: String },
    /// The user's: a pattern that cannot be read.
    #[error("`{pattern}` is no valid pattern: {source}")]
    Pattern { pattern: String, source: glob::PatternError },
    /// The user's: a rule, prefix or category that does not exist.
    #[error("there is no rule or category `{name}`")]
    UnknownRule { name: String, similar: Option<String> },
    /// The user's: standard input was named without being the only text of that name.
    #[error("`--stdin-filename` is given, but `-` is not among the paths")]
    StdinNameWithoutStdin,
    /// The user's: values for no template.
    #[error("`--parameters` is given, but no file is named among the paths")]
    ParametersWithoutTemplate,
    /// The environment's: a folder or a file in it cannot be listed.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable { path: String, reason: String },
    /// The environment's: a file that was named cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Read { path: String, source: io::Error },
    /// The user's: a file that is no text.
    #[error("cannot read `{path}`: {reason}")]
    Decode { path: String, reason: DecodeError },
    /// The user's: a file that is no JSON.
    #[error("`{path}` is no JSON: {source}")]
    Json { path: String, source: serde_json::Error },
    /// The user's: a file that is no baseline.
    #[error("`{path}` is no baseline: {reason}")]
    Baseline { path: String, reason: String },
    /// The user's: a baseline whose fingerprints are those of an earlier version.
    #[error("`{path}` was written by an earlier version of armlint")]
    OldBaseline { path: String },
    /// The user's: there is no repository to look for a commit in.
    #[error("the current directory is in no work tree of Git")]
    NoRepository,
    /// The environment's: the database of the repository cannot be opened.
    #[error("cannot read the Git repository: {reason}")]
    Repository { reason: String },
    /// The user's, or the environment's: a commit that is not there, or not whole.
    #[error("cannot read the commit `{name}`: {reason}")]
    Commit { name: String, reason: String },
    /// The user's: a file that holds no object.
    #[error("`{path}` is no template")]
    NoTemplate { path: String },
    /// The user's: an expression that is wrong.
    #[error("{message}")]
    Expression { message: String },
    /// The user's: a configuration that says what cannot be.
    #[error("{0}")]
    Config(Box<Fault>),
    /// The user's: a configuration that binds parameter files that do not exist.
    #[error("`{pattern}` in `{file}` matches no parameter file")]
    NoParameterFile { pattern: String, file: String },
    /// The user's: a configuration that would be overwritten.
    #[error("`{path}` exists already")]
    Exists { path: String },
    /// The environment's: a report cannot be written.
    #[error("cannot write `{path}`: {source}")]
    Write { path: String, source: io::Error },
    /// The environment's: a file is no longer what was checked.
    #[error("`{path}` changed in the meantime and is left as it is")]
    Changed { path: String },
    /// The environment's: standard output takes nothing more, for another reason than a reader who left.
    #[error("cannot write to standard output: {0}")]
    Stdout(io::Error),
    /// The environment's: no current directory.
    #[error("cannot find the current directory: {0}")]
    CurrentDirectory(io::Error),
    /// The environment's: no threads to be had.
    #[error("cannot start worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The environment's: no thread to be had.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

impl Error {
    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Error::NoSuchPath { .. } => "paths are looked up from the current directory".to_string(),
            Error::NothingMatches { .. } => "`**` stands for any number of folders".to_string(),
            Error::UnknownRule { similar: Some(name), .. } => format!("did you mean `{name}`?"),
            Error::UnknownRule { similar: None, .. } => "`armlint rules` lists the rules".to_string(),
            Error::ParametersWithoutTemplate => {
                "name the template that they are for; those beside a template are found by themselves"
                    .to_string()
            }
            Error::StdinNameWithoutStdin => "add `-` to the paths".to_string(),
            Error::Baseline { .. } => "`--write-baseline` with the name of a new file writes one".to_string(),
            Error::OldBaseline { .. } => {
                "fingerprints have changed since; write it again with `--write-baseline`".to_string()
            }
            Error::NoRepository => "`--since` and `--changed` compare with a commit".to_string(),
            Error::Commit { .. } => {
                "name a branch, a tag or an id; a shallow or partial clone holds no earlier commits"
                    .to_string()
            }
            Error::Write { .. } => "the folder must exist and be writable".to_string(),
            Error::Threads(_) => "try `--threads 1`".to_string(),
            Error::NoTemplate { .. } => "the root must be an object".to_string(),
            Error::Config(fault) => return fault.hint.clone(),
            Error::NoParameterFile { .. } => {
                "patterns start from the folder of the configuration".to_string()
            }
            Error::Changed { .. } => "run it again".to_string(),
            Error::Exists { .. } => "name another file".to_string(),
            Error::Pattern { .. }
            | Error::Read { .. }
            | Error::Decode { .. }
            | Error::Json { .. }
            | Error::Expression { .. }
            | Error::Thread(_)
            | Error::Repository { .. }
            | Error::Unreadable { .. }
            | Error::Stdout(_)
            | Error::CurrentDirectory(_) => return None,
        })
    }

    /// The path, as shown, that could not be read; `None` where the problem is another one.
    pub(crate) fn unread(&self) -> Option<&str> {
        match self {
            Error::NoSuchPath { path } | Error::Unreadable { path, .. } => Some(path),
            Error::NothingMatches { pattern }
            | Error::Pattern { pattern, .. }
            | Error::NoParameterFile { pattern, .. } => Some(pattern),
            _ => None,
        }
    }

    /// Writes the error and its hint to standard error.
    pub(crate) fn print(&self) {
        let mut stderr = io::stderr().lock();
        // Nobody is left to tell when standard error is gone.
        let _ = writeln!(stderr, "error: {self}");
        if let Some(hint) = self.hint() {
            let _ = writeln!(stderr, "  hint: {hint}");
        }
    }
}
