use std::ops::Range;

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::adf_expression::Chain;
use armlint_factory::artefact::{self, ArtefactKind};
use armlint_factory::dynamic::{Dynamic, DynamicText, dynamic_in};
use armlint_factory::pipeline_order::{NESTED, PipelineOrder, Placed};

// What speaks of something that is not there where it stands.
struct Stray {
    place: Span,
    message: String,
    help: &'static str,
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let stray = match artefact::kind_of(resource) {
        Some(ArtefactKind::LinkedService) => in_linked_service(resource, cx),
        _ => in_pipeline(resource, cx.graph()),
    };
    for found in stray {
        cx.report_on(resource, &found.place, found.message).help(found.help);
    }
}

// A linked service is opened by whatever uses it, and knows its own parameters only.
fn in_linked_service(service: &Resource, cx: &Context<'_>) -> Vec<Stray> {
    let texts = Dynamic::in_view(cx.view()).of(service);
    let foreign =
        |chain: &Chain<'_>| ["pipeline", "activity", "variables", "item"].iter().any(|own| chain.calls(own));
    let found = texts.iter().flat_map(|text| {
        let chains = text.content.chains().into_iter().filter(foreign);
        chains.map(|chain| Stray {
            place: text.span(cx.graph(), &chain.range),
            message: format!("A linked service knows no `{}()`", chain.call.name),
            help: "pass the value as a parameter, and take it from `linkedService()`",
        })
    });
    found.collect()
}

fn in_pipeline(pipeline: &Resource, graph: &Graph) -> Vec<Stray> {
    let Some(order) = PipelineOrder::of(pipeline) else { return Vec::new() };
    let mut found = Vec::new();
    for (index, placed) in order.activities().iter().enumerate() {
        for text in own_texts(graph, &placed.activity) {
            for chain in text.content.chains() {
                let stray = stray(&order, (index, placed), &chain);
                found.extend(stray.map(|(range, message, help)| Stray {
                    place: text.span(graph, &range),
                    message,
                    help,
                }));
            }
        }
    }
    found
}

fn stray(
    order: &PipelineOrder,
    (index, placed): (usize, &Placed),
    chain: &Chain<'_>,
) -> Option<(Range<usize>, String, &'static str)> {
    if chain.calls("item") {
        let known = placed.ty.is_some() && order.containers(index).all(|outer| outer.ty.is_some());
        let loops = placed.is("Filter") || order.containers(index).any(|outer| outer.is("ForEach"));
        return (known && !loops).then(|| {
            let message = "`item()` stands neither in a `ForEach` nor in a `Filter`".to_string();
            (
                chain.call.name_range.clone(),
                message,
                "take the value from what is looped over inside of the loop",
            )
        });
    }
    let (name, range) = chain.named()?;
    if chain.calls("activity") && order.is_no_ancestor(index, name) {
        let message = match placed.name().is_some_and(|own| own.eq_ignore_ascii_case(name)) {
            true => format!("The activity `{name}` speaks of itself"),
            false => format!("The activity `{name}` need not have run before this one"),
        };
        let help = "let the activity depend on it; what a `ForEach` runs cannot be seen from outside";
        return Some((range, message, help));
    }
    let sets = placed.is("SetVariable") && chain.calls("variables");
    let own = placed.activity.at("typeProperties.variableName");
    (sets && own.known_text().is_some_and(|own| own.eq_ignore_ascii_case(name))).then(|| {
        let message = format!("The variable `{name}` is set from itself");
        (range, message, "keep the value in a second variable, and set this one from that")
    })
}

// The expressions of the activity itself, not of those in it.
fn own_texts(graph: &Graph, activity: &Value) -> Vec<DynamicText> {
    let mut texts = Vec::new();
    for entry in activity.object().map(|object| object.entries()).unwrap_or_default() {
        if entry.key.eq_ignore_ascii_case("typeProperties") {
            let inner = entry.value.object().map(|object| object.entries()).unwrap_or_default();
            for entry in
                inner.iter().filter(|entry| !NESTED.iter().any(|key| entry.key.eq_ignore_ascii_case(key)))
            {
                texts.extend(dynamic_in(graph, &entry.value));
            }
        } else if !["name", "type", "description", "dependsOn", "userProperties"]
            .iter()
            .any(|key| entry.key.eq_ignore_ascii_case(key))
        {
            texts.extend(dynamic_in(graph, &entry.value));
        }
    }
    texts
}
