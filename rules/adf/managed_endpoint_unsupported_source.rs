use armlint_azure::facts::{PrivateLink, private_links_of};
use armlint_engine::finding::Severity;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::settings::Date;
use armlint_factory::facts::{self, Fact, ManagedSupport, ManagedTarget};
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let day = cx.settings().as_of;
    let endpoint = managed_endpoint::managed(resource);
    let Some((link, target)) = unsupported(&endpoint, day) else { return };
    let retired = is_retired(target, day);
    let finding = cx.report_on(resource, &endpoint.target, message(link, retired, day));
    finding.traced(&endpoint.target);
    if !retired && Fact::ClosedSourceList.holds(day) {
        finding.severity(Severity::High);
    }
    finding.help(match target.period.since.filter(|since| *since > day) {
        Some(since) => format!("it is documented since {since}; check for a later day with `--as-of`"),
        None => "reach it through a self-hosted runtime in its network, or over its public address".into(),
    });
}

fn message(link: &PrivateLink, retired: bool, day: Date) -> String {
    let what = match link.group {
        "" => format!("`{}`", link.ty),
        group => format!("`{group}` of `{}`", link.ty),
    };
    match retired {
        true => format!("{what} is retired, and a managed private endpoint to it leads nowhere"),
        false => format!("{what} is not in the list of supported private data sources as of {day}"),
    }
}

// What an endpoint leads to although no endpoint is supported there on a day.
fn unsupported(
    endpoint: &ManagedEndpoint,
    day: Date,
) -> Option<(&'static PrivateLink, &'static ManagedTarget)> {
    let link = link(endpoint).filter(|link| !facts::is_listed(link, day))?;
    let target = facts::managed_target(link)?;
    let excluded = target.support == ManagedSupport::No;
    let is = excluded || is_retired(target, day) || Fact::ClosedSourceList.holds(day);
    is.then_some((link, target))
}

// A group that the type does not have is a defect of its own.
fn link(endpoint: &ManagedEndpoint) -> Option<&'static PrivateLink> {
    let links: Vec<&'static PrivateLink> = private_links_of(endpoint.ty()?).collect();
    let group = endpoint.group.known_text();
    let named = group.and_then(|group| links.iter().find(|link| link.has_group(group)));
    named.or_else(|| links.first().filter(|link| link.group.is_empty())).copied()
}

fn is_retired(target: &ManagedTarget, day: Date) -> bool {
    target.support == ManagedSupport::Listed && target.period.since.is_none_or(|since| since <= day)
}
