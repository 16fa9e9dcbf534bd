use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::Value;
use armlint_factory::factory::Factories;
use armlint_factory::facts::Fact;
use armlint_factory::runtime::{self, RuntimeClass};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let bound = Fact::SameRegion.holds(cx.settings().as_of);
    if !bound || runtime::class(resource) != RuntimeClass::Managed {
        return;
    }
    let Some(region) = region(resource, cx.view()) else { return };
    let location = resource.property("typeProperties.computeProperties.location");
    let (Some(own), Some(wanted)) = (location.known_text(), region.known_text()) else { return };
    if own.is_empty() || wanted.is_empty() || is_region(own, "AutoResolve") || is_region(own, wanted) {
        return;
    }
    let name = wording::called(resource, "declared here");
    let message = format!("Managed-network runtime {name} is in `{own}`, the factory in `{wanted}`");
    let edit = edit(&location);
    cx.report_on(resource, &location, message)
        .related(region.origin.span, "the region of the factory")
        .traced(&location)
        .traced(&region)
        .help("Write \"location\": \"AutoResolve\"")
        .assuming(&location)
        .assuming(&region)
        .fix("Let the runtime follow the factory", Applicability::Safe, edit);
}

fn edit(location: &Value) -> Option<Edit> {
    let written = location.origin.via.is_none() && !location.assumed;
    written.then(|| Edit { span: location.origin.span, text: "\"AutoResolve\"".into() })
}

// The region of the declared factory of a runtime.
fn region(runtime: &Resource, view: View<'_>) -> Option<Value> {
    let factory = Factories::in_view(view).of(runtime)?;
    Some(factory.declared(view.graph())?.location())
}

// "West Europe" and "westeurope" are one region.
fn is_region(a: &str, b: &str) -> bool {
    let letters = |text: &'_ str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(a) == letters(b)
}
