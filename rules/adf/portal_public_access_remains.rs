use armlint_azure::private_link::Connections;
use armlint_azure::{existence, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::factory::Factories;
use armlint_factory::private_factory::{Cause, PrivateFactories};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let (factories, private) = (Factories::in_view(cx.view()), PrivateFactories::in_view(cx.view()));
    let Some(factory) = factories.of(resource) else { return };
    // Declared under several conditions it is still one factory.
    if factory.resource != Some(resource.id) {
        return;
    }
    let connections = Connections::in_view(cx.view());
    let portal = connections.first(resource, Some("portal")).map(|found| graph.resource(found.resource));
    let portal = portal.filter(|endpoint| existence::exists_with(endpoint, resource));
    let causes = private.of(factory).map(|privacy| privacy.causes.clone()).unwrap_or_default();
    if portal.is_none() && causes.is_empty() {
        return;
    }
    let name = wording::called(resource, "this data factory");
    let message = format!(
        "Authoring and monitoring of {name} (portal, SDK, API) stay reachable from public networks: neither a \
         private endpoint nor `publicNetworkAccess` changes that"
    );
    let finding = cx.report_on(resource, &resource.place, message);
    for cause in &causes {
        match cause {
            Cause::Switch(value) => {
                finding.related(value.origin.span, "this concerns self-hosted runtimes only")
            }
            Cause::Endpoint(place) => {
                finding.related(*place, "this endpoint carries self-hosted runtimes only")
            }
            Cause::Configuration => finding,
        };
    }
    if let Some(endpoint) = portal {
        finding.related(endpoint.place, "this endpoint adds a private way to the portal");
    }
    finding.help("decide by roles who may author, and by Conditional Access from where they may sign in");
}
