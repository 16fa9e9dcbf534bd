//! Reading what was found, on all threads.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use armlint_engine::session::Input;
use armlint_engine::source::MAX_SOURCE_BYTES;
use armlint_rules::DIALECTS;
use rayon::prelude::*;

use super::{FoundFile, Role, SkippedFile};
use crate::file::{self, too_large};

/// Why a file in a folder is left out.
const TOO_LARGE: &str = "larger than 64 MiB, and no template";

/// How many bytes of a file that is too large are looked at together, and how many of them once more.
const WINDOW: usize = 1 << 20;
const OVERLAP: usize = 1 << 10;

/// Reads the files on the current rayon pool. What cannot be read stays, with the reason for it; a file
/// that nobody named, that is too large and looks like no template is left out. `is_bound` tells the parameter
/// files of a configuration.
pub fn read_all(
    files: &[FoundFile],
    is_bound: impl Fn(&str) -> bool + Sync,
) -> (Vec<Input>, Vec<SkippedFile>) {
    // Texts that are of no interest are not kept until all are read.
    let shed = |input: Input| if is_bound(&input.path) { input } else { input.without_rest(DIALECTS) };
    let read: Vec<_> = files.par_iter().map(|found| read(found).map(shed)).collect();
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

fn read(found: &FoundFile) -> Result<Input, SkippedFile> {
    let named = found.role >= Role::Named;
    let left_out = |reason| SkippedFile { shown: found.shown.to_string(), reason };
    let content = match found.role {
        Role::Stdin => stdin(),
        _ if named => file::capped(&found.path),
        _ if size(&found.path) > MAX_SOURCE_BYTES as u64 => {
            // It is told of only where it would have been looked at.
            let concerned = may_concern(&found.path, &found.shown);
            return match concerned {
                true => {
                    let content = Err(too_large(size(&found.path)));
                    Ok(Input { path: found.shown.clone(), content, context: context(found), named })
                }
                false => Err(left_out(TOO_LARGE)),
            };
        }
        _ => file::read(&found.path),
    };
    let content = match content {
        Ok(bytes) if bytes.len() > MAX_SOURCE_BYTES => Err(too_large(size(&found.path))),
        content => content.map_err(|error| reason(&error)),
    };
    Ok(Input { path: found.shown.clone(), content, context: context(found), named })
}

fn context(found: &FoundFile) -> bool {
    found.role == Role::Context
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

// Whether the first bytes of a file that is too large, as many as a source may have, look like a template.
fn may_concern(path: &Path, shown: &str) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let mut window = Vec::new();
    for _ in 0..MAX_SOURCE_BYTES / WINDOW {
        let kept = window.len().min(OVERLAP);
        window.drain(..window.len() - kept);
        match file.by_ref().take(WINDOW as u64).read_to_end(&mut window) {
            Ok(0) | Err(_) => return false,
            Ok(_) if DIALECTS.may_concern(shown, &window) => return true,
            Ok(_) => {}
        }
        // Only at the start of a file do the first bytes tell its encoding.
        if let Some(first) = window.len().checked_sub(OVERLAP).and_then(|at| window.get_mut(at..at + 2)) {
            first.fill(b' ');
        }
    }
    false
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
