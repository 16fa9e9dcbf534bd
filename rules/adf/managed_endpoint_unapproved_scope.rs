use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::settings::Settings;
use armlint_engine::value::{Presence, Text, Truth, presence};
use armlint_factory::factory::WORKSPACES;
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || cx.settings().adf.approved_subscriptions.is_empty() {
        return;
    }
    if resource.is(WORKSPACES) {
        check_workspace(resource, cx);
    } else {
        check_endpoint(resource, cx);
    }
}

fn check_endpoint(resource: &Resource, cx: &mut Context<'_>) {
    let ManagedEndpoint { identity, target, .. } = managed_endpoint::managed(resource);
    let subscription = identity.and_then(|identity| subscription(&identity.id));
    let Some(subscription) = subscription.filter(|id| !is_approved(id, cx.settings())) else { return };
    let name = wording::called(resource, "This managed private endpoint");
    let message = format!("{name} leads to the subscription `{subscription}`, which is not an approved one");
    cx.report_on(resource, &target, message)
        .traced(&target)
        .help("Lead it to an approved subscription, or add this one to `adf.approved-subscriptions`")
        .assuming(&target);
}

fn is_approved(id: &str, settings: &Settings) -> bool {
    settings.adf.approved_subscriptions.iter().any(|approved| approved.eq_ignore_ascii_case(id))
}

// The subscription that an id names, where it is known.
fn subscription(id: &Text) -> Option<String> {
    let parts = id.split('/');
    let known = |at: usize| parts.get(at).and_then(Text::known).map(|part| part.as_str());
    let subscription = known(2).filter(|id| !id.is_empty() && !id.contains(['#', '{', '$', '<']));
    let starts =
        known(0) == Some("") && known(1).is_some_and(|part| part.eq_ignore_ascii_case("subscriptions"));
    subscription.filter(|_| starts).map(str::to_string)
}

fn check_workspace(resource: &Resource, cx: &mut Context<'_>) {
    let managed = resource.property("managedVirtualNetwork").is_text("default").is_true();
    if managed && !cx.graph().dialect.is_folder() {
        check_tenants(resource, cx);
        check_targets(resource, cx);
    }
}

// Whether the workspace checks what its endpoints lead to.
fn check_targets(resource: &Resource, cx: &mut Context<'_>) {
    let checked = resource.property("managedVirtualNetworkSettings.linkedAccessCheckOnTargetResource");
    let off = match presence(&checked) {
        Presence::Absent => Truth::True,
        Presence::Present => !checked.truth(),
        Presence::Unknown => Truth::Unknown,
    };
    if off.is_true() {
        let name = wording::called(resource, "This workspace");
        let message = format!("{name} does not check what its managed private endpoints lead to");
        cx.report_on(resource, &checked, message)
            .traced(&checked)
            .help("Set \"linkedAccessCheckOnTargetResource\": true in `managedVirtualNetworkSettings`")
            .assuming(&checked);
    }
}

// The tenants that the endpoints of a workspace may lead to, besides its own.
fn check_tenants(resource: &Resource, cx: &mut Context<'_>) {
    let tenants = resource.property("managedVirtualNetworkSettings.allowedAadTenantIdsForLinking");
    for tenant in tenants.elements().unwrap_or_default() {
        let known = tenant.known_text().filter(|id| !id.is_empty() && !id.contains(['#', '{', '$', '<']));
        let Some(id) = known.filter(|id| !is_approved(id, cx.settings())) else { continue };
        let name = wording::called(resource, "This workspace");
        let message = format!(
            "Managed private endpoints of {name} may lead to the tenant `{id}`, which is not an approved one"
        );
        cx.report_on(resource, tenant, message)
            .traced(tenant)
            .help("Take the tenant out, or add its id to `adf.approved-subscriptions`")
            .assuming(tenant);
    }
}
