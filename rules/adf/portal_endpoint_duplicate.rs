use std::collections::HashMap;

use armlint_azure::dns::{Registration, Registrations};
use armlint_azure::{existence, private_link};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_factory::factory::FACTORIES;
use smol_str::SmolStr;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let registrations = Registrations::in_view(cx.view());
    let mut zones: HashMap<SmolStr, Vec<&Registration>> = HashMap::new();
    for registration in registrations.list() {
        if !is_portal(graph.resource(registration.endpoint)) {
            continue;
        }
        let Some(key) = registration.zone.key() else { continue };
        let others = zones.entry(key).or_default();
        // One finding for a zone, at the second endpoint.
        let earlier = others.iter().find(|other| is_second(graph, other, registration));
        if let Some(earlier) = earlier.filter(|_| others.len() == 1) {
            report(registration, earlier, cx);
        }
        others.push(registration);
    }
}

fn report(registration: &Registration, earlier: &Registration, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let id = &registration.zone.id;
    let finding = cx.report_on(
        graph.resource(registration.group),
        id,
        "A DNS zone can hold one portal private endpoint; this second one overwrites the record of the first",
    );
    finding
        .related(graph.resource(registration.endpoint).place, "the second portal endpoint")
        .related(graph.resource(earlier.endpoint).place, "the first portal endpoint")
        .related(earlier.zone.id.origin.span, "it is registered in the same zone")
        .traced(id)
        .help("Keep one portal endpoint for a zone: it serves all factories");
    finding.assuming(id);
}

fn is_portal(resource: &Resource) -> bool {
    let connections = private_link::connections(resource);
    connections.iter().any(|connection| connection.is_to(FACTORIES) && connection.holds("portal").is_true())
}

// Whether two registrations are of two endpoints that exist at the same time.
fn is_second(graph: &Graph, first: &Registration, second: &Registration) -> bool {
    let (one, other) = (graph.resource(first.group), graph.resource(second.group));
    first.endpoint != second.endpoint
        && (existence::exists_with(one, other) || existence::exists_with(other, one))
}
