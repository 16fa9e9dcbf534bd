//! What goes wrong outside the checked texts, whose fault it is, and what to do about it.

use std::path::PathBuf;
use std::{fmt, io};

use armlint_engine::source::DecodeError;
use thiserror::Error;

use crate::text::printable;

/// What keeps texts from being found, read, judged or written. Nothing here is about the content of a template: that
/// is a finding, or the status of the file.
#[derive(Debug, Error)]
pub enum Error {
    /// The user's: an argument names nothing.
    #[error("`{path}` does not exist")]
    NoSuchPath {
        /// As shown, or as the user wrote it.
        path: String,
    },
    /// The user's: a pattern matches no file.
    #[error("`{pattern}` matches no file")]
    NothingMatches {
        /// As the user wrote it.
        pattern: String,
    },
    /// The user's: a pattern that cannot be read.
    #[error("`{pattern}` is no valid pattern: {source}")]
    Pattern {
        /// As the user wrote it.
        pattern: String,
        /// The cause, in the words of the system or of the library.
        source: glob::PatternError,
    },
    /// The user's: a rule, prefix or category that does not exist.
    #[error("there is no rule or category `{name}`")]
    UnknownRule {
        /// As the user wrote it.
        name: String,
        /// What was perhaps meant.
        similar: Option<String>,
    },
    /// The user's: standard input was named without being the only text of that name.
    #[error("`--stdin-filename` is given, but `-` is not among the paths")]
    StdinNameWithoutStdin,
    /// The user's: values for no template.
    #[error("`--parameters` is given, but no file is named among the paths")]
    ParametersWithoutTemplate,
    /// The environment's: a folder or a file in it cannot be listed.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// As shown, or as the user wrote it.
        path: String,
        /// Why, as one sentence without a full stop.
        reason: String,
    },
    /// The environment's: a file that was named cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// As shown, or as the user wrote it.
        path: String,
        /// The cause, in the words of the system or of the library.
        source: io::Error,
    },
    /// The user's: a file that is no text.
    #[error("cannot read `{path}`: {reason}")]
    Decode {
        /// As shown, or as the user wrote it.
        path: String,
        /// Why, as one sentence without a full stop.
        reason: DecodeError,
    },
    /// The user's: a file that is no baseline.
    #[error("`{path}` is no baseline: {reason}")]
    Baseline {
        /// As shown, or as the user wrote it.
        path: String,
        /// Why, as one sentence without a full stop.
        reason: String,
    },
    /// The user's: a baseline whose fingerprints are those of an earlier version.
    #[error("`{path}` was written by an earlier version of armlint")]
    OldBaseline {
        /// As shown, or as the user wrote it.
        path: String,
    },
    /// The user's: there is no repository to look for a commit in.
    #[error("the current directory is in no work tree of Git")]
    NoRepository,
    /// The environment's: the database of the repository cannot be opened.
    #[error("cannot read the Git repository: {reason}")]
    Repository {
        /// Why, as one sentence without a full stop.
        reason: String,
    },
    /// The user's, or the environment's: a commit that is not there, or not whole.
    #[error("cannot read the commit `{name}`: {reason}")]
    Commit {
        /// As the user wrote it.
        name: String,
        /// Why, as one sentence without a full stop.
        reason: String,
    },
    /// The user's: a configuration that says what cannot be.
    #[error("{0}")]
    Config(Box<Fault>),
    /// The user's: a pack, or a page of one, that is none.
    #[error("{0}")]
    Pack(Box<Fault>),
    /// The user's: a configuration that binds parameter files that do not exist.
    #[error("`{pattern}` in `{file}` matches no parameter file")]
    NoParameterFile {
        /// As the user wrote it.
        pattern: String,
        /// The configuration, as shown.
        file: String,
    },
    /// The repository's: a configuration in it that binds what it does not hold.
    #[error("`{pattern}` in `{file}` names a file outside of the repository, which is not read")]
    OutsideFiles {
        /// As the user wrote it.
        pattern: String,
        /// The configuration, as shown.
        file: String,
    },
    /// The environment's: a report cannot be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// As shown, or as the user wrote it.
        path: String,
        /// The cause, in the words of the system or of the library.
        source: io::Error,
    },
    /// The repository's: a link in it that leads to what it does not hold.
    #[error("`{path}` is a link that leads out of the repository, and is not followed")]
    LeadsOut {
        /// As shown, or as the user wrote it.
        path: String,
    },
    /// The user's: a configuration that nobody would read.
    #[error("`{path}` is not read: a configuration is called `armlint.yaml`")]
    Misnamed {
        /// As shown.
        path: String,
    },
    /// The environment's: a file is no longer what was checked.
    #[error("`{path}` changed in the meantime and is left as it is")]
    Changed {
        /// As shown, or as the user wrote it.
        path: String,
    },
    /// The environment's: no current directory.
    #[error("cannot find the current directory: {0}")]
    CurrentDirectory(io::Error),
    /// The environment's: no threads to be had.
    #[error("cannot start worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl Error {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Error::NoSuchPath { path } => match with_slashes(path) {
                Some(path) => format!("folders are separated by `/` here: `{path}`"),
                None => "paths are looked up from the current directory".to_string(),
            },
            Error::Pattern { pattern, .. } => {
                return with_slashes(pattern).map(|pattern| format!("patterns take `/`: `{pattern}`"));
            }
            Error::NothingMatches { pattern } => match with_slashes(pattern) {
                Some(pattern) => format!("patterns take `/`: `{pattern}`"),
                None => "`**` stands for any number of folders".to_string(),
            },
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
            Error::Config(fault) | Error::Pack(fault) => return fault.hint.clone(),
            Error::OutsideFiles { .. } => "`--parameters` takes any file".to_string(),
            Error::NoParameterFile { .. } => {
                "patterns start from the folder of the configuration".to_string()
            }
            Error::LeadsOut { .. } => "name the file that it leads to".to_string(),
            Error::Misnamed { .. } => "rename it, or take it away".to_string(),
            Error::Changed { .. } => "run it again".to_string(),
            Error::Read { .. }
            | Error::Decode { .. }
            | Error::Repository { .. }
            | Error::Unreadable { .. }
            | Error::CurrentDirectory(_) => return None,
        })
    }

    /// What is wrong, in one line.
    pub fn reason(&self) -> String {
        match self {
            Error::Config(fault) | Error::Pack(fault) => fault.line(),
            other => other.to_string(),
        }
    }

    /// The path, as shown, that could not be read; `None` where the problem is another one.
    pub fn unread(&self) -> Option<&str> {
        match self {
            Error::NoSuchPath { path }
            | Error::Unreadable { path, .. }
            | Error::LeadsOut { path }
            | Error::Misnamed { path } => Some(path),
            Error::NothingMatches { pattern }
            | Error::Pattern { pattern, .. }
            | Error::NoParameterFile { pattern, .. }
            | Error::OutsideFiles { pattern, .. } => Some(pattern),
            Error::Pack(fault) => Some(&fault.path),
            _ => None,
        }
    }
}

