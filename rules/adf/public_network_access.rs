use armlint_azure::existence;
use armlint_azure::private_link::Connections;
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::value::{Presence, Truth, Value, presence};
use armlint_factory::factory::Factories;
use armlint_factory::facts::Fact;
use armlint_factory::runtime::RuntimeClass;

// What shows that self-hosted runtimes reach a factory: one of them, and a private endpoint for them.
struct Reached<'g> {
    runtime: Option<&'g Resource>,
    endpoint: Option<&'g Resource>,
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let switch = Fact::FactoryPublicAccess.holds(cx.settings().as_of);
    let access = resource.property("publicNetworkAccess");
    if resource.existing || graph.dialect.is_folder() || !switch || !is_open(&access).is_true() {
        return;
    }
    let Some(reached) = reached(resource, cx.view()) else { return };
    let place = if resource.properties.is_absent() { resource.place } else { access.origin.span };
    let edit = closing(graph, resource, &access);
    let finding = cx.report_on(resource, &place, reached.message());
    finding.fix("Close the factory to public networks", Applicability::Unsafe, edit);
    if let Some(runtime) = reached.runtime {
        finding.related(runtime.place, "the self-hosted runtime");
    }
    if let Some(endpoint) = reached.endpoint {
        finding.related(endpoint.place, "the private endpoint to the factory");
    }
    finding.assuming(&access);
    finding.traced(&access).help(
        "Set `\"publicNetworkAccess\": \"Disabled\"` in `properties`; self-hosted runtimes then need a private \
         endpoint to the sub-resource `dataFactory`",
    );
}

fn is_open(access: &Value) -> Truth {
    match presence(access) {
        Presence::Absent => Truth::True,
        Presence::Present => !access.is_text("Disabled"),
        Presence::Unknown => Truth::Unknown,
    }
}

// `None` where nothing shows it; a strict check takes any factory.
fn reached<'g>(resource: &Resource, view: View<'g>) -> Option<Reached<'g>> {
    let graph = view.graph();
    let factory = Factories::in_view(view).of(resource)?;
    let runtime = factory.runtime_with(graph, RuntimeClass::SelfHosted, resource);
    let connection = Connections::in_view(view).first(resource, Some("dataFactory"));
    let endpoint = connection
        .map(|connection| graph.resource(connection.resource))
        .filter(|endpoint| existence::exists_with(endpoint, resource));
    let shown = runtime.is_some() || endpoint.is_some() || view.settings().is_strict();
    shown.then_some(Reached { runtime, endpoint })
}

impl Reached<'_> {
    fn message(&self) -> String {
        let message = "Data factory accepts self-hosted runtime traffic from public networks";
        match self.endpoint {
            Some(_) => format!("{message}: a private endpoint does not close the public endpoint"),
            None => message.into(),
        }
    }
}

// Sets the switch, where it or the properties are written in place.
fn closing(graph: &Graph, resource: &Resource, access: &Value) -> Option<Edit> {
    const KEY: &str = "publicNetworkAccess";
    const DISABLED: &str = "\"Disabled\"";
    if presence(access) == Presence::Present {
        return edit::replace(access, DISABLED);
    }
    if resource.properties.is_absent() {
        return edit::add_member(graph, resource.span, "properties", &format!("{{ \"{KEY}\": {DISABLED} }}"));
    }
    let written = access.is_absent() && resource.properties.object().is_some();
    let own = written.then_some(resource.properties.origin.span)?;
    edit::add_member(graph, own, KEY, DISABLED)
}
