//! The evaluated resource graph as JSON, and values as they are printed.
//!
//! What is known is JSON. What is not known is `{"$unknown": residue}` in its place, with the residue as
//! the identity of the unknown; a known secret is `{"$secret": true}`.

use serde_json::{Map, Value as Json, json};

use crate::dialect::Deployment;
use crate::expression::EvaluationProblem;
use crate::expression::declaration::DEPLOYMENTS;
use crate::expression::literals::literals;
use crate::graph::{Given, Resource, lower_given};
use crate::value::{Object, Text, Truth, Value, ValueKind};

/// How many values one rendering looks at; those behind are `{"$unknown": "..."}`.
const MAX_VISITS: usize = 1_000_000;

/// How deep values are rendered.
const MAX_DEPTH: usize = 128;

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

/// Evaluates a deployment with what is known of it.
pub fn expand(deployment: &Deployment, given: &Given) -> Expansion {
    let graph = lower_given(deployment, given);
    let mut resources: Vec<Json> = graph.resources().iter().map(resource_json).collect();
    resources.sort_by_cached_key(|resource| (key_of(resource, "id"), key_of(resource, "name")));
    let mut outputs = Map::new();
    for entry in graph.outputs.iter().filter_map(Value::object).flat_map(Object::entries) {
        if !entry.value.is_absent() {
            outputs.insert(entry.key.to_string(), json(&entry.value.get("value")));
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

fn resource_json(resource: &Resource) -> Json {
    let mut members = Map::new();
    let name = Text::concat(resource.name.segments.iter().enumerate().flat_map(|(at, segment)| {
        let separator = if at > 0 { "/" } else { "" };
        [Text::Known(separator.into()), segment.clone()]
    }));
    let ty = match resource.ty.as_str() {
        "" => json(&resource.body.get("type")),
        ty => Json::from(ty),
    };
    members.insert("id".into(), text_json(&resource.resource_id));
    members.insert("type".into(), ty);
    members.insert("name".into(), text_json(&name));
    members.insert("apiVersion".into(), json(&resource.body.get("apiVersion")));
    members.insert("scope".into(), text_json(&scope_of(resource)));
    members.insert(
        "condition".into(),
        match (resource.condition.truth, &resource.condition.key) {
            (Truth::Unknown, Some(key)) => json!({ "$unknown": key.as_str() }),
            (truth, _) => Json::Bool(!truth.is_false()),
        },
    );
    members.insert("existing".into(), Json::Bool(resource.existing));
    for entry in resource.body.object().map(Object::entries).unwrap_or_default() {
        if !NOT_BODY.iter().any(|name| entry.key.eq_ignore_ascii_case(name)) {
            let value = match entry.key.eq_ignore_ascii_case("properties") && resource.is(DEPLOYMENTS) {
                true => deployment_json(&entry.value),
                false => json(&entry.value),
            };
            members.insert(entry.key.to_string(), value);
        }
    }
    Json::Object(members)
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

// The template of a nested deployment is what its resources come from, so only what came of it is shown.
fn deployment_json(properties: &Value) -> Json {
    let Some(object) = properties.object() else { return json(properties) };
    let entries = object.entries().into_iter();
    let shown = entries.filter(|entry| !entry.key.eq_ignore_ascii_case("template"));
    let members = shown.map(|entry| (entry.key.to_string(), json(&entry.value)));
    Json::Object(members.collect())
}

fn text_json(text: &Text) -> Json {
    match text {
        Text::Known(text) => Json::from(text.as_str()),
        Text::Symbolic(_) => json!({ "$unknown": text.residue().as_str() }),
    }
}

/// A value as it is printed, see the module. What nests deeper than 128 levels or stands behind the first
/// million of values is not known.
pub fn json(value: &Value) -> Json {
    rendered(value, &mut { MAX_VISITS }, 0)
}

fn rendered(value: &Value, visits: &mut usize, depth: usize) -> Json {
    if *visits == 0 || depth == MAX_DEPTH {
        return json!({ "$unknown": "..." });
    }
    *visits -= 1;
    let unknown = || match residue(value) {
        Some(residue) => json!({ "$unknown": residue }),
        None => json!({ "$secret": true }),
    };
    match &value.kind {
        ValueKind::OneOf(_) | ValueKind::Unknown(_) => unknown(),
        ValueKind::Absent | ValueKind::Null => Json::Null,
        _ if value.secure => json!({ "$secret": true }),
        ValueKind::Text(text) if text.known().is_none() => unknown(),
        ValueKind::Array(elements) => {
            elements.iter().map(|element| rendered(element, visits, depth + 1)).collect()
        }
        ValueKind::Object(object) => {
            let mut members = Map::new();
            for entry in object.entries() {
                members.insert(entry.key.to_string(), rendered(&entry.value, visits, depth + 1));
            }
            if let Some(rest) = object.rest() {
                members.insert("$unknown".to_string(), Json::from(rest.as_str()));
            }
            Json::Object(members)
        }
        _ => value.to_json(),
    }
}

/// What is left of an unknown value; `None` where it would show a part of a secret.
pub fn residue(value: &Value) -> Option<String> {
    let residue = value.residue().to_string();
    let alternatives = value.alternatives().iter().any(|value| value.secure && value.is_known());
    let leaks = value.secure && (alternatives || !literals(&residue, 0..residue.len()).is_empty());
    (!leaks).then_some(residue)
}
