use armlint_azure::wording;
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Text, Truth, presence};
use armlint_factory::factory::WORKSPACES;
use armlint_factory::managed_endpoint;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let approved = &cx.settings().adf.approved_subscriptions;
    if resource.existing || approved.is_empty() {
        return;
    }
    if resource.is(WORKSPACES) {
        check_workspace(resource, cx);
        return;
    }
    let endpoint = managed_endpoint::managed(resource);
    let Some(subscription) = endpoint.identity.and_then(|identity| subscription(&identity.id)) else {
        return;
    };
    if approved.iter().any(|approved| approved.eq_ignore_ascii_case(&subscription)) {
        return;
    }
    let name = wording::called(resource, "This managed private endpoint");
    let finding = cx.report_on(
        resource,
        &endpoint.target,
        format!("{name} leads to the subscription `{subscription}`, which is not an approved one"),
    );
    finding.traced(&endpoint.target);
    finding.help("lead it to an approved subscription, or add this one to `adf.approved-subscriptions`");
    if endpoint.target.assumed {
        finding.confidence(Confidence::Medium);
    }
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
    if cx.graph().dialect.is_folder()
        || !resource.property("managedVirtualNetwork").is_text("default").is_true()
    {
        return;
    }
    check_tenants(resource, cx);
    let checked = resource.property("managedVirtualNetworkSettings.linkedAccessCheckOnTargetResource");
    let off = match presence(&checked) {
        Presence::Absent => Truth::True,
        Presence::Present => !checked.truth(),
        Presence::Unknown => Truth::Unknown,
    };
    if off.is_true() {
        let name = wording::called(resource, "This workspace");
        let finding = cx.report_on(
            resource,
            &checked,
            format!("{name} does not check what its managed private endpoints lead to"),
        );
        finding.traced(&checked);
        finding.help("set \"linkedAccessCheckOnTargetResource\": true in `managedVirtualNetworkSettings`");
        if checked.assumed {
            finding.confidence(Confidence::Medium);
        }
    }
}

// The tenants that the endpoints of a workspace may lead to, besides its own.
fn check_tenants(resource: &Resource, cx: &mut Context<'_>) {
    let tenants = resource.property("managedVirtualNetworkSettings.allowedAadTenantIdsForLinking");
    for tenant in tenants.elements().unwrap_or_default() {
        let approved = &cx.settings().adf.approved_subscriptions;
        let unapproved = |id: &&str| {
            !id.is_empty()
                && !id.contains(['#', '{', '$', '<'])
                && !approved.iter().any(|approved| approved.eq_ignore_ascii_case(id))
        };
        let Some(id) = tenant.known_text().filter(unapproved) else { continue };
        let name = wording::called(resource, "This workspace");
        let message = format!(
            "Managed private endpoints of {name} may lead to the tenant `{id}`, which is not an approved one"
        );
        let finding = cx.report_on(resource, tenant, message);
        finding.traced(tenant);
        finding.help("take the tenant out, or add its id to `adf.approved-subscriptions`");
        if tenant.assumed {
            finding.confidence(Confidence::Medium);
        }
    }
}
