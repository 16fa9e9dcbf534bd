//! A map as lines for a terminal: each store, and below it the ways that lead to it.

use armlint_engine::value::Truth;
use armlint_factory::endpoint_use::EndpointUse;
use armlint_factory::map::{EndpointNode, FactoryMap, Route, RuntimeNode, Way};
use armlint_workspace::map_words::{clipped, described, location, named, short_type, way};
use unicode_width::UnicodeWidthStr;

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
            text.push_str(&format!(" {}", row[3]));
            text.truncate(text.trim_end().len());
            text.push('\n');
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
        let separator = if how.is_empty() { "" } else { "; " };
        how.push_str(&format!("{separator}for {}", clipped(&shown.join(", "))));
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

// What no way above shows.
fn unused(map: &FactoryMap) -> String {
    let shown = |at: usize| map.routes.iter().any(|route| route.way == Way::ManagedEndpoint(at));
    let endpoints = |used: EndpointUse| {
        let others = map.endpoints.iter().enumerate();
        let others = others.filter(|(at, endpoint)| endpoint.used == used && !shown(*at));
        let line = |(_, endpoint): (usize, &EndpointNode)| {
            let target = map.stores.get(endpoint.store).map(|store| named(&store.name)).unwrap_or_default();
            format!("{} to {target}", described(endpoint))
        };
        others.map(line).collect::<Vec<String>>()
    };
    let idle = |at: &usize| !map.routes.iter().any(|route| route.runtime == *at);
    let runtimes = (0..map.runtimes.len()).filter(idle).filter_map(|at| map.runtimes.get(at));
    let mut text = String::new();
    for (heading, lines) in [
        ("endpoints that nothing uses", endpoints(EndpointUse::Unused)),
        ("endpoints that something else uses", endpoints(EndpointUse::Used)),
        (
            "endpoints that others use: the service itself, Purview, triggers",
            endpoints(EndpointUse::Elsewhere),
        ),
        ("endpoints of which that is not known", endpoints(EndpointUse::Unknown)),
        ("runtimes that nothing here uses", runtimes.map(place).collect()),
    ] {
        if !lines.is_empty() {
            text.push_str(&format!("\n  {heading}\n"));
            text.extend(lines.iter().map(|line| format!("    {line}\n")));
        }
    }
    text
}
