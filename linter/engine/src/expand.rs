//! The evaluated resource graph as JSON, and values as they are printed.
//!
//! What is known is JSON. What is not known is `{"$unknown": expression}` in its place, with what is left of the
//! expression; a known secret is `{"$secret": true}`. Of a text that holds a secret in clear
//! text, as rules or the caller know it by its place, that part is `***`.

use serde_json::{Map, Value as Json, json};

use crate::dialect::Deployment;
use crate::expression::EvaluationProblem;
use crate::expression::declaration::DEPLOYMENTS;
use crate::graph::{Given, Resource, lower_given};
use crate::secret::SpanSet;
use crate::value::{Object, Origin, Piece, Text, Truth, Value, ValueKind};

/// How much one rendering shows: what is behind is `{"$unknown": "..."}`. A value counts one, and more the
/// deeper it lies and the longer it is to write.
const MAX_VISITS: usize = 1_000_000;

/// What stands for a secret that is written in clear text.
const HIDDEN: &str = "***";

/// How deep values are rendered.
const MAX_DEPTH: usize = 64;

/// Members of a resource that are not printed with its body: they have a place of their own, or made what
/// is printed.
const NOT_BODY: [&str; 10] =
    ["apiVersion", "comments", "condition", "copy", "existing", "id", "name", "resources", "scope", "type"];

/// An evaluated deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Expansion {
    /// `{"resources": [..], "outputs": {..}}`. Each resource has `id`, `type`, `name`, `apiVersion`, `scope`
    /// (the id of what it is deployed to: its parent, the resource group, `/` for the tenant),
    /// `condition` and `existing`, then the rest of its body; those of nested deployments stand beside
    /// them. They are sorted by id. Resources whose condition is false are left out.
    pub json: Json,
    /// What is wrong with the expressions that were evaluated for it.
    pub problems: Vec<EvaluationProblem>,
}

/// Evaluates a deployment with what is known of it. What comes from the places of `secrets` is hidden.
pub fn expand(deployment: &Deployment, given: &Given, secrets: &SpanSet) -> Expansion {
    let graph = lower_given(deployment, given);
    let mut rendering = Rendering { visits: MAX_VISITS, secrets };
    let resources = graph.resources().iter();
    let mut resources: Vec<Json> = resources.map(|resource| rendering.resource(resource)).collect();
    resources.sort_by_cached_key(|resource| (key_of(resource, "id"), key_of(resource, "name")));
    let mut outputs = Map::new();
    for entry in graph.outputs.iter().filter_map(Value::object).flat_map(Object::entries) {
        if !entry.value.is_absent() {
            outputs.insert(entry.key.to_string(), rendering.value(&entry.value.get("value"), 0));
        }
    }
    let json = json!({ "resources": resources, "outputs": outputs });
    Expansion { json, problems: graph.problems() }
}

