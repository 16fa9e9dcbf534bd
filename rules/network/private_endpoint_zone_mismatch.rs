use armlint_azure::dns::{self, Owners};
use armlint_azure::facts::{EndpointGroup, endpoint_groups_of, private_links_of};
use armlint_azure::private_link;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::settings::Cloud;
use armlint_engine::value::{Text, Value};
use smol_str::SmolStr;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let Some(endpoint) = Owners::in_view(cx.view()).endpoint_of(cx.graph(), resource) else { return };
    let Some((ty, groups)) = groups(endpoint) else { return };
    let configs = dns::configs(resource);
    let zones: Vec<(&Value, &SmolStr)> = configs
        .iter()
        .filter_map(|config| Some((&config.id, config.name().and_then(Text::known)?)))
        .collect();
    let serves = |zone: &str| groups.iter().any(|group| group.is_served_by(zone));
    // One beside the right one does no harm, and one that is not known may be the right one.
    if zones.len() < configs.len() || zones.iter().any(|(_, zone)| serves(zone)) {
        return;
    }
    for (id, zone) in zones {
        report(resource, endpoint, (&ty, &groups), (id, zone), cx);
    }
}

// The type of the target, and the sub-resources that the endpoint leads to; none where they are not known, or where
// the rule about stores speaks.
fn groups(endpoint: &Resource) -> Option<(SmolStr, Vec<EndpointGroup>)> {
    let connections = private_link::connections(endpoint);
    let [connection] = &*connections else { return None };
    let ty = connection.ty().filter(|ty| private_links_of(ty).next().is_none())?;
    let names = connection.groups.elements()?;
    let of_name = |name: &Value| {
        endpoint_groups_of(ty).find(|group| name.known_text().is_some_and(|own| group.is(own)))
    };
    let groups: Vec<EndpointGroup> = names.iter().map(of_name).collect::<Option<_>>()?;
    let has_zones = !groups.is_empty() && groups.iter().all(|group| !group.zones(Cloud::Public).is_empty());
    has_zones.then(|| (ty.into(), groups))
}

fn report(
    group: &Resource,
    endpoint: &Resource,
    (ty, groups): (&str, &[EndpointGroup]),
    (id, zone): (&Value, &str),
    cx: &mut Context<'_>,
) {
    let Some(own) = groups.first() else { return };
    let expected = own.zones(cx.settings().cloud);
    let expected = if expected.is_empty() { own.zones(Cloud::Public) } else { expected };
    let expected = expected.join("` or `");
    let message =
        format!("Zone `{zone}` does not serve sub-resource `{}` of `{ty}`; expected `{expected}`", own.name);
    let finding = cx.report_on(group, id, message);
    finding.related(endpoint.place, "the private endpoint").traced(id).assuming(id);
    finding.help(format!("Name the zone `{expected}` in `privateDnsZoneId`"));
}
