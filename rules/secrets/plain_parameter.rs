use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use armlint_azure::secret::{Held, HeldSecrets, SecretCarriers, ShownBy, is_plain, securing};
use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Confidence, Severity};
use armlint_engine::graph::Graph;
use armlint_engine::rule::{Context, View};
use armlint_engine::secret::names_secret;
use armlint_engine::span::Span;
use armlint_engine::value::Parameter;
use armlint_factory::secret::Secrets;

type Feeds<'h> = (Rc<Parameter>, Vec<&'h Held>);

pub(crate) fn check(cx: &mut Context<'_>) {
    if cx.graph().is_environment {
        return;
    }
    let held = HeldSecrets::in_view(cx.view()).all();
    let mut feeds = by_parameter(held);
    if cx.settings().is_strict() {
        named(&feeds.keys().copied().collect(), cx);
    }
    if feeds.is_empty() {
        return;
    }
    let told = told_elsewhere(held, cx.view());
    feeds.retain(|place, _| !told.contains(place));
    for (parameter, held) in feeds.into_values() {
        report(&parameter, &held, cx);
    }
}

// Those that are only called a secret: many a name says so that is none.
fn named(feeding: &BTreeSet<Span>, cx: &mut Context<'_>) {
    let graph = cx.graph();
    for declared in &graph.parameters {
        let parameter = &declared.parameter;
        if names_secret(&parameter.name) && is_plain(parameter) && !feeding.contains(&parameter.span) {
            let message = format!(
                "The parameter `{}` is called a secret, but its type is `{}`",
                parameter.name, parameter.ty
            );
            let finding = cx.report(&parameter.type_span, message);
            finding
                .severity(Severity::Low)
                .confidence(Confidence::Medium)
                .help("make its type `securestring`");
        }
    }
}

// The parameters with the secrets that they feed.
fn by_parameter(held: &[Held]) -> BTreeMap<Span, Feeds<'_>> {
    let mut feeds: BTreeMap<Span, Feeds<'_>> = BTreeMap::new();
    for held in held {
        let ShownBy::Parameters(parameters) = &held.shown_by else { continue };
        for parameter in parameters {
            feeds.entry(parameter.span).or_insert_with(|| (parameter.clone(), Vec::new())).1.push(held);
        }
    }
    feeds
}

// The parameters that another rule speaks of: for their defaults, for the artefacts of a factory, or since they are
// given a secret.
fn told_elsewhere(held: &[Held], view: View<'_>) -> BTreeSet<Span> {
    let graph = view.graph();
    let defaults = held.iter().filter_map(|held| match &held.shown_by {
        ShownBy::Default(parameter) => Some(parameter.span),
        _ => None,
    });
    let secrets = Secrets::in_view(view).all(graph);
    let artefacts = secrets.flat_map(|(_, secret)| &secret.parameters).map(|parameter| parameter.span);
    defaults.chain(artefacts).chain(given(graph)).collect()
}

fn given(graph: &Graph) -> Vec<Span> {
    let mut carriers = SecretCarriers::of(graph);
    let declared = graph.parameters.iter().filter(|declared| !declared.given.is_absent());
    let secret = declared.filter(|declared| carriers.hold(&declared.parameter.name, &declared.given));
    secret.map(|declared| declared.parameter.span).collect()
}

fn report(parameter: &Parameter, feeds: &[&Held], cx: &mut Context<'_>) {
    let Some((first, _)) = feeds.split_first() else { return };
    let graph = cx.graph();
    let Parameter { name, ty, type_span, .. } = parameter;
    let secure = if ty.eq_ignore_ascii_case("object") { "secureObject" } else { "securestring" };
    let message = format!("The parameter `{name}` feeds a secret, but its type is `{ty}`");
    let edit = securing(graph, *type_span, secure);
    let finding = cx.report_on(graph.resource(first.resource), type_span, message);
    finding.help(format!("make its type `{secure}`"));
    for held in feeds {
        let of = wording::called(graph.resource(held.resource), "a resource");
        let property = held.path.split(';').next().unwrap_or("");
        finding.related(held.value.origin.span, format!("it feeds `{property}` of {of}"));
    }
    finding.fix(&format!("Make the type `{secure}`"), Applicability::Safe, edit);
}
