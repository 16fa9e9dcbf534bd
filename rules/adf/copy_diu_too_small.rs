use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Number, Value, ValueKind};
use armlint_factory::copy::{Copies, Copy};
use armlint_factory::factory::Factories;
use armlint_factory::facts::Fact;
use armlint_factory::runtime::{Runtime, RuntimeClass};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if !Fact::CopyNeeds4Units.holds(cx.settings().as_of) {
        return;
    }
    let Some(factory) = Factories::in_view(cx.view()).of(resource) else { return };
    // Where no runtime is in the network, no copy is.
    if factory.runtimes_of(cx.graph(), RuntimeClass::Managed).next().is_none() {
        return;
    }
    for copy in Copies::in_view(cx.view()).of(resource) {
        let units = copy.activity.at("typeProperties.dataIntegrationUnits");
        let runtime = copy.runtime().filter(|runtime| runtime.class == RuntimeClass::Managed);
        if let Some(runtime) = runtime
            && matches!(units.kind, ValueKind::Number(Number::Int(2)))
        {
            report(resource, copy, &units, runtime, cx);
        }
    }
}

fn report(resource: &Resource, copy: &Copy, units: &Value, runtime: &Runtime, cx: &mut Context<'_>) {
    let name = copy.name();
    let message =
        format!("Copy `{name}` asks for 2 data integration units; the managed network gives 4 or more");
    let runtime_name = wording::quoted(&runtime.name).unwrap_or_else(|| "a runtime".into());
    let finding = cx.report_on(resource, units, message);
    finding
        .related(runtime.place, format!("it runs on {runtime_name} in the managed virtual network"))
        .traced(units)
        .help("Set \"dataIntegrationUnits\": 4, or leave it out");
    if units.origin.via.is_none() && !units.assumed {
        let edit = Edit { span: units.origin.span, text: "4".into() };
        finding.fix("Ask for 4 data integration units", Applicability::Safe, [edit]);
    }
}
