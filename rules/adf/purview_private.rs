use armlint_azure::types::PURVIEW_ACCOUNTS;
use armlint_azure::{existence, private_link, resource_id, wording};
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::Truth;
use armlint_factory::factory::Factories;
use armlint_factory::managed_endpoint;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || existence::has_remote_parts(graph) {
        return;
    }
    let written = resource.property("purviewConfiguration.purviewResourceId");
    let Some(identity) = resource_id::identify(&written) else { return };
    let mut accounts = graph.of_type(PURVIEW_ACCOUNTS).filter(|account| !account.existing);
    let named =
        |account: &&Resource| resource_id::names(&identity, PURVIEW_ACCOUNTS, &account.name.last()).is_true();
    let Some(account) = accounts.find(named) else { return };
    if !private_link::public_off(account).is_true() || !existence::exists_with(account, resource) {
        return;
    }
    let factories = Factories::in_view(cx.view());
    let Some(factory) = factories.of(resource) else { return };
    let own = factory.endpoints.iter().map(|id| managed_endpoint::managed(graph.resource(*id)));
    let leads = own.map(|endpoint| match &endpoint.identity {
        Some(identity) => resource_id::names(identity, PURVIEW_ACCOUNTS, &account.name.last()),
        None => Truth::Unknown,
    });
    let elsewhere = factories.doubles(factory).any(|other| !other.endpoints.is_empty());
    if !Truth::any(leads).is_false() || elsewhere {
        return;
    }
    let name = wording::called(account, "the Purview account");
    let finding = cx.report_on(
        resource,
        &written,
        format!("{name} is closed to public networks, and no managed private endpoint leads there: lineage is lost")
            .replacen("the Purview", "The Purview", 1),
    );
    finding.related(account.place, "the Purview account").traced(&written);
    finding.help("add a managed private endpoint with the group `account` to it");
    if written.assumed {
        finding.confidence(Confidence::Medium);
    }
}
