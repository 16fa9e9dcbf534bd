use armlint_azure::wording;
use armlint_engine::dialect::World;
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::factory::Factories;
use armlint_factory::missing_endpoint::{self, Instead, MissingEndpoint};
use armlint_factory::{reach, suggestion};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(gap) = missing_endpoint::missing_endpoint(resource, cx.view()) else { return };
    let Some(severity) = severity(&gap, graph.world) else { return };
    let factory = Factories::in_view(cx.view()).of(resource);
    let help = factory.map(|factory| suggestion::managed_endpoint(graph, factory, &gap.store, None));
    let finding = cx.report_on(resource, &gap.store.place, message(resource, &gap));
    finding.severity(severity);
    for consumer in gap.consumers {
        finding.related(consumer.place, consumer.label);
    }
    if let Some(declared) = gap.store.resource.map(|id| graph.resource(id)) {
        let text = if gap.closed { "the store closes its public endpoint" } else { "the store" };
        finding.related(declared.place, text);
    }
    if let Some(beside) = gap.beside {
        finding.related(beside, "this private endpoint leads to another sub-resource of the store");
    }
    if let Some(help) = help {
        finding.help(help);
    }
}

// `None` where other rules say so.
fn severity(gap: &MissingEndpoint, world: World) -> Option<Severity> {
    match (&gap.instead, world) {
        (Instead::Shadowed(_) | Instead::Port(_), _) => None,
        (Instead::Storage, _) => Some(Severity::High),
        (Instead::Public, _) if gap.closed => Some(Severity::High),
        (Instead::Public, World::Closed) => Some(Severity::Medium),
        (Instead::Public, World::Open) => Some(Severity::Low),
    }
}

fn message(resource: &Resource, gap: &MissingEndpoint) -> String {
    let who = if reach::is_vault(resource) {
        format!("Secrets of {} are read", wording::called(resource, "this vault"))
    } else {
        format!("{} runs", wording::called(resource, "This linked service"))
    };
    let (target, group) = (gap.store.display(), gap.store.group());
    format!("{who} in the managed network but no managed private endpoint reaches {target} (`{group}`)")
}
