//! Maps as frames, shapes and lines, for the formats that draw.
//!
//! A linked service stands in the frame of each runtime that it runs on, so that every line out of it is
//! one way to one store. Services, endpoints and stores are shapes; factories, managed networks and
//! runtimes are frames.

use armlint_engine::span::Span;
use armlint_engine::value::Truth;
use armlint_factory::managed_endpoint::Approval;
use armlint_factory::map::{EndpointNode, FactoryMap, Mark, Route, RuntimeNode, Way};
use armlint_workspace::map_words::{approval, clipped, location, named, short_type};

use super::{about, text};

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// The factories.
    pub(super) frames: Vec<Frame>,
    /// The stores.
    pub(super) shapes: Vec<Shape>,
    /// The ways.
    pub(super) lines: Vec<Line>,
}

/// A frame around shapes and other frames.
#[derive(Debug)]
pub(super) struct Frame {
    /// Letters, digits and underscores.
    pub(super) id: String,
    /// What stands at its top.
    pub(super) title: Vec<String>,
    /// Where it is from, for formats with room for it.
    pub(super) source: Option<String>,
    /// The frames in it.
    pub(super) frames: Vec<Frame>,
    /// The shapes in it.
    pub(super) shapes: Vec<Shape>,
}

/// Something with a text.
#[derive(Debug)]
pub(super) struct Shape {
    /// Letters, digits and underscores.
    pub(super) id: String,
    /// The lines of its text.
    pub(super) text: Vec<String>,
    /// What it is.
    pub(super) kind: ShapeKind,
    /// Where it is declared.
    pub(super) places: Vec<Span>,
}

/// The kinds of shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShapeKind {
    /// A linked service.
    Service,
    /// A runtime without linked services.
    Runtime,
    /// A private endpoint.
    Endpoint,
    /// A store.
    Store,
}

/// A line from one shape to another.
#[derive(Debug)]
pub(super) struct Line {
    /// The shape that it begins at.
    pub(super) from: String,
    /// The shape that it ends at.
    pub(super) to: String,
    /// What stands on it; may be empty.
    pub(super) label: String,
    /// Whether the way is private.
    pub(super) mark: Mark,
    /// What is to be said of it.
    pub(super) about: About,
}

#[cfg(test)]
impl Line {
    /// A line from nowhere to nowhere.
    pub(super) fn new(mark: Mark) -> Line {
        Line { from: String::new(), to: String::new(), label: String::new(), mark, about: About::default() }
    }
}

/// What is said of a line where there is room.
#[derive(Debug, Default)]
pub(super) struct About {
    /// From where to where.
    pub(super) title: String,
    /// What it passes, in order.
    pub(super) steps: Vec<String>,
    /// How it goes, in words.
    pub(super) way: String,
    /// The activities that use it.
    pub(super) activities: Vec<String>,
    /// Where what it passes is declared.
    pub(super) places: Vec<Span>,
}

/// The drawing of maps.
pub(super) fn of(maps: &[FactoryMap]) -> Drawing {
    let mut drawing = Drawing::default();
    for (index, map) in maps.iter().enumerate() {
        drawing.add(map, &format!("f{index}"));
    }
    drawing
}

impl Drawing {
    fn add(&mut self, map: &FactoryMap, id: &str) {
        let mut title = vec![clipped(&text::title(map))];
        title.extend(map.parameters.as_ref().map(|file| format!("with {file}")));
        match map.closed {
            Truth::True => title.push("closed to public networks".into()),
            Truth::False => title.push("open to public networks".into()),
            Truth::Unknown => {}
        }
        let source = Some(map.source.clone());
        let mut frame = Frame { id: id.to_string(), title, source, frames: Vec::new(), shapes: Vec::new() };
        for (number, network) in networks(map).into_iter().enumerate() {
            let mut inner = Frame {
                id: format!("{id}_n{number}"),
                title: vec![format!("managed network {}", named(network))],
                source: None,
                frames: Vec::new(),
                shapes: Vec::new(),
            };
            fill(&mut inner, map, id, |runtime| runtime.network.as_deref() == Some(network));
            let own = map.endpoints.iter().enumerate().filter(|(_, endpoint)| endpoint.network == network);
            inner.shapes.extend(own.map(|(at, endpoint)| shape_of(endpoint, format!("{id}_e{at}"))));
            frame.frames.push(inner);
        }
        fill(&mut frame, map, id, |runtime| runtime.network.is_none());
        self.frames.push(frame);
        for (at, store) in map.stores.iter().enumerate() {
            let mut text = vec![named(&store.name), short_type(&store.ty)];
            if store.closed.is_true() {
                text.push("closed to public networks".into());
            }
            text.retain(|line| !line.is_empty());
            let places = store.place.into_iter().collect();
            self.shapes.push(Shape { id: format!("{id}_s{at}"), text, kind: ShapeKind::Store, places });
        }
        self.connect(map, id);
    }

