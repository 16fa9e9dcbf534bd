//! Walks over the bodies of resources beside the schema.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::value::{Entry, Number, Object, Text, Value, ValueKind, Walk};
use rustc_hash::FxHashSet;

use super::deviation::{Deviation, DeviationKind, Stage, Step, path};
use super::identity::Identity;
use super::members::Members;
use super::{Bounds, Kind, Lengths, Node, ResourceType, TypeVersion};

/// Members of a resource that are none of its type, in any case of letters.
const ENVELOPE: [&str; 24] = [
    "$schema",
    "@options",
    "__bicep",
    "apiProfile",
    "apiVersion",
    "asserts",
    "comments",
    "condition",
    "copy",
    "dependsOn",
    "existing",
    "extension",
    "id",
    "import",
    "metadata",
    "name",
    "onlyIfNotExists",
    "resourceGroup",
    "resources",
    "scope",
    "subscriptionId",
    "type",
    "provider",
    "$comments",
];

/// Members that every resource may have, whether its type knows them or not.
const COMMON: [&str; 10] =
    ["etag", "extendedLocation", "identity", "kind", "location", "managedBy", "plan", "sku", "tags", "zones"];

/// Places below which everything is free, whatever the schema says.
const FREE: [(&str, &str); 6] = [
    ("Microsoft.Authorization/policyDefinitions", "properties.policyRule"),
    ("Microsoft.Logic/workflows", "properties.definition"),
    ("Microsoft.Portal/dashboards", "properties.lenses"),
    ("Microsoft.Resources/deployments", "properties.template"),
    ("Microsoft.Resources/deploymentScripts", "properties.arguments"),
    ("Microsoft.Resources/templateSpecs/versions", "properties.mainTemplate"),
];

/// The provider whose service takes what its specification refuses.
const DATA_FACTORY: &str = "Microsoft.DataFactory";

/// The provider whose bodies their authors decide.
const CUSTOM_PROVIDERS: &str = "Microsoft.CustomProviders";

/// How deep values are followed.
const MAX_DEPTH: usize = 64;

/// How often a value that stands in several places is looked at.
const TIMES: u32 = 8;

/// What the resources of a deployment have and the schema has not, once for each place in a file.
#[derive(Debug, Default)]
pub struct Deviations {
    identities: Vec<Identity>,
    list: Vec<Deviation>,
}

impl Deviations {
    pub(crate) fn build(view: View<'_>) -> Deviations {
        let graph = view.graph();
        let mut found = Vec::new();
        let identities = Identity::of_all(graph);
        let is_strict = view.settings().is_strict();
        for (resource, identity) in graph.resources().iter().zip(&identities) {
            if let Identity::Known(ty, version) = *identity
                && !resource.existing
                && let Some(body) = version.body()
                && !ty.provider().eq_ignore_ascii_case(CUSTOM_PROVIDERS)
            {
                found.append(&mut Beside::of(resource, graph, (ty, version), is_strict).body(body));
            }
        }
        let mut places = FxHashSet::default();
        found.retain(|one| {
            let missing = matches!(one.kind, DeviationKind::Missing(_)).then(|| one.general_path());
            places.insert((one.kind.number(), one.place(), missing))
        });
        Deviations { identities, list: found }
    }

    /// All of them, in the order of the resources.
    pub fn iter(&self) -> impl Iterator<Item = &Deviation> {
        self.list.iter()
    }

    /// Which type and version a resource is of.
    pub fn identity(&self, resource: &Resource) -> &Identity {
        self.identities.get(resource.id.0 as usize).unwrap_or(&Identity::Open)
    }
}

/// What is looked for in a body.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Judged {
    /// Values of a wrong type alone: the Studio of Data Factory writes what the schema has not.
    Types,
    /// What is written and wrong by itself.
    Written,
    /// What is missing or read-only as well, which most often does no harm.
    All,
}

// A body beside its schema.
struct Beside<'a> {
    resource: &'a Resource,
    ty: ResourceType,
    version: TypeVersion,
    free: Option<&'static str>,
    scope: Judged,
    walk: Walk,
    trail: Vec<Stage>,
    found: Vec<Deviation>,
}

