//! What keeps the server from starting, and whose fault it is.

use std::io;

use thiserror::Error;

/// What keeps the server from starting.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The environment's: no worker threads to be had.
    #[error(transparent)]
    Pool(#[from] armlint_workspace::error::Error),
    /// The environment's: no thread to be had.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}
