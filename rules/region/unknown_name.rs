use armlint_azure::facts;
use armlint_azure::region::normalised;
use armlint_engine::finding::{Applicability, Confidence};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::similar::nearest;
use armlint_engine::value::Value;

/// Names that are no region, and mean something all the same.
const OTHERS: [&str; 6] = ["global", "unitedstates", "europe", "asiapacific", "australia", "uk"];

pub(crate) fn check(cx: &mut Context<'_>) {
    for resource in cx.graph().resources().iter().filter(|resource| !resource.existing) {
        let location = resource.location();
        if let Some(near) = misspelt(&location) {
            report(near, &location, resource, cx);
        }
    }
}

// The region that a name is nearly; none where it is one, or no name that is known is near.
fn misspelt(location: &Value) -> Option<&'static str> {
    let name = normalised(location.known_text()?);
    if name.is_empty() || OTHERS.contains(&name.as_str()) || facts::region_names().contains(&name.as_str()) {
        return None;
    }
    let near = nearest(&name, facts::region_names().iter().copied())?;
    // `westus4` may be new.
    let only_digits =
        |a: &str, b: &str| a.trim_end_matches(char::is_numeric) == b.trim_end_matches(char::is_numeric);
    (!only_digits(&name, near)).then_some(near)
}

fn report(near: &'static str, location: &Value, resource: &Resource, cx: &mut Context<'_>) {
    let written = location.known_text().unwrap_or_default();
    let change = edit::replace_literal(cx.graph(), location, &format!("\"{near}\""));
    let finding = cx.report_on(resource, location, format!("There is no region `{written}`"));
    finding.traced(location).help(format!("did you mean `{near}`?"));
    if location.assumed {
        finding.confidence(Confidence::Medium);
    }
    finding.fix("Write the name of the region", Applicability::Safe, change);
}
