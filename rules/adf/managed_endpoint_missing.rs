use armlint_azure::wording;
use armlint_engine::dialect::World;
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::factory::Factories;
use armlint_factory::missing_endpoint::{self, Instead};
use armlint_factory::{reach, suggestion};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(gap) = missing_endpoint::missing_endpoint(resource, cx.view()) else { return };
    let barred = match gap.instead {
        // Other rules say so.
        Instead::Shadowed(_) | Instead::Port(_) => return,
        Instead::Storage => true,
        Instead::Public => gap.closed,
    };
    let severity = match graph.world {
        _ if barred => Severity::High,
        World::Closed => Severity::Medium,
        World::Open => Severity::Low,
    };
    let (target, group) = (gap.store.display(), gap.store.group());
    let message = if reach::is_vault(resource) {
        format!(
            "Secrets of {} are read in the managed network but no managed private endpoint reaches \
             {target} (`{group}`)",
            wording::called(resource, "this vault")
        )
    } else {
        format!(
            "{} runs in the managed network but no managed private endpoint reaches {target} (`{group}`)",
            wording::called(resource, "This linked service")
        )
    };
    let factories = Factories::in_view(cx.view());
    let factory = factories.of(resource);
    let help = factory.map(|factory| suggestion::managed_endpoint(graph, factory, &gap.store, None));
    let finding = cx.report_on(resource, &gap.store.place, message);
    finding.severity(severity);
    for consumer in gap.consumers {
        finding.related(consumer.place, consumer.label);
    }
    if let Some(declared) = gap.store.resource.map(|id| graph.resource(id)) {
        let said = if gap.closed { "the store closes its public endpoint" } else { "the store" };
        finding.related(declared.place, said);
    }
    if let Some(beside) = gap.beside {
        finding.related(beside, "this private endpoint leads to another sub-resource of the store");
    }
    if let Some(help) = help {
        finding.help(help);
    }
}
