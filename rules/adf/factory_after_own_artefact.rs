use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_factory::artefact;
use armlint_factory::factory::Factories;

use crate::language::deployment_order::DeploymentOrder;

pub(crate) fn check(factory: &Resource, cx: &mut Context<'_>) {
    if cx.graph().dialect.is_folder() || factory.existing {
        return;
    }
    let waits = own_before(factory, cx.graph(), cx.view());
    let Some((first, others)) = waits.split_first() else { return };
    let noun = artefact::kind_of(first).map_or("artefact", |kind| kind.noun());
    let message = format!(
        "`{}` waits for its own {noun} `{}`, which cannot be there before it",
        factory.name.display(),
        first.name.last().display()
    );
    let finding = cx.report_on(factory, &factory.body.get("dependsOn"), message);
    for own in [first].into_iter().chain(others) {
        finding.related(own.place, "this belongs to the factory");
    }
    finding.help("Take it out of `dependsOn` of the factory, and let it depend on the factory instead");
}

// The artefacts of a factory that it depends on.
fn own_before<'g>(factory: &Resource, graph: &'g Graph, view: View<'g>) -> Vec<&'g Resource> {
    let factories = Factories::in_view(view);
    let own = |other: &&Resource| {
        let same = factories.of(other).zip(factories.of(factory));
        other.id != factory.id && same.is_some_and(|(a, b)| a.key() == b.key())
    };
    let before = DeploymentOrder::in_view(view).directly_before(factory.id).iter();
    before.map(|id| graph.resource(*id)).filter(own).collect()
}
