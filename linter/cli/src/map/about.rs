//! What is said of a line of a drawing where there is room for it.

use armlint_factory::map::{EndpointNode, FactoryMap, Route, StoreNode, Way};
use armlint_workspace::map_words::{described, location, named, short_type, way};

use super::drawing::About;

/// Of the way of a linked service.
pub(super) fn route(map: &FactoryMap, route: &Route) -> About {
    let service = format!("{} ({})", named(&route.service), route.service_type);
    let store = map.stores.get(route.store);
    let runtime = map.runtimes.get(route.runtime);
    let endpoint = match route.way {
        Way::ManagedEndpoint(at) => map.endpoints.get(at),
        _ => None,
    };
    // The one that leads there through another sub-resource is no part of the way, but of what is wrong with it.
    let wrong = match route.way {
        Way::Missing(Some(at)) => map.endpoints.get(at),
        _ => None,
    };
    let mut steps = vec![format!("linked service {service}")];
    steps.extend(runtime.map(|runtime| format!("runtime {}, {}", named(&runtime.name), location(runtime))));
    steps.extend(endpoint.map(|endpoint| format!("managed private endpoint {}", described(endpoint))));
    steps.extend(store.map(|store| format!("store {}", of_store(store))));
    let places = [
        Some(route.place),
        runtime.and_then(|runtime| runtime.place),
        endpoint.or(wrong).map(|endpoint| endpoint.place),
        store.and_then(|store| store.place),
    ];
    let end = store.map(|store| named(&store.name)).unwrap_or_default();
    let words = way(map, route);
    let how = if words.is_empty() { String::new() } else { format!(", {words}") };
    About {
        title: format!("{service} to {end}: {}{how}", route.mark.as_str()),
        steps,
        way: words,
        activities: route.activities.clone(),
        places: places.into_iter().flatten().collect(),
    }
}

/// Of the way from an endpoint to its store.
pub(super) fn endpoint(map: &FactoryMap, endpoint: &EndpointNode) -> About {
    let store = map.stores.get(endpoint.store);
    let end = store.map(|store| named(&store.name)).unwrap_or_default();
    let words = described(endpoint);
    let mut steps = vec![format!("managed private endpoint {words}")];
    steps.extend(store.map(|store| format!("store {}", of_store(store))));
    let places = std::iter::once(endpoint.place).chain(store.and_then(|store| store.place));
    About {
        title: format!("managed private endpoint {words} to {end}"),
        steps,
        way: String::new(),
        activities: Vec::new(),
        places: places.collect(),
    }
}

fn of_store(store: &StoreNode) -> String {
    let closed = if store.closed.is_true() { ", closed to public networks" } else { "" };
    let ty = short_type(&store.ty);
    let ty = if ty.is_empty() { ty } else { format!(" ({ty})") };
    format!("{}{ty}{closed}", named(&store.name))
}