impl<'a> Beside<'a> {
    fn of(
        resource: &'a Resource,
        graph: &Graph,
        (ty, version): (ResourceType, TypeVersion),
        is_strict: bool,
    ) -> Beside<'a> {
        let scope = match (ty.provider().eq_ignore_ascii_case(DATA_FACTORY), is_strict) {
            (true, _) => Judged::Types,
            (false, true) => Judged::All,
            (false, false) => Judged::Written,
        };
        let free = FREE.iter().find(|(known, _)| resource.is(known)).map(|(_, path)| *path);
        let walk = graph.walk().repeated(TIMES);
        Beside { resource, ty, version, free, scope, walk, trail: Vec::new(), found: Vec::new() }
    }

    fn body(mut self, root: Node) -> Vec<Deviation> {
        let body = self.resource.body.clone();
        match root.kind() {
            Kind::Both(nodes) => self.in_all(nodes.iter(), |beside, node| beside.root(&body, node)),
            _ => self.root(&body, root),
        }
        self.found
    }

    fn root(&mut self, body: &Value, node: Node) {
        if let (Some(node), Some(object)) = (node.object(), body.object()) {
            let name = self.resource.name.last();
            self.object(body, object, Members::of(node, body, name.known().map(|name| name.as_str())));
        }
    }

    // What all of several looks find alike.
    fn in_all<T>(&mut self, looks: impl Iterator<Item = T>, look: impl Fn(&mut Self, T)) {
        let before = std::mem::take(&mut self.found);
        let mut common: Option<Vec<Deviation>> = None;
        for one in looks {
            look(self, one);
            let found = std::mem::take(&mut self.found);
            let key = |one: &Deviation| (one.kind.number(), one.path());
            common = Some(match common {
                None => found,
                Some(mut common) => {
                    let keys: FxHashSet<_> = found.iter().map(key).collect();
                    common.retain(|one| keys.contains(&key(one)));
                    common
                }
            });
        }
        self.found = before;
        self.found.extend(common.into_iter().flatten());
    }

    fn report(&mut self, kind: DeviationKind, value: &Value) {
        let least = match kind {
            DeviationKind::WrongType(_) => Judged::Types,
            DeviationKind::ReadOnly | DeviationKind::Missing(_) => Judged::All,
            _ => Judged::Written,
        };
        if self.scope < least {
            return;
        }
        self.found.push(Deviation {
            resource: self.resource.id,
            ty: self.ty,
            version: self.version,
            kind,
            trail: self.trail.clone(),
            value: value.clone(),
            name: self.resource.name.last().known().cloned(),
        });
    }

    fn step(&mut self, container: &Value, step: Step, key: Option<Span>, look: impl FnOnce(&mut Self)) {
        self.trail.push(Stage { container: container.clone(), step, key });
        look(self);
        self.trail.pop();
    }

    fn object(&mut self, value: &Value, object: &Object, members: Members) {
        let root = self.trail.is_empty();
        if members.is_empty() && members.additional().is_none()
            || !root && members.is_resource() && !value.get("id").is_absent()
        {
            return;
        }
        for entry in object.entries() {
            if !(root && ENVELOPE.iter().any(|name| entry.key.eq_ignore_ascii_case(name))) {
                self.entry(value, &entry, members);
            }
        }
        if self.scope == Judged::All && members.is_decided() && !object.is_open() {
            self.missing(value, members);
        }
    }

    fn entry(&mut self, container: &Value, entry: &Entry, members: Members) {
        let property = members.property(&entry.key);
        if entry.value.is_missing() {
            return;
        }
        // A loop that gave no members.
        if property.is_none() && entry.key.eq_ignore_ascii_case("copy") {
            return;
        }
        let common = self.trail.is_empty() && COMMON.iter().any(|name| entry.key.eq_ignore_ascii_case(name));
        self.step(container, Step::Member(entry.key.clone()), entry.key_span, |beside| match property {
            _ if beside.is_free() => {}
            Some(property) if property.flags.is_read_only() => {
                if members.is_decided() {
                    beside.report(DeviationKind::ReadOnly, &entry.value);
                }
            }
            // What is not decided may have other properties below.
            Some(property) if !members.is_decided() => beside.outermost(&entry.value, property.node),
            Some(property) => beside.value(&entry.value, property.node),
            None => match members.additional() {
                Some(_) if !members.is_decided() => {}
                Some(node) => beside.value(&entry.value, node),
                None if members.is_decided() && !common => {
                    beside.report(DeviationKind::Unknown, &entry.value)
                }
                None => {}
            },
        });
    }

    fn is_free(&self) -> bool {
        self.free.is_some_and(|free| path(&self.trail, |_| "[]".to_string()).eq_ignore_ascii_case(free))
    }

    fn missing(&mut self, value: &Value, members: Members) {
        let root = self.trail.is_empty();
        for property in members.properties().filter(|property| property.flags.is_required()) {
            let envelope = root && ENVELOPE.iter().any(|name| property.name.eq_ignore_ascii_case(name));
            if !envelope && !property.flags.is_read_only() && value.get(property.name).is_missing() {
                let step = Step::Member(property.name.into());
                let absent = value.get(property.name);
                self.step(value, step, None, |beside| {
                    beside.report(DeviationKind::Missing(property.node), &absent);
                });
            }
        }
    }

    fn value(&mut self, value: &Value, node: Node) {
        if value.assumed || self.trail.len() > MAX_DEPTH || !self.walk.enters(value) {
            return;
        }
        match &value.kind {
            ValueKind::Absent | ValueKind::Null | ValueKind::Unknown(_) => {}
            ValueKind::OneOf(values) => {
                self.in_all(values.iter(), |beside, value| beside.value(value, node));
            }
            _ => match node.kind() {
                Kind::Any => {}
                Kind::Union(nodes) | Kind::Both(nodes) => {
                    self.in_all(nodes.iter(), |beside, node| beside.value(value, node));
                }
                kind => self.known(value, node, kind),
            },
        }
    }

    // The type of a value, without what is in it.
    fn outermost(&mut self, value: &Value, node: Node) {
        let before = self.found.len();
        self.value(value, node);
        let depth = self.trail.len();
        let kept =
            |one: &Deviation| one.trail.len() == depth && matches!(one.kind, DeviationKind::WrongType(_));
        let mut found = self.found.split_off(before);
        found.retain(kept);
        self.found.append(&mut found);
    }

    fn known(&mut self, value: &Value, node: Node, kind: Kind) {
        match (&value.kind, kind) {
            (ValueKind::Text(text), _) if is_open(text) => {}
            (ValueKind::Object(object), Kind::Object(node)) => {
                self.object(value, object, Members::of(node, value, None));
            }
            (ValueKind::Array(elements), Kind::Array(element, lengths)) => {
                self.elements(value, elements, element);
                if !is_within(elements.len(), lengths) && elements.iter().all(|element| !element.is_unknown())
                {
                    self.report(DeviationKind::OutOfRange(node), value);
                }
            }
            (ValueKind::Object(_) | ValueKind::Array(_), _) | (_, Kind::Object(_) | Kind::Array(..)) => {
                self.report(DeviationKind::WrongType(node), value);
            }
            (ValueKind::Text(Text::Known(text)), kind) => self.text(value, text, node, kind),
            (ValueKind::Bool(_), Kind::Integer(_)) => self.report(DeviationKind::WrongType(node), value),
            (ValueKind::Bool(truth), Kind::Enum(values)) if !values.contains(word(*truth)) => {
                self.report(DeviationKind::NotListed(values), value);
            }
            (ValueKind::Number(number), Kind::Integer(bounds)) => {
                if let Number::Int(number) = number
                    && !is_bounded(*number, bounds)
                {
                    self.report(DeviationKind::OutOfRange(node), value);
                }
            }
            _ => {}
        }
    }

    fn elements(&mut self, value: &Value, elements: &[Value], node: Node) {
        if matches!(node.kind(), Kind::Any) {
            return;
        }
        for (at, element) in elements.iter().enumerate() {
            self.step(value, Step::Element(at), None, |beside| beside.value(element, node));
        }
    }

    fn text(&mut self, value: &Value, text: &str, node: Node, kind: Kind) {
        let kind = match kind {
            Kind::Boolean
                if !["true", "false", "0", "1"].iter().any(|word| text.trim().eq_ignore_ascii_case(word)) =>
            {
                DeviationKind::WrongType(node)
            }
            Kind::Integer(bounds) => match text.trim().parse::<f64>() {
                Err(_) => DeviationKind::WrongType(node),
                Ok(_) => match text.trim().parse::<i64>() {
                    Ok(number) if !is_bounded(number, bounds) => DeviationKind::OutOfRange(node),
                    _ => return,
                },
            },
            Kind::Enum(values) if !values.contains(text) => DeviationKind::NotListed(values),
            Kind::String(lengths) if !is_within(text.chars().count(), lengths) => {
                DeviationKind::OutOfRange(node)
            }
            _ => return,
        };
        self.report(kind, value);
    }
}

fn word(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

// A text that is not decided, or stands for nothing.
fn is_open(text: &Text) -> bool {
    match text {
        Text::Symbolic(_) => true,
        Text::Known(text) => text.is_empty() || is_sample(text),
    }
}

/// Words of reference pages that stand for a value of their type.
pub fn is_sample(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["string", "bool", "boolean", "int", "integer", "number", "object", "array", "any", "..."];
    let enclosed = text.starts_with('{') && text.ends_with('}') || text.contains('<') && text.contains('>');
    enclosed || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_bounded(number: i64, bounds: Bounds) -> bool {
    bounds.min.is_none_or(|min| min <= number) && bounds.max.is_none_or(|max| number <= max)
}

fn is_within(length: usize, lengths: Lengths) -> bool {
    lengths.min.is_none_or(|min| min as usize <= length)
        && lengths.max.is_none_or(|max| length <= max as usize)
}
