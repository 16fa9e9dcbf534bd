use armlint_azure::facts::{ExceptionKind, is_excepted};
use armlint_azure::schema::{
    Deviation, DeviationKind, Deviations, Members, Node, follow, is_sample, near_property, path, provider,
};
use armlint_engine::finding::Confidence;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Value, ValueKind};

/// Names that stand everywhere and mean something else at each place.
const GENERIC: [&str; 25] = [
    "action",
    "category",
    "comments",
    "description",
    "displayName",
    "enabled",
    "etag",
    "id",
    "key",
    "kind",
    "level",
    "metadata",
    "mode",
    "name",
    "priority",
    "properties",
    "rules",
    "scope",
    "script",
    "state",
    "status",
    "title",
    "type",
    "value",
    "version",
];

/// How many objects below its own a property may belong to.
const MAX_DEPTH: usize = 2;

pub(crate) fn check(cx: &mut Context<'_>) {
    for deviation in Deviations::in_view(cx.view()).iter() {
        if let Some(place) = is_candidate(deviation).then(|| right_place(deviation)).flatten() {
            report(deviation, &place, cx);
        }
    }
}

/// A place where a property of the name belongs.
struct Place {
    steps: usize,
    path: String,
    // The object there, where it is written.
    object: Option<Span>,
    is_free: bool,
}

fn is_candidate(deviation: &Deviation) -> bool {
    let name = deviation.property_name();
    matches!(deviation.kind, DeviationKind::Unknown)
        && !provider(deviation.ty.name()).eq_ignore_ascii_case("Microsoft.Synapse")
        && !GENERIC.iter().any(|generic| name.eq_ignore_ascii_case(generic))
        && says_something(&deviation.value)
        && !is_excepted(ExceptionKind::Property, deviation.ty.name(), &deviation.general_path())
        && deviation
            .members()
            .is_some_and(|members| near_property(name, members, deviation.container()).is_none())
        && !deviation.is_known_in_some_version()
}

// What is off, empty or left to the service means the same where it is not read.
fn says_something(value: &Value) -> bool {
    const NOTHING: [&str; 4] = ["", "None", "Disabled", "Default"];
    match &value.kind {
        ValueKind::Absent | ValueKind::Null | ValueKind::Bool(false) => false,
        ValueKind::Array(elements) => !elements.is_empty(),
        ValueKind::Object(object) => object.len_written() > 0,
        _ => value.known_text().is_none_or(|text| {
            let nothing = NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word));
            !nothing && !is_sample(text) && !text.eq_ignore_ascii_case("false")
        }),
    }
}

// The nearest place, where there is one that is nearest and nothing stands there.
fn right_place(deviation: &Deviation) -> Option<Place> {
    let mut places = above(deviation);
    if let Some(members) = deviation.members() {
        let before = &deviation.trail[..deviation.trail.len() - 1];
        let prefix = path(before, |at| format!("[{at}]"));
        below(deviation, members, deviation.container(), &prefix, 1, &mut places);
    }
    let fewest = places.iter().map(|place| place.steps).min()?;
    places.retain(|place| place.steps == fewest);
    match places.as_slice() {
        [only] if only.is_free => places.pop(),
        _ => None,
    }
}

// Places in the objects around it.
fn above(deviation: &Deviation) -> Vec<Place> {
    let Some(body) = deviation.version.body() else { return Vec::new() };
    let (trail, name) = (&deviation.trail, deviation.property_name());
    let mut places = Vec::new();
    for depth in 0..trail.len() - 1 {
        let container = &trail[depth].container;
        let root = deviation.name.as_deref().filter(|_| depth == 0);
        let object = follow(body, &trail[..depth], deviation.name.as_deref()).and_then(Node::object);
        let members = object.map(|object| Members::of(object, container, root));
        if let Some(found) = members.and_then(|members| writable(members, name)) {
            let before = path(&trail[..depth], |at| format!("[{at}]"));
            places.push(place(trail.len() - 1 - depth, &before, found, container, name));
        }
    }
    places
}

// Places in the objects below the one that it stands in.
fn below(
    deviation: &Deviation,
    members: Members,
    object: &Value,
    prefix: &str,
    depth: usize,
    places: &mut Vec<Place>,
) {
    let name = deviation.property_name();
    for property in members.properties().filter(|property| !property.flags.is_read_only()) {
        let Some(node) = property.node.object() else { continue };
        let value = object.get(property.name);
        let inner = Members::of(node, &value, None);
        // Another resource, which is referred to and not written here.
        if inner.is_resource() {
            continue;
        }
        let prefix = joined(prefix, property.name);
        if let Some(found) = writable(inner, name) {
            places.push(place(depth, &prefix, found, &value, name));
        }
        if depth < MAX_DEPTH {
            below(deviation, inner, &value, &prefix, depth + 1, places);
        }
    }
}

fn place(steps: usize, prefix: &str, found: &str, object: &Value, name: &str) -> Place {
    let written = object.object();
    let is_open = object.is_unknown() || written.is_some_and(|object| object.is_open());
    let is_free = !is_open && object.get(name).is_absent();
    Place { steps, path: joined(prefix, found), object: written.and_then(|object| object.anchor()), is_free }
}

fn writable(members: Members, name: &str) -> Option<&'static str> {
    members.property(name).filter(|property| !property.flags.is_read_only()).map(|property| property.name)
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") }
}

fn report(deviation: &Deviation, place: &Place, cx: &mut Context<'_>) {
    let (path, right) = (deviation.path(), &place.path);
    let resource = cx.graph().resource(deviation.resource);
    let message =
        format!("`{path}` has no effect here: `{}` is read from `{right}`", deviation.property_name());
    let finding = cx.report_on(resource, &deviation.place(), message);
    finding.confidence(Confidence::Medium).help(format!("Move it to `{right}`"));
    if let Some(object) = place.object {
        finding.related(object, "it belongs into this object");
    }
}
