use armlint_azure::types::PURVIEW_ACCOUNTS;
use armlint_azure::{existence, private_link, resource_id, wording};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Truth, Value};
use armlint_factory::factory::Factories;
use armlint_factory::managed_endpoint;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || existence::has_remote_parts(cx.graph()) {
        return;
    }
    let written = resource.property("purviewConfiguration.purviewResourceId");
    let Some(account) = closed_account(resource, &written, cx.view()) else { return };
    if !may_lead(resource, account, cx.view()).is_false() {
        return;
    }
    let name = wording::called(account, "The Purview account");
    let message = format!(
        "{name} is closed to public networks, and no managed private endpoint leads there: lineage is lost"
    );
    let finding = cx.report_on(resource, &written, message);
    finding.related(account.place, "the Purview account").traced(&written);
    finding.help("Add a managed private endpoint with the group `account` to it");
    finding.assuming(&written);
}

// The account that an id names, where it is declared here and closed.
fn closed_account<'g>(resource: &Resource, written: &Value, view: View<'g>) -> Option<&'g Resource> {
    let identity = resource_id::identify(written)?;
    let named =
        |account: &&Resource| resource_id::names(&identity, PURVIEW_ACCOUNTS, &account.name.last()).is_true();
    let mut accounts = view.graph().of_type(PURVIEW_ACCOUNTS).filter(|account| !account.existing);
    let account = accounts.find(named)?;
    let closed = private_link::public_off(account).is_true() && existence::exists_with(account, resource);
    closed.then_some(account)
}

// Whether a managed private endpoint of the factory leads to the account.
fn may_lead(resource: &Resource, account: &Resource, view: View<'_>) -> Truth {
    let factories = Factories::in_view(view);
    let Some(factory) = factories.of(resource) else { return Truth::Unknown };
    let own = factory.endpoints.iter().map(|id| managed_endpoint::managed(view.graph().resource(*id)));
    let leads = own.map(|endpoint| match &endpoint.identity {
        Some(identity) => resource_id::names(identity, PURVIEW_ACCOUNTS, &account.name.last()),
        None => Truth::Unknown,
    });
    let elsewhere = factories.doubles(factory).any(|other| !other.endpoints.is_empty());
    Truth::any(leads.chain(elsewhere.then_some(Truth::Unknown)))
}
