use std::collections::HashMap;

use armlint_azure::{existence, wording};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};
use smol_str::{SmolStr, format_smolstr};

pub(crate) fn check(cx: &mut Context<'_>) {
    for factory in Factories::in_view(cx.view()).list().iter().filter(|factory| factory.endpoints.len() > 1) {
        for (endpoint, first) in duplicates(factory, cx.graph()) {
            report(&endpoint, first, cx);
        }
    }
}

// The endpoints that lead where an earlier one does, with that.
fn duplicates<'g>(factory: &Factory, graph: &'g Graph) -> Vec<(ManagedEndpoint, &'g Resource)> {
    let mut by_key: HashMap<SmolStr, Vec<&Resource>> = HashMap::new();
    let mut found = Vec::new();
    for resource in factory.endpoints.iter().map(|id| graph.resource(*id)) {
        // The instances of a loop differ in what is not known.
        if resource.existing || resource.repeated {
            continue;
        }
        let endpoint = managed_endpoint::managed(resource);
        let Some(key) = key(&endpoint) else { continue };
        let earlier = by_key.entry(key).or_default();
        found.extend(earlier.iter().find(|other| is_beside(other, resource)).map(|other| (endpoint, *other)));
        earlier.push(resource);
    }
    found
}

fn is_beside(one: &Resource, other: &Resource) -> bool {
    let named = one.name.key() != other.name.key();
    named && (existence::exists_with(one, other) || existence::exists_with(other, one))
}

fn report(endpoint: &ManagedEndpoint, first: &Resource, cx: &mut Context<'_>) {
    let resource = cx.graph().resource(endpoint.resource);
    let group = endpoint.group.known_text().filter(|group| !group.is_empty());
    let through = group.map_or(String::new(), |group| format!(" and sub-resource `{group}`"));
    let message = format!(
        "{} leads to the same resource{through} as {}",
        wording::called(resource, "This managed private endpoint"),
        wording::called(first, "another one")
    );
    cx.report_on(resource, &endpoint.target, message)
        .related(first.place, "the other managed private endpoint")
        .traced(&endpoint.target)
        .help("Remove one of the two endpoints");
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
