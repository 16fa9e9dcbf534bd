use std::collections::HashMap;

use armlint_azure::{existence, wording};
use armlint_engine::graph::{Graph, ResourceId};
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};
use smol_str::{SmolStr, format_smolstr};

pub(crate) fn check(cx: &mut Context<'_>) {
    let factories = Factories::in_view(cx.view());
    for factory in factories.list().iter().filter(|factory| factory.endpoints.len() > 1) {
        check_factory(factory, cx);
    }
}

fn check_factory(factory: &Factory, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let mut first: HashMap<SmolStr, Vec<ResourceId>> = HashMap::new();
    for endpoint in &factory.endpoints {
        let resource = graph.resource(*endpoint);
        // The instances of a loop differ in what is not known.
        if resource.existing || resource.repeated {
            continue;
        }
        let endpoint = managed_endpoint::managed(resource);
        let Some(key) = key(&endpoint) else { continue };
        let others = first.entry(key).or_default();
        let beside = |other: &&ResourceId| {
            let other = graph.resource(**other);
            let named = other.name.key() != resource.name.key();
            named && (existence::exists_with(other, resource) || existence::exists_with(resource, other))
        };
        if let Some(other) = others.iter().find(beside) {
            report(graph, &endpoint, *other, cx);
        }
        others.push(resource.id);
    }
}

fn report(graph: &Graph, endpoint: &ManagedEndpoint, first: ResourceId, cx: &mut Context<'_>) {
    let (resource, first) = (graph.resource(endpoint.resource), graph.resource(first));
    let group = endpoint.group.known_text().filter(|group| !group.is_empty());
    let through = group.map_or(String::new(), |group| format!(" and sub-resource `{group}`"));
    let message = format!(
        "{} leads to the same resource{through} as {}",
        wording::called(resource, "This managed private endpoint"),
        wording::called(first, "another one")
    );
    let finding = cx.report_on(resource, &endpoint.target, message);
    finding.related(first.place, "the other managed private endpoint").traced(&endpoint.target);
    finding.help("remove one of the two endpoints");
}

// What two endpoints to the same have in common; `None` where that is not known.
fn key(endpoint: &ManagedEndpoint) -> Option<SmolStr> {
    let identity = endpoint.identity.as_ref()?;
    let id = identity.id.key();
    // An empty default is to be replaced.
    if id.is_empty() {
        return None;
    }
    let group = text(&endpoint.group)?;
    let hosts = match endpoint.fqdns.elements() {
        Some(hosts) if group.is_empty() => {
            let mut hosts = hosts.iter().map(text).collect::<Option<Vec<SmolStr>>>()?;
            hosts.sort();
            hosts.join(",")
        }
        None if group.is_empty() && presence(&endpoint.fqdns) == Presence::Unknown => return None,
        _ => String::new(),
    };
    Some(format_smolstr!("{id}|{group}|{hosts}"))
}

fn text(value: &Value) -> Option<SmolStr> {
    match presence(value) {
        Presence::Absent => Some(SmolStr::default()),
        _ => value.text().map(|text| text.key()),
    }
}
