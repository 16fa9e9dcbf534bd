//! What a value comes to and where it comes from, for people: Markdown in which no secret is left.

mod artefact;
mod cause;
mod declaration;
mod expression;
mod markdown;
mod resource;
mod shown;

use std::borrow::Cow;

use armlint_engine::dialect::{Deployment, Dialect, ParameterFile};
use armlint_engine::graph::Graph;
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_workspace::masks::Masks;

use super::Place;
use super::pointer::Pointer;
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
/// known, and why. `masks` are those of a report of the same texts; without them the deployment is checked,
/// to know what is secret.
pub(crate) fn hover(place: &Place<'_>, masks: Option<&Masks>) -> Option<Hover> {
    let pointer = Pointer::at(place)?;
    place.session.deployments_of(place.path).iter().find_map(|deployment| {
        let settings = (place.settings)(deployment);
        let about = |view: View<'_>| {
            let subject = Subject { pointer: &pointer, deployment, view };
            // Most places have nothing to say, and need no masks.
            subject.say(&Shown::nothing())?;
            let masks = masks.map_or_else(
                || {
                    let secrets = place.session.secrets(deployment, settings);
                    Cow::Owned(Masks::of_deployment(deployment, secrets))
                },
                Cow::Borrowed,
            );
            let token = pointer.token();
            let shown = Shown::new(&masks, place.session.sources(), token);
            let (span, text) = subject.say(&shown)?;
            Some(Hover { span, markdown: shown.scrubbed(&as_declared(text, view.graph())) })
        };
        place.session.look(deployment, settings, about).flatten()
    })
}

// Terms have the names of parameters in lower case, people as they are declared.
fn as_declared(mut text: String, graph: &Graph) -> String {
    for declared in &graph.parameters {
        let name = &declared.parameter.name;
        let lower = format!("parameters('{}')", name.to_ascii_lowercase());
        if lower[12..lower.len() - 2] != **name && text.contains(&lower) {
            text = text.replace(&lower, &format!("parameters('{name}')"));
        }
    }
    text
}

/// What is asked about, in one deployment.
struct Subject<'a> {
    pointer: &'a Pointer<'a>,
    deployment: &'a Deployment,
    view: View<'a>,
}

impl Subject<'_> {
    fn say(&self, shown: &Shown<'_>) -> Option<(Span, String)> {
        let own = |file: &ParameterFile| file.parsed.source.id == self.pointer.source.id;
        if self.deployment.parameter_files.iter().any(own) {
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
