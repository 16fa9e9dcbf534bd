use armlint_azure::{existence, wording};
use armlint_engine::finding::{Confidence, Finding};
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Context, View};
use armlint_engine::span::Span;
use armlint_factory::activity::Uses;
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::private_factory::{Cause, Privacy, PrivateFactories};
use armlint_factory::runtime::RuntimeClass;
use armlint_factory::{facts, reach, store};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = Factories::in_view(cx.view());
    if factories.list().is_empty() || existence::has_remote_parts(graph) {
        return;
    }
    for factory in factories.list() {
        // A network may belong to this factory under a name that is not known.
        let elsewhere = || factories.doubles(factory).any(|other| !other.networks.is_empty());
        if factory.networks.is_empty() && factory.is_whole(graph) && !elsewhere() {
            check_factory(factory, cx);
        }
    }
}

// A linked service on public compute: itself, where its runtime is named, and its store.
struct Public {
    service: ResourceId,
    place: Span,
    store: String,
}

fn check_factory(factory: &Factory, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let privacy = PrivateFactories::in_view(cx.view()).of(factory);
    let Some(privacy) = privacy.filter(|privacy| privacy.truth.is_true()) else { return };
    let public = public(graph, factory, cx.view());
    let Some((first, rest)) = public.split_first() else { return };
    let service = graph.resource(first.service);
    let message = format!(
        "Private Link of the factory does not cover pipeline traffic to data stores: {} still reaches {} from \
         public Azure compute",
        wording::called(service, "this linked service"),
        first.store
    );
    let finding = cx.report_on(service, &first.place, message);
    for other in rest {
        let name = wording::called(graph.resource(other.service), "this one");
        finding.related(other.place, format!("so does {name} with {}", other.store));
    }
    relate(privacy, finding);
    finding.help(
        "Add a managed virtual network with a runtime in it and managed private endpoints to the stores, or use \
         a self-hosted runtime",
    );
}

fn relate(privacy: &Privacy, finding: &mut Finding) {
    for cause in &privacy.causes {
        match cause {
            Cause::Switch(value) => finding.related(value.origin.span, "this makes the factory private"),
            Cause::Endpoint(place) => finding.related(*place, "the private endpoint of the factory"),
            Cause::Configuration => continue,
        };
    }
    if privacy.is_assumed() {
        finding.confidence(Confidence::Medium);
    }
}

fn public(graph: &Graph, factory: &Factory, view: View<'_>) -> Vec<Public> {
    let (uses, settings) = (Uses::in_view(view), view.settings());
    let services = factory.linked_services.iter().map(|id| graph.resource(*id));
    let services = services.filter(|service| !service.existing && !reach::is_vault(service));
    let found = services.filter_map(|service: &Resource| {
        let owner = factory.declared(graph).is_none_or(|own| existence::exists_with(service, own));
        let mut runs = reach::runs(graph, factory, uses, service).into_iter().filter(|_| owner);
        if !runs.any(|run| run.runtime.is_public(settings)) {
            return None;
        }
        let store = store::store_of(graph, settings, service)?;
        let listed = store.links.iter().any(|link| facts::is_listed(link, settings.as_of));
        let own = factory.runtime_of(graph, service);
        let place = if own.class == RuntimeClass::Global { own.place } else { service.place };
        listed.then(|| Public { service: service.id, place, store: store.display() })
    });
    found.collect()
}
