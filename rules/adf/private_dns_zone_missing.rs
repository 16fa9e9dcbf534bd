use std::collections::HashSet;

use armlint_azure::facts::{PrivateLink, private_link};
use armlint_azure::types::{
    PRIVATE_DNS_RECORDS, PRIVATE_DNS_ZONE_GROUPS as GROUPS, PRIVATE_DNS_ZONES, PRIVATE_ENDPOINTS,
};
use armlint_azure::{existence, private_link, resource_id, wording};
use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::Context;
use armlint_engine::settings::Cloud;
use armlint_engine::span::Span;
use armlint_engine::value::Text;
use smol_str::SmolStr;

// What registers endpoints in zones.
#[derive(Default)]
struct Registered {
    // Endpoints that are the declared parent of a zone group.
    parents: HashSet<ResourceId>,
    // The names of other endpoints that zone groups belong to.
    names: HashSet<SmolStr>,
    // Names of endpoints that are not known.
    open: Vec<Option<Text>>,
    // The zones that hold address records.
    zones: Vec<Text>,
}

impl Registered {
    fn read(graph: &Graph) -> Registered {
        let mut registered = Registered::default();
        for group in graph.of_type(GROUPS) {
            registered.parents.extend(group.parent);
            let name = group.name.segments.first().filter(|_| group.name.segments.len() > 1);
            match name {
                Some(name) if name.known().is_some() => {
                    registered.names.insert(resource_id::name_key(name));
                }
                name => registered.open.push(name.cloned()),
            }
        }
        let records =
            graph.of_type(PRIVATE_DNS_RECORDS).filter_map(|record| record.name.segments.first().cloned());
        registered.zones = records.collect();
        registered
    }

    // A name that is not known may be that of the endpoint.
    fn holds(&self, endpoint: &Resource) -> bool {
        let name = endpoint.name.last();
        let may_be = |open: &Option<Text>| {
            open.as_ref().is_none_or(|open| !resource_id::same_name(open, &name).is_false())
        };
        let named = match name.known() {
            Some(_) => self.names.contains(&resource_id::name_key(&name)),
            None => {
                self.names.iter().any(|key| !name.equals_ignore_case(&Text::Known(key.clone())).is_false())
            }
        };
        self.parents.contains(&endpoint.id) || named || self.open.iter().any(may_be)
    }

    // Records in the zone, or in one whose name is not known, may be those of the endpoint.
    fn has_record(&self, link: &PrivateLink, cloud: Cloud) -> bool {
        self.zones.iter().any(|zone| zone.known().is_none_or(|zone| link.is_zone(zone, cloud)))
    }
}

pub(crate) fn check(cx: &mut Context<'_>) {
    let (graph, cloud) = (cx.graph(), cx.settings().cloud);
    let sibling = graph.of_type(PRIVATE_DNS_ZONES).chain(graph.of_type(GROUPS)).next();
    if sibling.is_none() && graph.world == World::Open || existence::has_remote_parts(graph) {
        return;
    }
    let registered = Registered::read(graph);
    for endpoint in graph.of_type(PRIVATE_ENDPOINTS).filter(|endpoint| !endpoint.existing) {
        if let Some((link, target)) = served(endpoint, cloud)
            && !registered.holds(endpoint)
            && !registered.has_record(link, cloud)
        {
            report(endpoint, link, target, sibling, cx);
        }
    }
}

fn report(
    resource: &Resource,
    link: &PrivateLink,
    target: Span,
    sibling: Option<&Resource>,
    cx: &mut Context<'_>,
) {
    let zone = link.zones(cx.settings().cloud).first().copied().unwrap_or_default();
    let name = Text::concat([resource.name.last(), Text::Known("/default".into())]);
    let name = wording::written(&name, "name of the endpoint>/<default");
    let finding = cx.report_on(
        resource,
        &resource.place,
        "Private endpoint has no private DNS zone group, so clients keep resolving the public name",
    );
    finding.related(target, "what it leads to");
    if let Some(sibling) = sibling {
        finding.related(sibling.place, "the template declares this one");
    }
    finding.help(format!(
        "Add {{ \"type\": \"{GROUPS}\", \"apiVersion\": \"2024-05-01\", \"name\": \"{name}\", \"properties\": \
         {{ \"privateDnsZoneConfigs\": [{{ \"name\": \"default\", \"properties\": {{ \"privateDnsZoneId\": \
         \"[resourceId('{PRIVATE_DNS_ZONES}', '{zone}')]\" }} }}] }} }}"
    ));
}

// The sub-resource of the first connection, where its zone is known, and where its target is written.
fn served(resource: &Resource, cloud: Cloud) -> Option<(&'static PrivateLink, Span)> {
    let connections = private_link::connections(resource);
    let connection = connections.first()?;
    let group = connection.groups.elements()?.first()?;
    let link = private_link(connection.ty()?, group.known_text()?)?;
    (!link.zones(cloud).is_empty()).then_some((link, connection.target.origin.span))
}
