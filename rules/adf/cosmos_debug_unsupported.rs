use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::facts::Fact;
use armlint_factory::reach;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let ty = resource.property("type");
    if !Fact::NoCosmosDebug.holds(cx.settings().as_of) || !ty.is_text("CosmosDb").is_true() {
        return;
    }
    let consumers = reach::consumers(resource, cx.view());
    if consumers.is_empty() {
        return;
    }
    let name = wording::called(resource, "this linked service");
    let message = format!("Debug runs against the Cosmos DB of {name} fail in the managed virtual network");
    let finding = cx.report_on(resource, &ty, message);
    for consumer in consumers {
        finding.related(consumer.place, consumer.label);
    }
    finding.help("Run the pipeline by a trigger, or debug it outside of the managed virtual network");
}
