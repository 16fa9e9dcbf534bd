//! `armlint init`: a configuration to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use armlint_workspace::config::STARTER;
use armlint_workspace::error::Error as WorkspaceError;

use crate::arguments::InitArguments;
use crate::error::Error;
use crate::status::Status;

/// Writes it, unless the file exists.
pub(crate) fn run(arguments: &InitArguments) -> Result<Status, Error> {
    let path = || arguments.file.to_string_lossy().into_owned();
    let file = OpenOptions::new().write(true).create_new(true).open(&arguments.file);
    let mut file = file.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => Error::Exists { path: path() },
        _ => WorkspaceError::Write { path: path(), source }.into(),
    })?;
    file.write_all(STARTER.as_bytes()).map_err(|source| WorkspaceError::Write { path: path(), source })?;
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "wrote {}", path());
    Ok(Status::Clean)
}
