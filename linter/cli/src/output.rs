//! Writing to the standard streams, without complaint about a reader who left.

use std::io::{self, Write};

use crate::error::Error;

/// Writes to standard output. A closed pipe is no error: the reader has seen enough.
pub(crate) fn to_stdout(bytes: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}

/// Writes to standard error. Nobody is left to tell when that is gone.
pub(crate) fn to_stderr(bytes: &[u8]) {
    let _ = io::stderr().lock().write_all(bytes);
}
