use armlint_azure::network::public_access::{self, OpenEndpoint};
use armlint_azure::wording;
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let endpoints = public_access::open_endpoints(resource, cx.view());
    // Beside a private endpoint it is another rule's.
    for endpoint in endpoints.iter().filter(|endpoint| !endpoint.has_endpoint) {
        if public_access::is_said(&endpoint.access, resource, cx.view()) {
            report(endpoint, resource, cx);
        }
    }
}

fn report(endpoint: &OpenEndpoint, resource: &Resource, cx: &mut Context<'_>) {
    let name = wording::called(resource, "The resource");
    let message = format!("{name} takes traffic from every network: {}", endpoint.says());
    let severe = endpoint.is_stated || endpoint.access.has_secrets;
    let finding = cx.report_on(resource, endpoint.place(), message);
    finding.severity(if severe { Severity::Medium } else { Severity::Low });
    finding.traced(endpoint.place()).help("let in the networks that need it, and deny the others");
}
