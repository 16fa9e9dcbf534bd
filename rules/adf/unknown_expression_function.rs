use std::collections::BTreeMap;

use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_factory::adf_expression::{is_function, nearest_function};
use armlint_factory::dynamic::Dynamic;
use smol_str::SmolStr;

// More places of one name help nobody.
const MAX_PLACES: usize = 8;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    for (name, places) in unknown(resource, cx.view()) {
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

fn unknown(resource: &Resource, view: View<'_>) -> BTreeMap<SmolStr, Vec<Span>> {
    let mut unknown: BTreeMap<_, Vec<Span>> = BTreeMap::new();
    for text in Dynamic::in_view(view).of(resource) {
        for chain in text.content.chains() {
            let call = &chain.call;
            if !is_function(&call.name) {
                let places = unknown.entry(call.name.clone()).or_default();
                if places.len() < MAX_PLACES {
                    places.push(text.span(view.graph(), &call.name_range));
                }
            }
        }
    }
    unknown
}
