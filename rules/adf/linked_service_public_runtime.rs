use armlint_azure::{existence, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::activity::Uses;
use armlint_factory::coverage::Endpoints;
use armlint_factory::factory::Factories;
use armlint_factory::reach::{self, Run};
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::{facts, store};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let (graph, settings) = (cx.graph(), cx.settings());
    if resource.existing || reach::is_vault(resource) {
        return;
    }
    let (factories, uses) = (Factories::in_view(cx.view()), Uses::in_view(cx.view()));
    let Some(factory) = factories.of(resource) else { return };
    let runs = reach::runs(graph, factory, uses, resource);
    let own = factory.runtime_of(graph, resource);
    let allowed = |run: &Run| settings.adf.allow_auto_resolve && run.runtime.is_auto_resolve();
    // Only a data flow runs elsewhere than in the network that its linked service names, and has a rule of
    // its own for that.
    let public: Vec<&Run> = match own.class {
        RuntimeClass::Managed => return,
        _ => runs.iter().filter(|run| run.runtime.class == RuntimeClass::Global && !allowed(run)).collect(),
    };
    let Some(first) = public.first() else { return };
    let Some(store) = store::store_of(graph, settings, resource) else { return };
    if !store.links.iter().any(|link| facts::is_listed(link, settings.as_of)) {
        return;
    }
    let managed = factory
        .runtimes_of(graph, RuntimeClass::Managed)
        .find(|runtime| existence::exists_with(runtime, resource));
    let endpoints = Endpoints::in_view(cx.view());
    let endpoint = endpoints.leading_to(factory, &store).map(|id| graph.resource(id));
    let although = match (managed, endpoint) {
        (Some(_), _) => "although the factory has a managed virtual network".to_string(),
        (None, Some(endpoint)) => {
            format!(
                "although the managed private endpoint {} leads there",
                wording::called(endpoint, "below")
            )
        }
        (None, None) => return,
    };
    // A data flow takes its runtime from its activity, whatever the linked service says.
    let by_activity = own.class != RuntimeClass::Global;
    let place = if by_activity { resource.place } else { own.place };
    let (name, target) = (wording::called(resource, "This linked service"), store.display());
    let message = if own.implicit && !by_activity {
        format!("{name} has no `connectVia` and reaches {target} from public Azure compute {although}")
    } else {
        format!("{name} reaches {target} from public Azure compute {although}")
    };
    let via = managed.map_or("<runtime in the managed virtual network>".into(), |ir| {
        wording::written(&ir.name.last(), "name of the runtime")
    });
    let reference = format!("{{ \"type\": \"IntegrationRuntimeReference\", \"referenceName\": \"{via}\" }}");
    let help = if by_activity {
        format!("add \"integrationRuntime\": {reference} to `typeProperties` of the data flow activity")
    } else {
        format!("set \"connectVia\": {reference}")
    };
    let declared = first.runtime.resource.map(|id| graph.resource(id));
    let finding = cx.report_on(resource, &place, message);
    for (activity, place) in public.iter().filter_map(|run| run.activity.as_ref()) {
        finding.related(*place, format!("`{activity}` uses it there"));
    }
    if let Some(runtime) = declared {
        finding.related(runtime.place, "this runtime is public");
    }
    if let Some(runtime) = managed {
        finding.related(runtime.place, "this runtime is in the managed virtual network");
    }
    if let Some(endpoint) = endpoint {
        finding.related(endpoint.place, "this managed private endpoint is bypassed");
    }
    finding.help(help);
}
