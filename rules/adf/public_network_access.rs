use armlint_azure::existence;
use armlint_azure::private_link::Connections;
use armlint_engine::finding::{Applicability, Confidence, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Presence, Truth, Value, presence};
use armlint_factory::factory::Factories;
use armlint_factory::facts::Fact;
use armlint_factory::runtime::RuntimeClass;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let switch = Fact::FactoryPublicAccess.holds(cx.settings().as_of);
    if resource.existing || graph.dialect.is_folder() || !switch {
        return;
    }
    let access = resource.property("publicNetworkAccess");
    let open = match presence(&access) {
        Presence::Absent => Truth::True,
        Presence::Present => !access.is_text("Disabled"),
        Presence::Unknown => Truth::Unknown,
    };
    if !open.is_true() {
        return;
    }
    let (factories, connections) = (Factories::in_view(cx.view()), Connections::in_view(cx.view()));
    let Some(factory) = factories.of(resource) else { return };
    let runtime = factory
        .runtimes_of(graph, RuntimeClass::SelfHosted)
        .find(|runtime| existence::exists_with(runtime, resource));
    let connection = connections
        .first(resource, Some("dataFactory"))
        .map(|connection| graph.resource(connection.resource))
        .filter(|endpoint| existence::exists_with(endpoint, resource));
    if runtime.is_none() && connection.is_none() && !cx.settings().is_strict() {
        return;
    }
    let mut message = String::from("Data factory accepts self-hosted runtime traffic from public networks");
    if connection.is_some() {
        message.push_str(": a private endpoint does not close the public endpoint");
    }
    let place = if resource.properties.is_absent() { resource.place } else { access.origin.span };
    let edit = closing(graph, resource, &access);
    let finding = cx.report_on(resource, &place, message);
    if let Some(edit) = edit {
        finding.fix("Close the factory to public networks", Applicability::Unsafe, vec![edit]);
    }
    if let Some(runtime) = runtime {
        finding.related(runtime.place, "the self-hosted runtime");
    }
    if let Some(endpoint) = connection {
        finding.related(endpoint.place, "the private endpoint to the factory");
    }
    if access.assumed {
        finding.confidence(Confidence::Medium);
    }
    finding.traced(&access).help(
        "set `\"publicNetworkAccess\": \"Disabled\"` in `properties`; self-hosted runtimes then need a private \
         endpoint to the sub-resource `dataFactory`",
    );
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
