//! `armlint init`: a configuration to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use crate::Status;
use crate::arguments::InitArguments;
use crate::error::Error;

/// The configuration: every key with its default, and examples in comments.
pub(crate) const TEXT: &str = include_str!("init.yaml");

/// Writes it, unless the file exists.
pub(crate) fn run(arguments: &InitArguments) -> Result<Status, Error> {
    let path = || arguments.file.to_string_lossy().into_owned();
    let file = OpenOptions::new().write(true).create_new(true).open(&arguments.file);
    let mut file = file.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => Error::Exists { path: path() },
        _ => Error::Write { path: path(), source },
    })?;
    file.write_all(TEXT.as_bytes()).map_err(|source| Error::Write { path: path(), source })?;
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "wrote {}", path());
    Ok(Status::Clean)
}
