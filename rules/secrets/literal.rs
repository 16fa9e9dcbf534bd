use std::collections::BTreeMap;

use armlint_azure::secret::{Held, HeldSecrets, ReadableSecrets, ShownBy, What};
use armlint_engine::finding::{Confidence, Finding};
use armlint_engine::rule::{Context, View};
use armlint_engine::secret::{Shape, SpanSet};
use armlint_engine::span::Span;
use armlint_factory::secret::Secrets;

use crate::language::literals;

const HELP: &str = "change the secret, and give it through a parameter of type `securestring` without a default, or from Key Vault";

pub(crate) fn check(cx: &mut Context<'_>) {
    // What parameter files give has rules of its own.
    if cx.graph().is_environment {
        return;
    }
    let held = HeldSecrets::in_view(cx.view());
    for uses in by_literal(held.all(), &told_by_factories(cx.view())).into_values() {
        report(&uses, cx);
    }
    for (span, shape) in elsewhere(cx.view()) {
        let message = format!("{} stands in clear text", capitalised(shape.describe()));
        cx.report(&span, message).sensitive().help(HELP);
    }
}

// The uses of each literal.
fn by_literal<'h>(held: &'h [Held], told: &SpanSet) -> BTreeMap<Span, Vec<&'h Held>> {
    let mut literals: BTreeMap<Span, Vec<&Held>> = BTreeMap::new();
    for held in held.iter().filter(|held| !told.meets(held.place)) {
        if matches!(held.shown_by, ShownBy::Literal | ShownBy::Default(_)) {
            literals.entry(held.place).or_default().push(held);
        }
    }
    literals
}

// The places that a rule about the artefacts of a factory speaks of.
fn told_by_factories(view: View<'_>) -> SpanSet {
    let secrets = Secrets::in_view(view).all(view.graph());
    SpanSet::new(secrets.flat_map(|(_, secret)| secret.parts.iter().copied().chain([secret.place])))
}

// What certainly is a secret by its shape, in places that no other rule speaks of.
fn elsewhere(view: View<'_>) -> Vec<(Span, Shape)> {
    let graph = view.graph();
    let mut shapes = literals::certain_shapes(graph);
    if shapes.is_empty() {
        return shapes;
    }
    let held = HeldSecrets::in_view(view).all().iter().map(|held| held.place);
    let readable = ReadableSecrets::in_view(view).all().iter();
    let readable = readable.filter(|found| !matches!(found.what, What::Carried(_))).map(|found| found.span);
    let told = SpanSet::new(held.chain(readable).chain(graph.secret_defaults()));
    let factories = told_by_factories(view);
    shapes.retain(|(span, _)| !told.meets(*span) && !factories.meets(*span));
    shapes
}

fn report(uses: &[&Held], cx: &mut Context<'_>) {
    let Some((held, others)) = uses.split_first() else { return };
    let graph = cx.graph();
    let resource = graph.resource(held.resource);
    let (property, key) = held.path.split_once(';').unwrap_or((&held.path, ""));
    let key = if key.is_empty() { String::new() } else { format!(" (`{key}`)") };
    // The name may be another one with each template that links to this one.
    let message = format!("A secret stands in clear text in `{property}`{key}");
    let finding = cx.report_on(resource, &held.place, message);
    finding.sensitive().help(HELP);
    relate(held, others, finding);
}

fn relate(held: &Held, others: &[&Held], finding: &mut Finding) {
    if let ShownBy::Default(parameter) = &held.shown_by {
        finding.related(parameter.span, "it is the default of this parameter");
        finding.confidence(Confidence::Medium);
    }
    if held.conditional || held.value.assumed {
        finding.confidence(Confidence::Medium);
    }
    let own = held.value.origin.span;
    if own != held.place && !own.contains(held.place) {
        finding.related(own, "it is used here");
    }
    for other in others.iter().filter(|other| other.value.origin.span != own) {
        finding.related(other.value.origin.span, "and it is used here");
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
