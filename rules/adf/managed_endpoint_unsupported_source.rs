use armlint_azure::facts::{PrivateLink, private_links_of};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_factory::facts::{self, Fact, ManagedSupport};
use armlint_factory::managed_endpoint;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let day = cx.settings().as_of;
    let endpoint = managed_endpoint::managed(resource);
    let Some(ty) = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref()) else { return };
    let links: Vec<&'static PrivateLink> = private_links_of(ty).collect();
    // A group that the type does not have is a defect of its own.
    let link = match endpoint.group.known_text() {
        Some(group) => links.iter().find(|link| link.has_group(group)),
        None => None,
    };
    let Some(link) = link.or_else(|| links.first().filter(|link| link.group.is_empty())) else { return };
    if facts::is_listed(link, day) {
        return;
    }
    let Some(target) = facts::managed_target(link) else { return };
    let since = target.period.since;
    let excluded = target.support == ManagedSupport::No;
    let listed = target.support == ManagedSupport::Listed;
    let over = listed && since.is_none_or(|since| since <= day);
    let closed_list = Fact::ClosedSourceList.holds(day);
    if !(excluded || over || closed_list) {
        return;
    }
    let what = if link.group.is_empty() {
        format!("`{}`", link.ty)
    } else {
        format!("`{}` of `{}`", link.group, link.ty)
    };
    let message = match over {
        true => format!("{what} is retired, and a managed private endpoint to it leads nowhere"),
        false => format!("{what} is not in the list of supported private data sources as of {day}"),
    };
    let finding = cx.report_on(resource, &endpoint.target, message);
    finding.traced(&endpoint.target);
    if closed_list && !over {
        finding.severity(Severity::High);
    }
    finding.help(match since.filter(|since| *since > day) {
        Some(since) => format!("it is documented since {since}; check for a later day with `--as-of`"),
        None => "reach it through a self-hosted runtime in its network, or over its public address".into(),
    });
}
