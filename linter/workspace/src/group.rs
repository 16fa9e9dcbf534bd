//! Files that are read, checked and forgotten group by group.

use armlint_engine::dialect::{Sketch, groups};
use armlint_engine::session::{Input, Session};
use rayon::prelude::*;

use crate::digest::Digest;
use crate::input::{FoundFile, SkippedFile};

/// Reads files: what was read, and what was not, and why.
pub(crate) type Read<'r> = &'r (dyn Fn(&[FoundFile]) -> (Vec<Input>, Vec<SkippedFile>) + Sync);

/// Files that are read and checked group by group.
pub(crate) struct Groups<'r, C> {
    /// Has the rules, and what was said of parameter files.
    pub(crate) session: &'r Session,
    /// The files.
    pub(crate) files: &'r [FoundFile],
    /// How they are read.
    pub(crate) read: Read<'r>,
    /// What is made of a session that holds the texts of a group.
    pub(crate) check: C,
}

// What came of files that probably are a group.
struct Look {
    sketches: Vec<Sketch>,
    digest: Digest,
    skipped: Vec<SkippedFile>,
}

impl<C: Fn(&Session) -> Digest + Sync> Groups<'_, C> {
    /// Checks them on the current rayon pool; no more than the groups that are looked at are in memory. Gives also what
    /// was left out when it was read.
    ///
    /// First all files are read for what decides which of them belong together, as far as bytes tell, which is mostly
    /// right; then each group is read, parsed and checked. What the trees tell is looked at in the end: groups that turn
    /// out to be parts of one are read and checked once more, together.
    pub(crate) fn check(&self) -> (Digest, Vec<SkippedFile>) {
        let guesses: Vec<Vec<Sketch>> = self.files.par_iter().map(|file| self.guess(file)).collect();
        let likely = groups(&guesses, self.session.given());
        drop(guesses);
        let looks: Vec<Look> = likely.par_iter().map(|group| self.look(group)).collect();
        let (mut sketches, mut digests, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        for look in looks {
            sketches.push(look.sketches);
            digests.push(Some(look.digest));
            skipped.extend(look.skipped);
        }
        let mut digest = Digest::default();
        let mut again: Vec<Vec<usize>> = Vec::new();
        for parts in groups(&sketches, self.session.given()) {
            match parts.as_slice() {
                [only] => {
                    digests.get_mut(*only).and_then(Option::take).into_iter().for_each(|d| digest.append(d))
                }
                _ => {
                    again.push(parts.iter().filter_map(|part| likely.get(*part)).flatten().copied().collect())
                }
            }
        }
        drop(digests);
        let again: Vec<Digest> = again.par_iter().map(|group| self.look(group).digest).collect();
        again.into_iter().for_each(|done| digest.append(done));
        digest.report.sort();
        (digest, skipped)
    }

    // None for a file that cannot be read.
    fn guess(&self, file: &FoundFile) -> Vec<Sketch> {
        let dialects = self.session.catalogue().dialects();
        let guess = |input: &Input| Some(Sketch::guess(&input.path, input.content.as_ref().ok()?, dialects));
        (self.read)(std::slice::from_ref(file)).0.iter().filter_map(guess).collect()
    }

    fn look(&self, group: &[usize]) -> Look {
        let files: Vec<FoundFile> =
            group.iter().filter_map(|index| self.files.get(*index)).cloned().collect();
        let (inputs, skipped) = (self.read)(&files);
        let mut session = self.session.beside();
        session.set_all(inputs);
        Look { sketches: session.sketches(), digest: (self.check)(&session), skipped }
    }
}
