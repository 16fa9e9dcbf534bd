//! What an editor asks of a session about one of its texts.

use std::sync::Arc;

use super::{Session, State};
use crate::check;
use crate::dialect::{Deployment, Recognition, assemble};
use crate::rule::Context;
use crate::settings::Settings;
use crate::source::Source;
use crate::span::{SourceId, Span};
use crate::syntax::Document;

/// A text of a session as it was read.
#[derive(Debug)]
pub struct Trees<'a> {
    /// The text.
    pub source: &'a Arc<Source>,
    /// Its trees, several for a YAML file of several documents, with what each is.
    pub trees: Vec<(&'a Arc<Document>, &'a Recognition)>,
}

impl Session {
    /// The trees of a text; none where there is no text at the path, or it is nothing for this linter.
    pub fn trees(&self, path: &str) -> Option<Trees<'_>> {
        let slot = self.slots.get(*self.by_path.get(path)?)?;
        let trees = match &slot.state {
            State::Recognised(trees) => trees.iter().map(|(tree, recognition)| (tree, recognition)).collect(),
            State::Failed(_, trees) => trees.iter().map(|tree| (tree, &Recognition::Other)).collect(),
            State::Ignored(_) | State::Unrendered(_) | State::Unreadable(_) | State::Removed => return None,
        };
        Some(Trees { source: &slot.source, trees })
    }

    /// All texts, by [`SourceId`]; what is nothing for this linter is empty.
    pub fn sources(&self) -> Vec<Arc<Source>> {
        self.slots.iter().map(|slot| slot.source.clone()).collect()
    }

    /// The deployments that the text at a path belongs to: as one of its texts, or as a parameter file.
    pub fn deployments_of(&self, path: &str) -> Vec<Deployment> {
        let Some(place) = self.by_path.get(path) else { return Vec::new() };
        let id = SourceId(*place as u32);
        let (files, _) = self.files();
        let belongs = |deployment: &Deployment| {
            let given = deployment.parameter_files.iter().map(|file| &file.parsed);
            deployment.sources.iter().chain(given).any(|parsed| parsed.source.id == id)
        };
        assemble(&files, &self.given).deployments.into_iter().filter(belongs).collect()
    }

    /// What `look` makes of the graph of a deployment without values of its parameters; none where the
    /// linter fails.
    pub fn look<T>(
        &self,
        deployment: &Deployment,
        settings: &Settings,
        look: impl Fn(&Context<'_>) -> T,
    ) -> Option<T> {
        let valueless = Deployment { parameter_files: Vec::new(), ..deployment.clone() };
        check::look(&valueless, settings, look)
    }

    /// The places in the texts of a deployment that hold secrets, as its check finds them.
    pub fn secrets(&self, deployment: &Deployment, settings: &Settings) -> Vec<Span> {
        check::secrets(deployment, &self.catalogue, settings)
    }
}
