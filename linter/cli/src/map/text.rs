//! A map as lines for a terminal: each store, and below it the ways that lead to it.

use armlint_engine::value::Truth;
use armlint_factory::managed_endpoint::Approval;
use armlint_factory::map::{EndpointNode, FactoryMap, Mark, Route, RuntimeNode, Way};
use armlint_factory::runtime::RuntimeClass;
use unicode_width::UnicodeWidthStr;

use super::drawing::{clipped, named, short_type};
use crate::style::Style;

/// How many activities are named for a way.
const MAX_ACTIVITIES: usize = 2;

/// The maps, one below the other.
pub(super) fn render(maps: &[FactoryMap], style: &Style) -> String {
    maps.iter().map(|map| factory(map, style)).collect::<Vec<_>>().join("\n")
}

fn factory(map: &FactoryMap, style: &Style) -> String {
    let mut text = format!("{}  {}", style.bold(&title(map)), map.source);
    if let Some(parameters) = &map.parameters {
        text.push_str(&format!(" with {parameters}"));
    }
    match map.closed {
        Truth::True => text.push_str("\n  closed to public networks"),
        Truth::False => text.push_str("\n  open to public networks"),
        Truth::Unknown => {}
    }
    text.push('\n');
    let rows: Vec<[String; 4]> = map.routes.iter().map(|route| row(map, route)).collect();
    let widths = [0, 1, 2].map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0));
    for (index, store) in map.stores.iter().enumerate() {
        let mut routes = map.routes.iter().zip(&rows).filter(|(route, _)| route.store == index).peekable();
        if routes.peek().is_none() {
            continue;
        }
        let closed = if store.closed.is_true() { ", closed to public networks" } else { "" };
        let ty = short_type(&store.ty);
        text.push_str(&format!("\n  {}  {ty}{closed}\n", style.bold(&named(&store.name))));
        for (_, row) in routes {
            text.push_str("   ");
            for (cell, width) in row.iter().zip(widths) {
                text.push_str(&format!(" {cell}{} ", " ".repeat(width.saturating_sub(cell.width()))));
            }
            text.push_str(&format!(" {}\n", row[3]));
        }
    }
    text.push_str(&unused(map));
    text
}

/// What a factory is, and its name.
pub(super) fn title(map: &FactoryMap) -> String {
    format!("{} {}", map.kind.as_str(), named(&map.name))
}

fn row(map: &FactoryMap, route: &Route) -> [String; 4] {
    let runtime = map.runtimes.get(route.runtime).map(place).unwrap_or_default();
    let mut how = way(map, route);
    let shown: Vec<&str> = route.activities.iter().take(MAX_ACTIVITIES).map(String::as_str).collect();
    if !shown.is_empty() {
        how.push_str(&format!("; for {}", clipped(&shown.join(", "))));
        if route.activities.len() > shown.len() {
            how.push_str(&format!(" and {} more", route.activities.len() - shown.len()));
        }
    }
    let service = format!("{} ({})", named(&route.service), route.service_type);
    [route.mark.as_str().to_string(), service, runtime, how]
}

/// A runtime with the place that it runs at.
fn place(runtime: &RuntimeNode) -> String {
    format!("{} ({})", named(&runtime.name), location(runtime))
}

/// Where a runtime runs.
pub(crate) fn location(runtime: &RuntimeNode) -> String {
    match (runtime.class, &runtime.network) {
        (RuntimeClass::Managed, Some(network)) => format!("managed network {}", named(network)),
        (RuntimeClass::Managed, None) => "managed network".to_string(),
        (RuntimeClass::Global, _) => "public compute".to_string(),
        (RuntimeClass::SelfHosted, _) => "self-hosted".to_string(),
        (RuntimeClass::Linked, _) => "self-hosted, shared".to_string(),
        (RuntimeClass::Ssis, _) => "Azure-SSIS".to_string(),
        (RuntimeClass::Unknown, _) if !runtime.declared => "not declared here".to_string(),
        (RuntimeClass::Unknown, _) => "of a kind that is not known".to_string(),
    }
}

/// How a way goes, in words.
pub(crate) fn way(map: &FactoryMap, route: &Route) -> String {
    let endpoint = |at: usize| map.endpoints.get(at);
    let group = if route.group.is_empty() { String::new() } else { format!(" ({})", route.group) };
    let mut text = match &route.way {
        Way::ManagedEndpoint(at) => {
            endpoint(*at).map_or_else(String::new, |known| format!("endpoint {}", described(known)))
        }
        Way::Itself => "endpoint of the workspace to itself".to_string(),
        Way::PrivateEndpoint(name) => format!("private endpoint {}{group}", named(name)),
        Way::Missing(wrong) => match wrong.and_then(endpoint) {
            Some(wrong) => format!("endpoint missing{group}: only {}", described(wrong)),
            None => format!("endpoint missing{group}"),
        },
        Way::Public => "no endpoint".to_string(),
        Way::Unknown(reason) => (*reason).to_string(),
    };
    if route.mark == Mark::Blocked && !matches!(route.way, Way::ManagedEndpoint(_)) {
        text.push_str("; the store closes its public endpoint");
    }
    text
}

/// An endpoint with its sub-resource and its approval.
pub(super) fn described(endpoint: &EndpointNode) -> String {
    let group = if endpoint.group.is_empty() { String::new() } else { format!(" ({})", endpoint.group) };
    format!("{}{group}, {}", named(&endpoint.name), approval(endpoint.approval))
}

/// The word for an approval.
pub(super) fn approval(approval: Approval) -> &'static str {
    match approval {
        Approval::Approved => "approved",
        Approval::Pending => "pending",
        Approval::Rejected => "rejected",
        Approval::Unknown => "approval unknown",
    }
}

fn unused(map: &FactoryMap) -> String {
    let mut text = String::new();
    let used = |at: usize| map.routes.iter().any(|route| route.way == Way::ManagedEndpoint(at));
    let endpoints: Vec<String> = map
        .endpoints
        .iter()
        .enumerate()
        .filter(|(at, _)| !used(*at))
        .map(|(_, endpoint)| {
            let target = map.stores.get(endpoint.store).map(|store| named(&store.name)).unwrap_or_default();
            format!("{} to {target}", described(endpoint))
        })
        .collect();
    let idle = |at: &usize| !map.routes.iter().any(|route| route.runtime == *at);
    let runtimes = (0..map.runtimes.len()).filter(idle).filter_map(|at| map.runtimes.get(at));
    let runtimes: Vec<String> = runtimes.map(place).collect();
    for (heading, lines) in
        [("endpoints that nothing here uses", endpoints), ("runtimes that nothing here uses", runtimes)]
    {
        if !lines.is_empty() {
            text.push_str(&format!("\n  {heading}\n"));
            text.extend(lines.iter().map(|line| format!("    {line}\n")));
        }
    }
    text
}
