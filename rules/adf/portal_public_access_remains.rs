use armlint_azure::private_link::Connections;
use armlint_azure::{existence, wording};
use armlint_engine::finding::Finding;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::factory::Factories;
use armlint_factory::private_factory::{Cause, PrivateFactories};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    // Declared under several conditions it is still one factory.
    let own = Factories::in_view(cx.view()).of(resource);
    let Some(factory) = own.filter(|factory| factory.resource == Some(resource.id)) else { return };
    let portal = Connections::in_view(cx.view()).first(resource, Some("portal"));
    let portal = portal
        .map(|connection| graph.resource(connection.resource))
        .filter(|endpoint| existence::exists_with(endpoint, resource));
    let privacy = PrivateFactories::in_view(cx.view()).of(factory);
    let causes = privacy.map(|privacy| privacy.causes.as_slice()).unwrap_or_default();
    if portal.is_none() && causes.is_empty() {
        return;
    }
    let name = wording::called(resource, "this data factory");
    let message = format!(
        "Authoring and monitoring of {name} (portal, SDK, API) stay reachable from public networks: neither a \
         private endpoint nor `publicNetworkAccess` changes that"
    );
    let finding = cx.report_on(resource, &resource.place, message);
    finding.help("Decide by roles who may author, and by Conditional Access from where they may sign in");
    relate(causes, finding);
    if let Some(endpoint) = portal {
        finding.related(endpoint.place, "this endpoint adds a private way to the portal");
    }
}

fn relate(causes: &[Cause], finding: &mut Finding) {
    for cause in causes {
        match cause {
            Cause::Switch(value) => {
                finding.related(value.origin.span, "this concerns self-hosted runtimes only")
            }
            Cause::Endpoint(place) => {
                finding.related(*place, "this endpoint carries self-hosted runtimes only")
            }
            Cause::Configuration => continue,
        };
    }
}
