//! The one way in, for command line and editor alike: set texts, check them.

mod checks;
mod conclusion;
mod copies;
mod look;
mod memo;
mod report;
mod text;
mod wanted;

pub use checks::Standard;
pub use look::Trees;
pub use memo::CheckMemo;
pub use report::{FileStatus, Gap, GapCause, Outcome, Report, Texts, Times};
pub use text::Input;
pub use wanted::{Wanted, WantedKind};

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use text::{Slot, TextState, read};

use crate::dialect::{File, GivenFiles, Parsed, Sketch};
use crate::expression::shared::ExpressionTexts;
use crate::rule::Catalogue;
use crate::span::SourceId;

/// Texts and the rules that they are checked by.
#[derive(Debug, Default)]
pub struct Session {
    catalogue: Arc<Catalogue>,
    slots: Vec<Slot>,
    by_path: HashMap<Arc<str>, usize>,
    /// Slots of texts that were forgotten.
    free: Vec<usize>,
    given: Arc<GivenFiles>,
    /// The expressions of all its texts.
    expressions: Arc<ExpressionTexts>,
    measures: bool,
}

impl Session {
    /// A session without texts.
    pub fn new(catalogue: Catalogue) -> Session {
        Session { catalogue: Arc::new(catalogue), ..Session::default() }
    }

    /// A session without texts that shares the rules and the parsed expressions of this one, and is told the same of
    /// parameter files and measures.
    pub fn beside(&self) -> Session {
        let Session { catalogue, given, expressions, measures, .. } = self;
        Session {
            catalogue: catalogue.clone(),
            given: given.clone(),
            expressions: expressions.clone(),
            measures: *measures,
            ..Session::default()
        }
    }

    /// The rules.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Says which parameter files, by path, are to be used for which templates. To be called before the
    /// files are set: a file that is given is a parameter file, whatever it says of itself.
    pub fn give(&mut self, given: GivenFiles) {
        self.given = Arc::new(given);
    }

    /// What was said of parameter files.
    pub fn given(&self) -> &GivenFiles {
        &self.given
    }

    /// Measures the times of rules and deployments from now on.
    pub fn measure(&mut self) {
        self.measures = true;
    }

    /// Adds or replaces texts; they are parsed on all threads of the current rayon pool.
    pub fn set_all(&mut self, inputs: Vec<Input>) {
        let places: Vec<usize> = inputs.iter().map(|input| self.place(&input.path)).collect();
        let slots: Vec<Slot> = inputs
            .into_par_iter()
            .zip(places.par_iter())
            .map(|(input, place)| {
                let given = self.given.holds(&input.path);
                read(input, SourceId(*place as u32), given, self.catalogue.dialects())
            })
            .collect();
        for (slot, place) in slots.into_iter().zip(places) {
            self.slots[place] = slot;
        }
    }

    // The slot of a path, an empty one where the path is new.
    fn place(&mut self, path: &Arc<str>) -> usize {
        if let Some(place) = self.by_path.get(path) {
            return *place;
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::vacant(self.slots.len()));
            self.slots.len() - 1
        });
        self.by_path.insert(path.clone(), place);
        place
    }

    /// Forgets a text.
    pub fn remove(&mut self, path: &str) {
        if let Some(place) = self.by_path.remove(path) {
            self.slots[place] = Slot::vacant(place);
            self.free.push(place);
        }
    }

    /// What decides which files each of the texts has to be looked at with.
    pub fn sketches(&self) -> Vec<Sketch> {
        let (files, _) = self.files();
        files.iter().map(|file| Sketch::of(file, self.catalogue.dialects())).collect()
    }

    // The recognised trees, and the slot of each.
    fn files(&self) -> (Vec<File>, Vec<usize>) {
        let mut files = Vec::new();
        let mut owners = Vec::new();
        let mut order: Vec<usize> = (0..self.slots.len()).collect();
        order.sort_by(|a, b| self.slots[*a].source.path.cmp(&self.slots[*b].source.path));
        for place in order {
            let TextState::Recognised(trees) = &self.slots[place].state else { continue };
            for (document, recognition) in trees {
                let parsed = Parsed { source: self.slots[place].source.clone(), document: document.clone() };
                files.push(File { parsed, recognition: recognition.clone() });
                owners.push(place);
            }
        }
        (files, owners)
    }
}
