use armlint_azure::region::{self, Apart};
use armlint_azure::wording;
use armlint_engine::finding::{Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    for apart in region::apart(cx.graph(), resource) {
        report(&apart, resource, cx);
    }
}

fn report(apart: &Apart<'_>, resource: &Resource, cx: &mut Context<'_>) {
    let [own, theirs] = &apart.locations;
    let (own_name, their_name) =
        (own.known_text().unwrap_or_default(), theirs.known_text().unwrap_or_default());
    let name = wording::called(resource, "The resource");
    let other = wording::called(apart.other, "the other one");
    let message =
        format!("{name} is in `{own_name}`, and {other}, which it needs in its region, in `{their_name}`");
    let finding = cx.report_on(resource, own, message);
    finding.severity(apart.pair.severity).traced(own).help("put both into one region");
    finding.related(theirs.origin.span, "the other region");
    // What no page says, and what a default decides, is less sure.
    if apart.pair.severity != Severity::High || apart.is_assumed() {
        finding.confidence(Confidence::Medium);
    }
}
