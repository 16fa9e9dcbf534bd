//! Files that are read, checked and forgotten group by group.

use armlint_engine::dialect::{Sketch, groups};
use armlint_engine::session::{Input, Session};
use rayon::prelude::*;

use crate::digest::Digest;
use crate::input::{FoundFile, SkippedFile};

/// Reads files: what was read, and what was not, and why.
pub(crate) type Read<'r> = &'r (dyn Fn(&[FoundFile]) -> (Vec<Input>, Vec<SkippedFile>) + Sync);

// Files that probably are a group.
struct Part {
    sketches: Vec<Sketch>,
    digest: Option<Digest>,
    skipped: Vec<SkippedFile>,
}

/// What `check` makes of files, group by group, on the current rayon pool; no more than the groups that are looked at
/// are in memory. Gives also what was left out when it was read. `session` has the rules.
///
/// First all files are read for what decides which of them belong together, as far as bytes tell, which is mostly right;
/// then each group is read, parsed and checked. What the trees tell is looked at in the end: groups that turn out to be
/// parts of one are read and checked once more, together.
pub(crate) fn check(
    session: &Session,
    files: &[FoundFile],
    read: Read<'_>,
    check: &(impl Fn(&Session) -> Digest + Sync),
) -> (Digest, Vec<SkippedFile>) {
    let dialects = session.catalogue().dialects();
    let guess = |file: &FoundFile| -> Vec<Sketch> {
        let guess = |input: &Input| Some(Sketch::guess(&input.path, input.content.as_ref().ok()?, dialects));
        read(std::slice::from_ref(file)).0.iter().filter_map(guess).collect()
    };
    let guesses: Vec<Vec<Sketch>> = files.par_iter().map(guess).collect();
    let told = groups(&guesses, session.given());
    drop(guesses);
    let files_of = |part: &[usize]| -> Vec<FoundFile> {
        part.iter().filter_map(|index| files.get(*index)).cloned().collect()
    };
    let look = |part: &Vec<usize>| {
        let mut own = session.beside();
        let (inputs, skipped) = read(&files_of(part));
        own.set_all(inputs);
        Part { sketches: own.sketches(), digest: Some(check(&own)), skipped }
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
