use armlint_azure::network::public_access::{self, OpenEndpoint};
use armlint_azure::private_link::Connections;
use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let endpoints = public_access::open_endpoints(resource, cx.view());
    if let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.has_endpoint) {
        report(endpoint, resource, cx);
    }
}

fn report(endpoint: &OpenEndpoint, resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let connection = Connections::in_view(cx.view()).first(resource, None);
    let private = connection.map(|connection| graph.resource(connection.resource).place);
    let name = wording::called(resource, "The resource");
    let message = format!("{name} has a private endpoint, and is open to every network: {}", endpoint.says());
    let finding = cx.report_on(resource, endpoint.place(), message);
    finding
        .traced(endpoint.place())
        .help("close the public endpoint: set `publicNetworkAccess` to `Disabled`");
    if let Some(place) = private {
        finding.related(place, "the private endpoint");
    }
}