    fn connect(&mut self, map: &FactoryMap, id: &str) {
        for (at, route) in map.routes.iter().enumerate() {
            let from = format!("{id}_w{at}");
            let (to, label) = match route.way {
                Way::ManagedEndpoint(endpoint) => (format!("{id}_e{endpoint}"), String::new()),
                _ => (format!("{id}_s{}", route.store), label(route)),
            };
            self.lines.push(Line { from, to, label, mark: route.mark, about: about::route(map, route) });
        }
        for (at, endpoint) in map.endpoints.iter().enumerate() {
            let mark = match endpoint.approval {
                Approval::Rejected => Mark::Blocked,
                _ => Mark::Private,
            };
            let (from, to) = (format!("{id}_e{at}"), format!("{id}_s{}", endpoint.store));
            let (label, about) = (endpoint.group.clone(), about::endpoint(map, endpoint));
            self.lines.push(Line { from, to, label, mark, about });
        }
    }
}

// The managed networks of runtimes and endpoints, in the order of their first mention.
fn networks(map: &FactoryMap) -> Vec<&str> {
    let runtimes = map.runtimes.iter().filter_map(|runtime| runtime.network.as_deref());
    let endpoints = map.endpoints.iter().map(|endpoint| endpoint.network.as_str());
    let mut networks: Vec<&str> = Vec::new();
    for network in runtimes.chain(endpoints) {
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    networks
}

// The runtimes that are wanted, with the linked services that run on them.
fn fill(frame: &mut Frame, map: &FactoryMap, id: &str, wanted: impl Fn(&RuntimeNode) -> bool) {
    for (at, runtime) in map.runtimes.iter().enumerate().filter(|(_, runtime)| wanted(runtime)) {
        let ways = map.routes.iter().enumerate().filter(|(_, route)| route.runtime == at);
        let services: Vec<Shape> = ways
            .map(|(way, route)| Shape {
                id: format!("{id}_w{way}"),
                text: vec![named(&route.service), clipped(&route.service_type)],
                kind: ShapeKind::Service,
                places: vec![route.place],
            })
            .collect();
        let mut title = vec![named(&runtime.name)];
        // The frame of its managed network says where it runs.
        title.extend(runtime.network.is_none().then(|| location(runtime)));
        let own = format!("{id}_r{at}");
        if services.is_empty() {
            frame.shapes.push(Shape {
                id: own,
                text: title,
                kind: ShapeKind::Runtime,
                places: runtime.place.into_iter().collect(),
            });
        } else {
            frame.frames.push(Frame { id: own, title, source: None, frames: Vec::new(), shapes: services });
        }
    }
}

fn shape_of(endpoint: &EndpointNode, id: String) -> Shape {
    let text =
        vec![named(&endpoint.name), "managed private endpoint".into(), approval(endpoint.approval).into()];
    Shape { id, text, kind: ShapeKind::Endpoint, places: vec![endpoint.place] }
}

fn label(route: &Route) -> String {
    let what = match &route.way {
        Way::Missing(_) => "endpoint missing".to_string(),
        Way::PrivateEndpoint(name) => format!("private endpoint {}", named(name)),
        Way::Itself => "endpoint to itself".to_string(),
        Way::ManagedEndpoint(_) | Way::Public | Way::Unreachable | Way::Unknown(_) => String::new(),
    };
    let mark = route.mark.as_str().to_string();
    let parts = [mark, what, clipped(&route.group)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
