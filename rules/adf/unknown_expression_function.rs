use std::collections::BTreeMap;

use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_factory::adf_expression::{is_function, nearest_function};
use armlint_factory::dynamic::Dynamic;

// More places of one name help nobody.
const MAX_PLACES: usize = 8;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let dynamic = Dynamic::in_view(cx.view());
    let mut unknown: BTreeMap<_, Vec<Span>> = BTreeMap::new();
    for text in dynamic.of(resource) {
        for chain in text.content.chains() {
            if !is_function(&chain.call.name) {
                let places = unknown.entry(chain.call.name.clone()).or_default();
                if places.len() < MAX_PLACES {
                    places.push(text.span(graph, &chain.call.name_range));
                }
            }
        }
    }
    for (name, places) in unknown {
        let Some((first, more)) = places.split_first() else { continue };
        let finding = cx.report_on(resource, first, format!("There is no function `{name}`"));
        for place in more {
            finding.related(*place, "here as well");
        }
        finding.help(match nearest_function(&name) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use a function of the expression language of pipelines".to_string(),
        });
    }
}
