//! What a value comes to and where it comes from, for people: Markdown in which no secret is left.

mod artefact;
mod cause;
mod declaration;
mod expression;
mod markdown;
mod resource;
mod shown;

use armlint_engine::dialect::{Deployment, Dialect};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;

use super::Place;
use super::pointer::Pointer;
use crate::report::Masks;
use shown::Shown;

/// What is said of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hover {
    /// The token, or the part of an expression, that it is about.
    pub(crate) span: Span,
    /// The text, without secrets.
    pub(crate) markdown: String,
}

/// What is said of a place; nothing where there is nothing to say. What is not known is said not to be
/// known, and why. It costs about a check of the deployment, since that finds what is secret.
pub(crate) fn hover(place: &Place<'_>) -> Option<Hover> {
    let pointer = Pointer::at(place)?;
    place.session.deployments_of(place.path).iter().find_map(|deployment| {
        let settings = (place.settings)(deployment);
        let about = |cx: &Context<'_>| {
            let subject = Subject { pointer: &pointer, deployment, cx };
            // Most places have nothing to say, and need no check.
            subject.say(&Shown::nothing())?;
            let secrets = place.session.secrets(deployment, settings);
            let masks = Masks::at(place.session.sources(), secrets);
            let shown = Shown::new(&masks, place.session.sources());
            let (span, text) = subject.say(&shown)?;
            Some(Hover { span, markdown: shown.scrubbed(&text) })
        };
        place.session.look(deployment, settings, about).flatten()
    })
}

/// What is asked about, in one deployment.
struct Subject<'a> {
    pointer: &'a Pointer<'a>,
    deployment: &'a Deployment,
    cx: &'a Context<'a>,
}

impl Subject<'_> {
    fn say(&self, shown: &Shown<'_>) -> Option<(Span, String)> {
        let is_file =
            |file: &armlint_engine::dialect::ParameterFile| file.parsed.source.id == self.pointer.source.id;
        if self.deployment.parameter_files.iter().any(is_file) {
            return declaration::of_argument(self, shown);
        }
        if self.deployment.dialect.is_template() {
            let found = expression::say(self, shown).or_else(|| declaration::say(self, shown));
            if let Some((span, text)) = found {
                let beside = artefact::say(self, shown).or_else(|| resource::say(self, shown));
                let text = beside.map_or(text.clone(), |(_, more)| format!("{text}\n\n---\n\n{more}"));
                return Some((span, text));
            }
        }
        if self.deployment.dialect == Dialect::Manifests {
            return resource::of_manifest(self, shown);
        }
        artefact::say(self, shown).or_else(|| resource::say(self, shown))
    }
}

#[cfg(test)]
mod tests;