fn key_of(resource: &Json, member: &str) -> String {
    match &resource[member] {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

// The id of what a resource is deployed to: its parent, the scope of an extension, the resource group, ...
fn scope_of(resource: &Resource) -> Text {
    let mut parts = resource.resource_id.split('/');
    let child = resource.name.segments.len() > 1;
    let group = resource.is("Microsoft.Resources/resourceGroups");
    let own = if child || group { 2 } else { 4 };
    parts.truncate(parts.len().saturating_sub(own));
    let joined = Text::concat(parts.into_iter().enumerate().flat_map(|(at, part)| {
        let separator = if at > 0 { "/" } else { "" };
        [Text::Known(separator.into()), part]
    }));
    if joined.known().is_some_and(|text| text.is_empty()) { Text::Known("/".into()) } else { joined }
}

fn text_json(text: &Text) -> Json {
    match text {
        Text::Known(text) => Json::from(text.as_str()),
        Text::Symbolic(_) => json!({ "$unknown": text.shown().to_string() }),
    }
}

/// What is left of a rendering.
struct Rendering<'a> {
    visits: usize,
    secrets: &'a SpanSet,
}

impl Rendering<'_> {
    fn resource(&mut self, resource: &Resource) -> Json {
        let mut members = Map::new();
        let name = Text::concat(resource.name.segments.iter().enumerate().flat_map(|(at, segment)| {
            let separator = if at > 0 { "/" } else { "" };
            [Text::Known(separator.into()), segment.clone()]
        }));
        let ty = match resource.ty.as_str() {
            "" => self.value(&resource.body.get("type"), 0),
            ty => Json::from(ty),
        };
        members.insert("id".into(), text_json(&resource.resource_id));
        members.insert("type".into(), ty);
        members.insert("name".into(), text_json(&name));
        members.insert("apiVersion".into(), self.value(&resource.body.get("apiVersion"), 0));
        members.insert("scope".into(), text_json(&scope_of(resource)));
        members.insert(
            "condition".into(),
            match (resource.condition.truth, resource.condition.terms.as_slice()) {
                (Truth::Unknown, terms @ [_, ..]) => {
                    let shown: Vec<String> = terms.iter().map(|term| term.shown().to_string()).collect();
                    json!({ "$unknown": shown.join(" && ") })
                }
                (truth, _) => Json::Bool(!truth.is_false()),
            },
        );
        members.insert("existing".into(), Json::Bool(resource.existing));
        for entry in resource.body.object().map(Object::entries).unwrap_or_default() {
            if !NOT_BODY.iter().any(|name| entry.key.eq_ignore_ascii_case(name)) {
                let value = match entry.key.eq_ignore_ascii_case("properties") && resource.is(DEPLOYMENTS) {
                    true => self.deployment(&entry.value),
                    false => self.value(&entry.value, 0),
                };
                members.insert(entry.key.to_string(), value);
            }
        }
        Json::Object(members)
    }

    // The template of a nested deployment is what its resources come from, so only what came of it is shown.
    fn deployment(&mut self, properties: &Value) -> Json {
        let Some(object) = properties.object() else { return self.value(properties, 0) };
        let entries = object.entries().into_iter();
        let shown = entries.filter(|entry| !entry.key.eq_ignore_ascii_case("template"));
        let members = shown.map(|entry| (entry.key.to_string(), self.value(&entry.value, 1)));
        Json::Object(members.collect())
    }

    fn value(&mut self, value: &Value, depth: usize) -> Json {
        if self.visits == 0 || depth == MAX_DEPTH {
            return json!({ "$unknown": "..." });
        }
        self.visits = self.visits.saturating_sub(1 + depth);
        match &value.kind {
            ValueKind::OneOf(_) | ValueKind::Unknown(_) => self.unknown(value),
            ValueKind::Absent | ValueKind::Null => Json::Null,
            _ if value.secure => json!({ "$secret": true }),
            ValueKind::Text(text) if text.known().is_none() => self.unknown(value),
            ValueKind::Array(elements) => {
                elements.iter().map(|element| self.value(element, depth + 1)).collect()
            }
            ValueKind::Object(object) => {
                let mut members = Map::new();
                for entry in object.entries() {
                    members.insert(entry.key.to_string(), self.value(&entry.value, depth + 1));
                }
                if let Some(rest) = object.rest() {
                    let rest = rest.term.shown().to_string();
                    self.visits = self.visits.saturating_sub(rest.len() / 16);
                    members.insert("$unknown".to_string(), Json::from(rest));
                }
                Json::Object(members)
            }
            ValueKind::Text(_) if !self.secrets.is_empty() => {
                self.visits = self.visits.saturating_sub(length(value));
                self.text(value)
            }
            ValueKind::Number(_) if self.is_secret(&value.origin) => Json::from(HIDDEN),
            _ => {
                self.visits = self.visits.saturating_sub(length(value));
                value.to_json()
            }
        }
    }

    fn text(&self, value: &Value) -> Json {
        let shown = |piece: Piece| match self.is_secret(&piece.origin) {
            true => Text::Known(HIDDEN.into()),
            false => piece.text,
        };
        text_json(&Text::concat(value.pieces().into_iter().map(shown)))
    }

    fn is_secret(&self, origin: &Origin) -> bool {
        self.secrets.holds(origin.deciding())
    }

    fn unknown(&mut self, value: &Value) -> Json {
        let Some(shown) = unknown(value) else { return json!({ "$secret": true }) };
        self.visits = self.visits.saturating_sub(shown.len() / 16);
        json!({ "$unknown": shown })
    }
}

// What a text adds to the visits that a value costs.
fn length(value: &Value) -> usize {
    value.known_text().map_or(0, |text| text.len() / 16)
}

/// A value as it is printed, see the module. What nests deeper than 64 levels, or stands behind hundreds of
/// thousands of values, is not known. What comes from the places of `secrets` is hidden.
pub fn json(value: &Value, secrets: &SpanSet) -> Json {
    Rendering { visits: MAX_VISITS, secrets }.value(value, 0)
}

/// What is left of an unknown value; `None` where it would show a part of a secret.
pub fn unknown(value: &Value) -> Option<String> {
    let term = value.term();
    let alternatives = value.alternatives().iter().any(|value| value.secure && value.is_known());
    let leaks = value.secure && (alternatives || term.holds_literal());
    (!leaks).then(|| term.shown().to_string())
}