/// The path or pattern with `/` for `\`; none where it holds no `\`.
pub(crate) fn with_slashes(text: &str) -> Option<String> {
    text.contains('\\').then(|| text.replace('\\', "/"))
}

/// A key, a value or a name that cannot be: the user's fault.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The file, as shown.
    pub path: String,
    /// The file, as it is opened.
    pub file: PathBuf,
    /// Where in it; none where that is not known.
    pub place: Option<FaultPlace>,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultPlace {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In characters.
    pub length: usize,
    /// The whole line.
    pub text: String,
}

impl Fault {
    /// The same in one line, without the file and the text.
    pub fn line(&self) -> String {
        let place =
            self.place.as_ref().map(|place| format!("line {}, column {}: ", place.line, place.column));
        let hint = self.hint.as_ref().map(|hint| format!("; {hint}"));
        format!("{}{}{}", place.unwrap_or_default(), self.message, hint.unwrap_or_default())
    }
}

// A line of more bytes is not shown.
const MAX_SHOWN: usize = 1_000;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        let Some(FaultPlace { line, column, length, text }) = &self.place else {
            return write!(f, ": {}", self.message);
        };
        if text.len() > MAX_SHOWN {
            return write!(f, ":{line}:{column}: {}", self.message);
        }
        writeln!(f, ":{line}:{column}: {}", self.message)?;
        let gutter = line.to_string().len();
        writeln!(f, "  {:gutter$} |", "")?;
        writeln!(f, "  {line} | {}", printable(text))?;
        write!(f, "  {:gutter$} | {}{}", "", " ".repeat(column.saturating_sub(1)), "^".repeat(*length))
    }
}

impl std::error::Error for Fault {}
