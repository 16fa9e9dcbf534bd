//! What texts refer to. The engine does no I/O: it asks, and whoever can read files hands them in.

use std::sync::Arc;

use super::Session;
use super::text::{Slot, TextState};
use crate::dialect::Parsed;

/// Files that a text cannot be understood without.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The text that refers to them, by its path.
    pub from: Arc<str>,
    /// The folder that they are looked for from, or the file itself, with `/`; empty for the current one.
    pub path: String,
    /// Which files of it.
    pub kind: WantedKind,
    /// How many at most.
    pub cap: usize,
}

/// Which files are wanted of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WantedKind {
    /// What lies around the text: the artefacts of the Git folder that it is one of; or else what is beside it, such
    /// as its parameter files. They are context.
    Neighbours,
    /// The templates in the folder and below it: whoever links to one mostly knows the end of its path alone.
    Templates,
    /// The file that `path` is, which the text names as a part of it. It is context.
    File,
}

impl Wanted {
    /// The most neighbours of one text. Data Factory takes up to 800 of the common kinds of artefacts each and
    /// 5,000 pipelines and datasets at most; a repository that has more checks the whole folder.
    pub const MAX_NEIGHBOURS: usize = 5_000;

    /// The most files in which templates are looked for.
    const MAX_LINKED: usize = 1_000;

    /// The templates that a template may link to; none where it links to nothing.
    pub fn templates(from: &Parsed) -> Option<Wanted> {
        let text = from.source.text.as_bytes();
        memchr::memmem::find(text, b"templateLink")?;
        Some(Wanted::of(&from.source.path, WantedKind::Templates, Wanted::MAX_LINKED))
    }

    fn of(from: &Arc<str>, kind: WantedKind, cap: usize) -> Wanted {
        let path = from.rsplit_once('/').map_or("", |(folder, _)| folder).to_string();
        Wanted { from: from.clone(), path, kind, cap }
    }
}

impl Session {
    /// What the texts refer to, in the order of these, whether or not it is here already: it is to be handed in by
    /// [`Session::set_all`], and asked for again, since what was handed in may refer to more.
    ///
    /// A text that the user named wants its neighbours: a file in a folder that was walked has them. Templates that
    /// are linked to are not asked for: they are among the files that are checked, or were not to be read.
    pub fn wanted(&self) -> Vec<Wanted> {
        let is_named = |slot: &&Slot| {
            let is_text = slot.named && !slot.context && !matches!(slot.state, TextState::Removed);
            is_text && !self.given.parameters.contains(&slot.source.path)
        };
        let named = self.slots.iter().filter(is_named);
        let neighbours =
            |slot: &Slot| Wanted::of(&slot.source.path, WantedKind::Neighbours, Wanted::MAX_NEIGHBOURS);
        let texts = self.slots.iter().filter_map(|slot| match &slot.state {
            TextState::Recognised(trees) => Some((slot, trees)),
            _ => None,
        });
        let parts = texts.flat_map(|(slot, trees)| {
            let references = trees.iter().flat_map(|(document, _)| &document.references);
            let missing = references.filter(|reference| !self.by_path.contains_key(&reference.path));
            missing.map(|reference| {
                let (from, path) = (slot.source.path.clone(), reference.path.to_string());
                Wanted { from, path, kind: WantedKind::File, cap: 1 }
            })
        });
        named.map(neighbours).chain(parts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::GivenFiles;
    use crate::session::Input;

    fn input(path: &str, context: bool, named: bool) -> Input {
        Input { path: path.into(), content: Ok(b"{}".to_vec()), context, named }
    }

    #[test]
    fn named_texts_want_their_neighbours() {
        let mut session = Session::default();
        session.give(GivenFiles { parameters: vec!["values.json".into()], ..GivenFiles::default() });
        session.set_all(vec![
            input("a/named.json", false, true),
            input("walked.json", false, false),
            input("a/context.json", true, false),
            input("values.json", false, true),
            input("gone.json", false, true),
        ]);
        session.remove("gone.json");
        let wanted = session.wanted();
        let wanted: Vec<(&str, &str, WantedKind)> =
            wanted.iter().map(|wanted| (&*wanted.from, wanted.path.as_str(), wanted.kind)).collect();
        assert_eq!(wanted, [("a/named.json", "a", WantedKind::Neighbours)]);
    }
}
