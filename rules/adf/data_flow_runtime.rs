use armlint_azure::{private_link, wording};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
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
            _ if runtime.is_public(cx.settings()) => public(resource, factory, &activity, &runtime, cx),
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
    finding.help("Name an Azure runtime, in the managed virtual network where its stores need one");
}

fn public(resource: &Resource, factory: &Factory, activity: &Value, runtime: &Runtime, cx: &mut Context<'_>) {
    let isolated = factory.runtimes_of(cx.graph(), RuntimeClass::Managed).next();
    let private = private_services(factory, activity, isolated.is_some(), cx.view());
    if private.is_empty() {
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
    for (place, label) in private {
        finding.related(place, label);
    }
    finding.help(format!(
        "Add \"integrationRuntime\": {{ \"referenceName\": \"{via}\", \"type\": \
         \"IntegrationRuntimeReference\" }} to `typeProperties` of the activity"
    ));
}

// The linked services of an activity that ask for private compute: a place of each, and how it shows there.
fn private_services(
    factory: &Factory,
    activity: &Value,
    isolated: bool,
    view: View<'_>,
) -> Vec<(Span, String)> {
    let graph = view.graph();
    let services = activity::services_of(graph, factory, activity).into_iter().flatten();
    let found = services.filter_map(|service| {
        let name = wording::called(service, "this linked service");
        let own = factory.runtime_of(graph, service);
        match own.class {
            RuntimeClass::Managed => {
                Some((own.place, format!("{name} names a runtime in the managed virtual network here")))
            }
            RuntimeClass::Global if !isolated && is_closed(service, view) => {
                Some((service.place, format!("the store of {name} closes its public endpoint")))
            }
            _ => None,
        }
    });
    found.collect()
}

fn is_closed(service: &Resource, view: View<'_>) -> bool {
    let store = store::store_of(view.graph(), view.settings(), service).and_then(|store| store.resource);
    store.is_some_and(|store| private_link::public_off(view.graph().resource(store)).is_true())
}
