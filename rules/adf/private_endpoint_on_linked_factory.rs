use armlint_azure::private_link::Connections;
use armlint_azure::{existence, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::Value;
use armlint_factory::factory::Factories;
use armlint_factory::runtime::{self, RuntimeClass};

// A private endpoint, in the way from a linked runtime to the factory that owns it.
struct Misplaced<'a> {
    // The id of the runtime that is shared.
    linked: Value,
    owner: &'a Resource,
    endpoint: &'a Resource,
    target: Value,
}

fn misplaced<'a>(resource: &Resource, view: View<'a>) -> Option<Misplaced<'a>> {
    let graph = view.graph();
    let factories = Factories::in_view(view);
    let factory = factories.of(resource)?;
    // The first linked runtime speaks for its factory.
    let classes = factory.runtimes.iter().map(|id| (*id, runtime::class(graph.resource(*id))));
    let classes: Vec<_> = classes.collect();
    let first = classes.iter().find(|(_, class)| *class == RuntimeClass::Linked);
    let own = |class: &RuntimeClass| matches!(class, RuntimeClass::SelfHosted | RuntimeClass::Unknown);
    if first.is_none_or(|(id, _)| *id != resource.id) || classes.iter().any(|(_, class)| own(class)) {
        return None;
    }
    let linked = resource.property("typeProperties.linkedInfo.resourceId");
    let owner = factories.owner_of_runtime(&linked).filter(|owner| owner.key != factory.key)?;
    let (owner, this) = (owner.declared(graph)?, factory.declared(graph)?);
    let connections = Connections::in_view(view);
    let connection = connections.first(this, Some("dataFactory"))?;
    let endpoint = graph.resource(connection.resource);
    let wrong = connections.reach(owner, Some("dataFactory")).is_false()
        && existence::exists_with(owner, endpoint)
        && !existence::has_remote_parts(graph);
    wrong.then(|| Misplaced { linked, owner, endpoint, target: connection.target.clone() })
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let Some(Misplaced { linked, owner, endpoint, target }) = misplaced(resource, cx.view()) else { return };
    let message = format!(
        "Private endpoint is on the factory that only links to the shared runtime; it must be on {}, which owns it",
        wording::called(owner, "the factory that owns the runtime")
    );
    cx.report_on(endpoint, &target, message)
        .related(linked.origin.span, "the runtime that is shared")
        .related(owner.place, "the factory that owns the runtime")
        .traced(&target)
        .help("Name the owner's id in `privateLinkServiceId`")
        .assuming(&target)
        .assuming(&linked);
}
