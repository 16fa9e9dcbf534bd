use armlint_azure::private_link::Connections;
use armlint_azure::{existence, resource_id, wording};
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::Value;
use armlint_factory::factory::{FACTORIES, Factories, Factory};
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
    let owner = owner(&linked, factories).filter(|owner| owner.key != factory.key)?;
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
    let target = &target;
    let name = wording::called(owner, "the factory that owns the runtime");
    let finding = cx.report_on(
        endpoint,
        target,
        format!(
            "Private endpoint is on the factory that only links to the shared runtime; it must be on {name}, \
             which owns it"
        ),
    );
    finding
        .related(linked.origin.span, "the runtime that is shared")
        .related(owner.place, "the factory that owns the runtime")
        .traced(target)
        .help("name the owner's id in `privateLinkServiceId`");
    if target.assumed || linked.assumed {
        finding.confidence(Confidence::Medium);
    }
}

// The factory of the deployment that an id of a runtime names.
fn owner<'f>(linked: &Value, factories: &'f Factories) -> Option<&'f Factory> {
    let identity = resource_id::identify(linked)?;
    let ty = identity.ty.as_deref()?;
    let name = identity.above.last().filter(|_| identity.above.len() == 1)?;
    if !ty.eq_ignore_ascii_case("Microsoft.DataFactory/factories/integrationRuntimes") {
        return None;
    }
    let same = |factory: &&Factory| {
        let other = factory.name.as_ref();
        factory.ty == FACTORIES && other.is_some_and(|other| resource_id::same_name(other, name).is_true())
    };
    factories.list().iter().find(same)
}
