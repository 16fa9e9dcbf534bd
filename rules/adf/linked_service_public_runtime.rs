use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_factory::activity::Uses;
use armlint_factory::coverage::Endpoints;
use armlint_factory::factory::Factories;
use armlint_factory::facts;
use armlint_factory::reach::{self, Run};
use armlint_factory::runtime::{Runtime, RuntimeClass};
use armlint_factory::store::{self, Store};

// More activities only hide what the finding says.
const MAX_USES: usize = 3;

// A linked service that runs on public compute although the factory has a private way.
struct Bypass<'g> {
    store: Store,
    // What the linked service names.
    own: Runtime,
    // Where it runs in public; never empty.
    runs: Vec<Run>,
    private: Private<'g>,
}

enum Private<'g> {
    // A runtime in the managed virtual network, and perhaps an endpoint that leads to the store.
    Runtime(&'g Resource, Option<&'g Resource>),
    Endpoint(&'g Resource),
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || reach::is_vault(resource) {
        return;
    }
    let Some(bypass) = bypass(resource, cx.view()) else { return };
    let graph = cx.graph();
    let place = if bypass.is_by_activity() { resource.place } else { bypass.own.place };
    let finding = cx.report_on(resource, &place, bypass.message(resource));
    let uses: Vec<_> = bypass.runs.iter().filter_map(|run| run.activity.as_ref()).collect();
    for (activity, place) in uses.iter().take(MAX_USES) {
        finding.related(*place, format!("`{activity}` uses it there"));
    }
    if uses.len() > MAX_USES {
        finding.label(format!(
            "{} activities use it there, the first {MAX_USES} of which are listed",
            uses.len()
        ));
    }
    if let Some(runtime) = bypass.runs.first().and_then(|run| run.runtime.resource) {
        finding.related(graph.resource(runtime).place, "this runtime is public");
    }
    if let Private::Runtime(runtime, _) = bypass.private {
        finding.related(runtime.place, "this runtime is in the managed virtual network");
    }
    if let Private::Runtime(_, Some(endpoint)) | Private::Endpoint(endpoint) = bypass.private {
        finding.related(endpoint.place, "this managed private endpoint is bypassed");
    }
    finding.help(bypass.help());
}

fn bypass<'g>(resource: &Resource, view: View<'g>) -> Option<Bypass<'g>> {
    let (graph, settings) = (view.graph(), view.settings());
    let factory = Factories::in_view(view).of(resource)?;
    let own = factory.runtime_of(graph, resource);
    // Only a data flow runs elsewhere than in the network that its linked service names, and has a rule of
    // its own for that.
    if own.class == RuntimeClass::Managed {
        return None;
    }
    let mut runs = reach::runs(graph, factory, Uses::in_view(view), resource);
    runs.retain(|run| run.runtime.is_public(settings));
    let store = store::store_of(graph, settings, resource).filter(|_| !runs.is_empty())?;
    if !store.links.iter().any(|link| facts::is_listed(link, settings.as_of)) {
        return None;
    }
    let endpoint = Endpoints::in_view(view).leading_to(factory, &store).map(|id| graph.resource(id));
    let private = match (factory.runtime_with(graph, RuntimeClass::Managed, resource), endpoint) {
        (Some(runtime), endpoint) => Private::Runtime(runtime, endpoint),
        (None, endpoint) => Private::Endpoint(endpoint?),
    };
    Some(Bypass { store, own, runs, private })
}

impl Bypass<'_> {
    // A data flow takes its runtime from its activity, whatever the linked service says.
    fn is_by_activity(&self) -> bool {
        self.own.class != RuntimeClass::Global
    }

    fn message(&self, resource: &Resource) -> String {
        let although = match self.private {
            Private::Runtime(..) => "the factory has a managed virtual network".to_string(),
            Private::Endpoint(endpoint) => {
                format!("the managed private endpoint {} leads there", wording::called(endpoint, "below"))
            }
        };
        let (name, target) = (wording::called(resource, "This linked service"), self.store.display());
        let unnamed = self.own.implicit && !self.is_by_activity();
        let reaches = if unnamed { "has no `connectVia` and reaches" } else { "reaches" };
        format!("{name} {reaches} {target} from public Azure compute although {although}")
    }

    fn help(&self) -> String {
        let via = match self.private {
            Private::Runtime(runtime, _) => wording::written(&runtime.name.last(), "name of the runtime"),
            Private::Endpoint(_) => "<runtime in the managed virtual network>".into(),
        };
        let reference =
            format!("{{ \"type\": \"IntegrationRuntimeReference\", \"referenceName\": \"{via}\" }}");
        match self.is_by_activity() {
            true => format!(
                "Add \"integrationRuntime\": {reference} to `typeProperties` of the data flow activity"
            ),
            false => format!("set \"connectVia\": {reference}"),
        }
    }
}
