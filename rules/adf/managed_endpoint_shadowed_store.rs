use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::factory::Factories;
use armlint_factory::missing_endpoint::{self, Instead};
use armlint_factory::suggestion;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(gap) = missing_endpoint::missing_endpoint(resource, cx.view()) else { return };
    let Instead::Shadowed(shadow) = gap.instead else { return };
    let (target, group) = (gap.store.display(), gap.store.group());
    let message = format!(
        "{target} has another private endpoint (`{group}`), so the managed network cannot use its public address"
    );
    let factories = Factories::in_view(cx.view());
    let factory = factories.of(resource);
    let help = factory.map(|factory| suggestion::managed_endpoint(graph, factory, &gap.store, None));
    let finding = cx.report_on(resource, &gap.store.place, message);
    finding.related(shadow, "this private endpoint leads to the store");
    for consumer in gap.consumers {
        finding.related(consumer.place, consumer.label);
    }
    if let Some(declared) = gap.store.resource.map(|id| graph.resource(id)) {
        finding.related(declared.place, "the store");
    }
    if let Some(help) = help {
        finding.help(help);
    }
}
