//! Reading what was found, on all threads.

use std::fs;
use std::io::{self, Read};

use armlint_engine::session::Input;
use armlint_engine::source::{DecodeError, MAX_SOURCE_BYTES};
use rayon::prelude::*;

use crate::discover::{Found, Role, Skipped};

/// Why a file in a folder is not even opened.
const TOO_LARGE: &str = "larger than 64 MiB";

/// Reads the files on the current rayon pool. What cannot be read stays, with the reason for it; a file
/// that nobody named and that is too large to be a template is left out.
pub(crate) fn read_all(files: &[Found]) -> (Vec<Input>, Vec<Skipped>) {
    let read: Vec<_> = files.par_iter().map(read).collect();
    let mut inputs = Vec::with_capacity(read.len());
    let mut skipped = Vec::new();
    for outcome in read {
        match outcome {
            Ok(input) => inputs.push(input),
            Err(left_out) => skipped.push(left_out),
        }
    }
    (inputs, skipped)
}

fn read(found: &Found) -> Result<Input, Skipped> {
    let named = found.role >= Role::Named;
    let size = match found.role {
        Role::Stdin => 0,
        _ => fs::metadata(&found.path).map_or(0, |metadata| metadata.len()),
    };
    let too_large = size > MAX_SOURCE_BYTES as u64;
    if too_large && !named {
        return Err(Skipped { shown: found.shown.to_string(), reason: TOO_LARGE });
    }
    let content = if too_large {
        Err(DecodeError::TooLarge(usize::try_from(size).unwrap_or(usize::MAX)).to_string())
    } else if found.role == Role::Stdin {
        stdin().map_err(|error| reason(&error))
    } else {
        fs::read(&found.path).map_err(|error| reason(&error))
    };
    Ok(Input { path: found.shown.clone(), content, context: found.role == Role::Context, named })
}

fn stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte over the limit, so that the engine sees that there is more.
    io::stdin().lock().take(MAX_SOURCE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        io::ErrorKind::NotFound => "the file is gone".to_string(),
        _ => error.to_string(),
    }
}
