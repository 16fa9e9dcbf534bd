//! Where something that a place speaks of is declared.

mod declared;
mod template;

pub(super) use declared::named as referred;

use armlint_engine::dialect::{Deployment, Dialect};
use armlint_engine::graph::Resource;
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::syntax::path::Path;

use super::Place;
use super::artefact::{self, Spoken};
use super::pointer::Pointer;

/// A declaration, perhaps in another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// What speaks of it, in the text that was asked about.
    pub(crate) from: Span,
    /// The whole declaration.
    pub(crate) to: Span,
    /// What to show of it first: its name. It lies within the declaration.
    pub(crate) selection: Span,
}

impl Target {
    pub(super) fn new(from: Span, whole: Span, selection: Span) -> Target {
        let to = if whole.source == selection.source { whole.join(selection) } else { selection };
        Target { from, to, selection }
    }

    fn resource(from: Span, resource: &Resource) -> Target {
        Target::new(from, resource.span, resource.place)
    }
}

/// The declarations of what a place speaks of, each once; none where that is nothing, or not among the texts.
/// Of a parameter of a template, what its parameter files give.
pub(crate) fn definition(place: &Place<'_>) -> Vec<Target> {
    let Some(pointer) = Pointer::at(place) else { return Vec::new() };
    let mut targets: Vec<Target> = Vec::new();
    for deployment in place.session.deployments_of(place.path) {
        let settings = (place.settings)(&deployment);
        let found = place.session.look(&deployment, settings, |view| targets_in(&pointer, &deployment, view));
        for target in found.into_iter().flatten() {
            if !targets.iter().any(|known| known.selection == target.selection) {
                targets.push(target);
            }
        }
    }
    targets
}

fn targets_in(pointer: &Pointer<'_>, deployment: &Deployment, view: View<'_>) -> Vec<Target> {
    let file = deployment.parameter_files.iter().find(|file| file.parsed.source.id == pointer.source.id);
    if file.is_some() {
        return template::of_argument(pointer, view).into_iter().collect();
    }
    if deployment.dialect.is_template() {
        let found = template::targets(pointer, deployment, view);
        if !found.is_empty() {
            return found.into_iter().map(|target| at_symbol(target, deployment)).collect();
        }
    }
    if deployment.dialect == Dialect::Manifests {
        return declared::targets(pointer, view.graph());
    }
    let target = artefact::spoken(pointer, view).and_then(|(from, spoken)| match spoken {
        Spoken::Artefact(reference) => {
            reference.target.map(|id| Target::resource(from, view.graph().resource(id)))
        }
        Spoken::Declared(declared) => Some(Target::new(from, declared.value.origin.span, declared.key)),
    });
    target.into_iter().collect()
}

// A resource with a symbolic name is declared by the key that is this name.
fn at_symbol(target: Target, deployment: &Deployment) -> Target {
    let texts = deployment.sources.iter().chain(&deployment.linked);
    let mut texts = texts.filter(|parsed| parsed.source.id == target.selection.source);
    let path = texts.find_map(|parsed| Path::at(&parsed.document.root, target.selection.start));
    let symbol = path.and_then(|path| {
        let pairs = path.steps.windows(2).enumerate();
        let mut declaring =
            pairs.filter(|(at, pair)| path.leads(*at, "resources") && pair[1].node.span == target.to);
        declaring.find_map(|(_, pair)| pair[1].member)
    });
    symbol.map_or(target, |member| Target::new(target.from, target.to, member.key_span))
}

#[cfg(test)]
mod tests;
