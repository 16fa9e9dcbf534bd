//! What is asked of a session beside checks: about one of its texts, or of the graph of each deployment.

use std::sync::Arc;

use rayon::prelude::*;

use super::Session;
use super::text::TextState;
use crate::check;
use crate::dialect::{Belonging, Deployment, Parsed, Recognition, assemble};
use crate::rule::View;
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
            TextState::Recognised(trees) => {
                trees.iter().map(|(tree, recognition)| (tree, recognition)).collect()
            }
            TextState::Failed(_, trees) => trees.iter().map(|tree| (tree, &Recognition::Other)).collect(),
            TextState::Ignored(_)
            | TextState::Unrendered(_)
            | TextState::Unreadable(_)
            | TextState::Removed => return None,
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
        assemble(&files, &self.given, self.catalogue.dialects())
            .deployments
            .into_iter()
            .filter(belongs)
            .collect()
    }

    /// What `look` makes of the graph of a deployment without values of its parameters; none where the
    /// linter fails.
    pub fn look<T>(
        &self,
        deployment: &Deployment,
        settings: &Settings,
        look: impl Fn(View<'_>) -> T,
    ) -> Option<T> {
        let valueless = Deployment { parameter_files: Vec::new(), ..deployment.clone() };
        check::look(&valueless, settings, look)
    }

    /// The places in the texts of a deployment that hold secrets, as its check finds them.
    pub fn secrets(&self, deployment: &Deployment, settings: &Settings) -> Vec<Span> {
        check::secrets(deployment, &self.catalogue, settings)
    }

    /// What `look` makes of the graph of each deployment, in the order of their texts: without values of
    /// parameters, or once with each parameter file that the user gave for it. Those of which all texts are
    /// only context are left out. Where the linter fails, it is the path of the text that it failed on.
    pub fn survey<'s, T: Send>(
        &self,
        settings: impl Fn(&Deployment) -> &'s Settings + Sync,
        look: impl Fn(View<'_>) -> T + Sync,
    ) -> Vec<Result<T, Arc<str>>> {
        let (files, _) = self.files();
        let mut views: Vec<Deployment> = Vec::new();
        let is_context =
            |parsed: &Parsed| self.slots.get(parsed.source.id.0 as usize).is_none_or(|slot| slot.context);
        for mut deployment in assemble(&files, &self.given, self.catalogue.dialects()).deployments {
            if deployment.sources.iter().all(is_context) {
                continue;
            }
            let files = std::mem::take(&mut deployment.parameter_files);
            let given = files.into_iter().filter(|file| file.belonging == Belonging::Given);
            let with = |file| Deployment { parameter_files: vec![file], ..deployment.clone() };
            let before = views.len();
            views.extend(given.map(with));
            if views.len() == before {
                views.push(deployment);
            }
        }
        let seen = |deployment: &Deployment| {
            let path = deployment.sources.first().map(|parsed| parsed.source.path.clone());
            check::look(deployment, settings(deployment), &look).ok_or(path.unwrap_or_default())
        };
        views.par_iter().map(seen).collect()
    }
}
