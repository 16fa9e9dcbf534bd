use armlint_azure::wording;
use armlint_engine::dialect::World;
use armlint_engine::rule::{Context, View};
use armlint_factory::endpoint_use::{self, EndpointUse, EndpointUses};
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};

pub(crate) fn check(cx: &mut Context<'_>) {
    if cx.graph().world != World::Closed {
        return;
    }
    for factory in Factories::in_view(cx.view()).list() {
        check_factory(factory, cx);
    }
}

fn check_factory(factory: &Factory, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let unused = unused(factory, cx.view());
    let called = |endpoint: &ManagedEndpoint| {
        wording::called(graph.resource(endpoint.resource), "This managed private endpoint")
    };
    if endpoint_use::may_isolate(graph, factory) {
        for endpoint in unused {
            let message = format!("{} is not used by any linked service", called(&endpoint));
            report(&[endpoint], message, cx);
        }
    } else if let Some(first) = unused.first() {
        let message = format!(
            "{} is of no use: no integration runtime is in the managed virtual network",
            called(first)
        );
        report(&unused, message, cx);
    }
}

fn unused(factory: &Factory, view: View<'_>) -> Vec<ManagedEndpoint> {
    let uses = EndpointUses::in_view(view);
    let unused = factory.endpoints.iter().filter(|id| uses.of(**id) == EndpointUse::Unused);
    unused.map(|id| managed_endpoint::managed(view.graph().resource(*id))).collect()
}

fn report(endpoints: &[ManagedEndpoint], message: String, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some((first, rest)) = endpoints.split_first() else { return };
    let resource = graph.resource(first.resource);
    let finding = cx.report_on(resource, &resource.place, message);
    finding.related(first.target.origin.span, "what it leads to");
    for other in rest {
        finding.related(graph.resource(other.resource).place, "nor is this one");
    }
    finding.help("Remove it, or let what needs it run on a runtime in the managed virtual network");
}
