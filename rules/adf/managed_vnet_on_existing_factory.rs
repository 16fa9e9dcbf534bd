use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::factory::Factories;
use armlint_factory::facts::Fact;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || !Fact::NewFactoryOnly.holds(cx.settings().as_of) {
        return;
    }
    let factories = Factories::in_view(cx.view());
    let factory = factories.of(resource).and_then(|factory| factory.resource);
    let Some(factory) = factory.map(|id| cx.graph().resource(id)).filter(|factory| factory.existing) else {
        return;
    };
    // Another deployment may have made the factory a moment ago.
    let message = "The managed virtual network is added to a factory that exists already";
    cx.report_on(resource, &resource.place, message)
        .confidence(Confidence::Medium)
        .related(factory.place, "the factory")
        .help("Create a new factory with the managed virtual network; a later `--as-of` has no such limit");
}
