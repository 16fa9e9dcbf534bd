use armlint_azure::dns::{self, Owners};
use armlint_azure::facts::{PrivateLink, private_link};
use armlint_azure::types::PRIVATE_DNS_ZONES;
use armlint_azure::{existence, private_link};
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::settings::Cloud;
use armlint_engine::value::{Text, Truth, Value};
use smol_str::SmolStr;

// Where no other cloud was chosen, a zone that is right in another one is right: templates name the cloud they are
// written for.
fn clouds(chosen: Cloud) -> &'static [Cloud] {
    match chosen {
        Cloud::Public => &[Cloud::Public, Cloud::UsGovernment, Cloud::China],
        Cloud::UsGovernment => &[Cloud::UsGovernment],
        Cloud::China => &[Cloud::China],
    }
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let (graph, cloud) = (cx.graph(), cx.settings().cloud);
    let Some(endpoint) = Owners::in_view(cx.view()).endpoint_of(graph, resource) else { return };
    let Some(links) = links(endpoint) else { return };
    let configs = dns::configs(resource);
    let configs: Vec<(&Value, &Text)> =
        configs.iter().filter_map(|config| Some((&config.id, config.name()?))).collect();
    let clouds = clouds(cloud);
    let serves = |zone: &Text| Truth::any(links.iter().map(|(link, _)| serves(zone, link, clouds)));
    let one_zone = matches!(links.as_slice(), [(link, _)] if link.zones(cloud).len() == 1);
    if one_zone && configs.iter().any(|(_, zone)| serves(zone).is_true()) {
        return;
    }
    for (id, zone) in configs.iter().filter(|(_, zone)| serves(zone).is_false()) {
        report(resource, endpoint, &links, (id, zone), cx);
    }
}

fn report(
    group: &Resource,
    endpoint: &Resource,
    links: &[(&PrivateLink, SmolStr)],
    (id, zone): (&Value, &Text),
    cx: &mut Context<'_>,
) {
    let Some((link, written)) = links.first() else { return };
    let expected = link.zones(cx.settings().cloud).join("` or `");
    let message = format!(
        "Zone `{}` does not serve sub-resource `{}` of `{}`; expected `{expected}`",
        zone.display(),
        written,
        link.ty
    );
    let edit = if links.len() == 1 { edit(group, link, id, cx.view()) } else { None };
    let finding = cx.report_on(group, id, message);
    finding.related(endpoint.place, "the private endpoint").traced(id);
    finding.help(format!("Name the zone `{expected}` in `privateDnsZoneId`"));
    finding.assuming(id);
    finding.fix("Name the declared zone of the sub-resource", Applicability::Safe, edit);
}

fn edit(group: &Resource, link: &PrivateLink, id: &Value, view: View<'_>) -> Option<Edit> {
    let zone = right_zone(view.graph(), group, link, view.settings().cloud)?;
    let json = format!("\"[resourceId('{PRIVATE_DNS_ZONES}', '{zone}')]\"");
    edit::replace_expression(view.graph(), id, &json)
}

// The name of the zone of the sub-resource, where the same template declares it.
fn right_zone(graph: &Graph, group: &Resource, link: &PrivateLink, cloud: Cloud) -> Option<SmolStr> {
    let mut zones = graph.of_type(PRIVATE_DNS_ZONES).filter(|zone| {
        zone.module == group.module
            && zone.span.source == group.span.source
            && existence::exists_with(zone, group)
    });
    let right = |zone: &Resource| {
        let name = zone.name.last();
        name.known().filter(|name| link.is_zone(name, cloud) && !zone.existing).cloned()
    };
    zones.find_map(right)
}

// The sub-resources that the endpoint leads to, with their names as they are written; none where one of them is not known.
fn links(endpoint: &Resource) -> Option<Vec<(&'static PrivateLink, SmolStr)>> {
    let mut links = Vec::new();
    for connection in private_link::connections(endpoint) {
        let ty = connection.identity.as_ref()?.ty.clone()?;
        for group in connection.groups.elements()? {
            let written = group.known_text()?;
            links.push((private_link(&ty, written)?, written.into()));
        }
    }
    let known = !links.is_empty() && links.iter().all(|(link, _)| !link.zones(Cloud::Public).is_empty());
    known.then_some(links)
}

// Whether a zone serves a sub-resource in one of the clouds; the zone without `privatelink.` does so for clients
// that ask for the private name itself.
fn serves(zone: &Text, link: &PrivateLink, clouds: &[Cloud]) -> Truth {
    if let Some(zone) = zone.known() {
        let private = format!("privatelink.{zone}");
        let right = |cloud: &Cloud| link.is_zone(zone, *cloud) || link.is_zone(&private, *cloud);
        return Truth::from(clouds.iter().any(right));
    }
    let expected = clouds.iter().flat_map(|cloud| link.zones(*cloud));
    Truth::any(expected.map(|expected| match (expected.find('{'), expected.rfind('}')) {
        (Some(_), Some(end)) => zone.ends_with(&expected[end + 1..]).and(Truth::Unknown),
        _ => zone.equals_ignore_case(&Text::Known((*expected).into())),
    }))
}
