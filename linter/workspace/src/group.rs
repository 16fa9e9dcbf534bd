//! Files that are read, checked and forgotten group by group.

use armlint_engine::dialect::{Paths, Sketch, groups};
use armlint_engine::session::{Input, Session};
use rayon::prelude::*;

use crate::digest::Digest;
use crate::input::{FoundFile, SkippedFile};

/// Reads files: what was read, and what was not, and why.
pub(crate) type Read<'r> = &'r (dyn Fn(&[FoundFile]) -> (Vec<Input>, Vec<SkippedFile>) + Sync);

// A part of the files as their paths tell of it, looked at by itself.
struct Part {
    sketches: Vec<Sketch>,
    // None where it is known from the texts that other files decide as well.
    digest: Option<Digest>,
    skipped: Vec<SkippedFile>,
}

/// What `check` makes of files, group by group, on the current rayon pool; no more than the groups that are looked at
/// are in memory. Gives also what was left out when it was read. `session` has the rules.
///
/// What the paths tell mostly is the group, and is checked when it is read. Only when all texts have been seen it is
/// known which files belong together; where it is more, they are read and checked once more.
pub(crate) fn check(
    session: &Session,
    files: &[FoundFile],
    read: Read<'_>,
    check: &(impl Fn(&Session) -> Digest + Sync),
) -> (Digest, Vec<SkippedFile>) {
    let paths: Vec<_> = files.iter().map(|file| file.shown.clone()).collect();
    let paths = Paths::new(&paths);
    let told = paths.groups(session.catalogue().dialects());
    let files_of = |part: &[usize]| -> Vec<FoundFile> {
        part.iter().filter_map(|index| files.get(*index)).cloned().collect()
    };
    let look = |part: &Vec<usize>| {
        let mut own = session.beside();
        let (inputs, skipped) = read(&files_of(part));
        own.set_all(inputs);
        let sketches = own.sketches();
        let digest = (!paths.is_part(part, &sketches)).then(|| check(&own));
        Part { sketches, digest, skipped }
    };
    let mut parts: Vec<Part> = told.par_iter().map(look).collect();
    let skipped = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.skipped)).collect();
    let sketches: Vec<Vec<Sketch>> =
        parts.iter_mut().map(|part| std::mem::take(&mut part.sketches)).collect();
    let mut whole: Vec<Vec<usize>> = Vec::new();
    let mut digest = Digest::default();
    for members in groups(&sketches, session.given()) {
        let alone = match members.as_slice() {
            [only] => parts.get_mut(*only).and_then(|part| part.digest.take()),
            _ => None,
        };
        match alone {
            Some(done) => digest.append(done),
            None => {
                whole.push(members.iter().filter_map(|part| told.get(*part)).flatten().copied().collect())
            }
        }
    }
    let again = |part: &Vec<usize>| {
        let mut own = session.beside();
        own.set_all(read(&files_of(part)).0);
        check(&own)
    };
    let again: Vec<Digest> = whole.par_iter().map(again).collect();
    again.into_iter().for_each(|done| digest.append(done));
    digest.sort();
    (digest, skipped)
}
