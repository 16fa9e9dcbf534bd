use armlint_azure::{private_link, wording};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::Value;
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::runtime::{Runtime, RuntimeClass};
use armlint_factory::{activity, store};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = Factories::in_view(cx.view());
    let Some(factory) = factories.of(resource) else { return };
    for activity in activity::activities(resource) {
        if !activity.get("type").is_text("ExecuteDataFlow").is_true() {
            continue;
        }
        let runtime = factory.named_runtime(graph, &activity.at("typeProperties.integrationRuntime"));
        match runtime.class {
            RuntimeClass::SelfHosted | RuntimeClass::Linked | RuntimeClass::Ssis => {
                unfit(resource, &activity, &runtime, cx);
            }
            RuntimeClass::Global => public(resource, factory, &activity, &runtime, cx),
            _ => {}
        }
    }
}

fn unfit(resource: &Resource, activity: &Value, runtime: &Runtime, cx: &mut Context<'_>) {
    let what = if runtime.class == RuntimeClass::Ssis { "Azure-SSIS" } else { "self-hosted" };
    let name = wording::quoted(&runtime.name).unwrap_or_else(|| "named here".into());
    let place = activity.get("name").origin.span;
    let message =
        format!("Data flow runs on the {what} runtime {name}, but data flows run on Azure runtimes only");
    let declared = runtime.resource.map(|id| cx.graph().resource(id).place);
    let finding = cx.report_on(resource, &runtime.place, message);
    finding.severity(Severity::High).related(place, "this activity runs the data flow");
    if let Some(declared) = declared {
        finding.related(declared, "the runtime");
    }
    finding.help("name an Azure runtime, in the managed virtual network where its stores need one");
}

fn public(resource: &Resource, factory: &Factory, activity: &Value, runtime: &Runtime, cx: &mut Context<'_>) {
    let (graph, settings) = (cx.graph(), cx.settings());
    if settings.adf.allow_auto_resolve && runtime.is_auto_resolve() {
        return;
    }
    let isolated = factory.runtimes_of(graph, RuntimeClass::Managed).next();
    let mut labels = Vec::new();
    for service in activity::services_of(graph, factory, activity).into_iter().flatten() {
        let name = wording::called(service, "this linked service");
        let own = factory.runtime_of(graph, service);
        let closed = || {
            let store = store::store_of(graph, settings, service)?.resource?;
            private_link::public_off(graph.resource(store)).is_true().then_some(())
        };
        let label = if own.class == RuntimeClass::Managed {
            (own.place, format!("{name} names a runtime in the managed virtual network here"))
        } else if own.class == RuntimeClass::Global && isolated.is_none() && closed().is_some() {
            (service.place, format!("the store of {name} closes its public endpoint"))
        } else {
            continue;
        };
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    if labels.is_empty() {
        return;
    }
    let named = wording::quoted(&runtime.name).unwrap_or_else(|| "a public runtime".into());
    let message =
        format!("Data flow runs on {named}, public Azure compute, whatever its linked services name");
    let via = isolated.map_or("<runtime in the managed virtual network>".into(), |runtime| {
        wording::written(&runtime.name.last(), "name of the runtime")
    });
    let place = if runtime.implicit { activity.get("name").origin.span } else { runtime.place };
    let finding = cx.report_on(resource, &place, message);
    for (place, label) in labels {
        finding.related(place, label);
    }
    finding.help(format!(
        "add \"integrationRuntime\": {{ \"referenceName\": \"{via}\", \"type\": \
         \"IntegrationRuntimeReference\" }} to `typeProperties` of the activity"
    ));
}
