//! Where artefacts hold secrets: the properties that the facts know, and whatever calls itself one.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::{Value, ValueKind, Walk};
use smol_str::{SmolStr, format_smolstr};

use crate::artefact::ArtefactKind;
use crate::facts::{Within, secret_paths};
use crate::secret::source::{self, address, connection, property};
use crate::secret::{Secret, SecretSource, kind};
use crate::{activity, encrypted_credential, store};

/// How deep artefacts are walked.
const MAX_WALK_DEPTH: usize = 64;

const CONNECTION_STRING: &str = "connectionString";

/// The secrets of a linked service, by its type.
pub(super) fn of_linked_service(graph: &Graph, service: &Resource) -> Vec<Secret> {
    let properties = service.property("typeProperties");
    let mut found = Vec::new();
    let Some(facts) = store::facts_of(service) else {
        // Whatever the type is, the keys of a connection string say what is a secret.
        found.extend(connection(graph, CONNECTION_STRING, &properties.get(CONNECTION_STRING), false));
        found.retain(|secret| !secret.opaque);
        found.extend(in_addresses(graph, &properties, &found));
        return found;
    };
    let typed = [&facts.secrets, &facts.secure_string_only, &facts.key_vault_only, &facts.nested_secrets];
    for path in typed.into_iter().flatten() {
        let key_vault = !facts.secure_string_only.contains(path);
        for (name, value) in at_path(&properties, path) {
            found.extend(property(graph, &name, &value, key_vault));
        }
    }
    for path in &facts.untyped_secrets {
        for (name, value) in at_path(&properties, path) {
            if is_typed(&value) || value.secure || is_secret_header(&name) {
                found.extend(property(graph, &name, &value, true));
            }
        }
    }
    for path in &facts.string_or_secret {
        for (name, value) in at_path(&properties, path) {
            found.extend(connection(graph, &name, &value, path.ends_with("sasUri")));
        }
    }
    found.extend(in_addresses(graph, &properties, &found));
    found.extend(encrypted_credential(&properties));
    found.extend(parameter_defaults(graph, service));
    found
}

// The keys in the addresses of a linked service, wherever these stand.
fn in_addresses(graph: &Graph, properties: &Value, known: &[Secret]) -> Vec<Secret> {
    let entries = properties.object().map(|object| object.entries()).unwrap_or_default();
    let others = entries.into_iter().filter(|entry| {
        let own = |secret: &Secret| secret.path.split([';', '.']).next() == Some(entry.key.as_str());
        !entry.key.eq_ignore_ascii_case(CONNECTION_STRING) && !known.iter().any(own)
    });
    others.flat_map(|entry| address(graph, &entry.key, &entry.value)).collect()
}

fn encrypted_credential(properties: &Value) -> Option<Secret> {
    let value = properties.get("encryptedCredential");
    let text = value.text().filter(|text| text.known().is_none_or(|text| !text.trim().is_empty()))?;
    let encryption = encrypted_credential::read(text.known().map_or("", SmolStr::as_str));
    let held = SecretSource::Encrypted(encryption);
    Some(Secret::new("encryptedCredential", held, value.origin.span, &value, true))
}

// The defaults of parameters of a linked service that call themselves secrets.
fn parameter_defaults(graph: &Graph, service: &Resource) -> Vec<Secret> {
    let parameters = service.property("parameters");
    let Some(object) = parameters.object() else { return Vec::new() };
    let secure = object.entries().into_iter();
    let secure = secure.filter(|entry| entry.value.get("type").is_text("SecureString").is_true());
    let defaults = secure.flat_map(|entry| {
        let path = format!("parameters.{}.defaultValue", entry.key);
        property(graph, &path, &entry.value.get("defaultValue"), false)
    });
    defaults.filter(|secret| matches!(secret.held, SecretSource::Literal)).collect()
}

fn is_typed(value: &Value) -> bool {
    let ty = value.get("type");
    ty.is_text("SecureString").is_true() || ty.is_text("AzureKeyVaultSecret").is_true()
}

// A header that services take keys or tokens in.
fn is_secret_header(path: &str) -> bool {
    let Some(name) = path.strip_prefix("authHeaders.") else { return false };
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "authorization" | "proxy-authorization" | "apikey")
        || ["-key", "_key", "token", "secret", "password"].iter().any(|end| name.ends_with(end))
}

/// The secrets of an artefact that is no linked service, by the table of secret paths.
pub(super) fn of_table(graph: &Graph, artefact: &Resource, kind: ArtefactKind) -> Vec<Secret> {
    let rows = secret_paths().iter().filter(|row| row.resource.eq_ignore_ascii_case(kind.resource_type()));
    let activities = match kind {
        ArtefactKind::Pipeline => activity::activities(artefact),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for row in rows {
        let bases = match row.within {
            Within::Properties => std::slice::from_ref(&artefact.properties),
            Within::Activity => activities.as_slice(),
        };
        let of_type = |base: &&Value| row.types.iter().any(|ty| base.get("type").is_text(ty).is_true());
        for base in bases.iter().filter(of_type) {
            for (name, value) in at_path(base, row.path) {
                found.extend(property(graph, short(&name), &value, row.key_vault));
            }
        }
    }
    found
}

fn short(path: &str) -> &str {
    path.strip_prefix("typeProperties.").unwrap_or(path)
}

/// Adds what calls itself a SecureString or a Key Vault reference in places that no table knows.
pub(super) fn declared(graph: &Graph, artefact: &Resource, found: &mut Vec<Secret>) {
    let kind = kind(artefact);
    let (value, path) = match kind {
        Some(ArtefactKind::Pipeline) => (artefact.property("activities"), "activities"),
        _ => (artefact.property("typeProperties"), ""),
    };
    let settled = match kind {
        Some(ArtefactKind::LinkedService) => settled(artefact),
        _ => Vec::new(),
    };
    Declared { graph, once: graph.walk(), settled, found }.value(&value, path, 0);
}

// The properties of a linked service that have been taken apart: what of them is no secret, is none.
fn settled(service: &Resource) -> Vec<&'static str> {
    store::facts_of(service).map_or_else(|| vec![CONNECTION_STRING], |facts| facts.string_or_secret.clone())
}

struct Declared<'a> {
    graph: &'a Graph,
    once: Walk,
    settled: Vec<&'static str>,
    found: &'a mut Vec<Secret>,
}

impl Declared<'_> {
    fn value(&mut self, value: &Value, path: &str, depth: usize) {
        if depth > MAX_WALK_DEPTH || !self.once.enters(value) {
            return;
        }
        if is_typed(value) {
            let settled = self.settled.iter().any(|own| own.eq_ignore_ascii_case(path));
            for secret in source::declared(self.graph, path, value).into_iter().filter(|_| !settled) {
                if !self.found.iter().any(|other| other.place == secret.place || within(other, value)) {
                    self.found.push(secret);
                }
            }
            return;
        }
        match &value.kind {
            ValueKind::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.value(element, &format!("{path}[{index}]"), depth + 1);
                }
            }
            ValueKind::OneOf(values) => values.iter().for_each(|value| self.value(value, path, depth + 1)),
            ValueKind::Object(object) => {
                for entry in object.entries() {
                    let below = match path {
                        "" => entry.key.clone(),
                        path => format_smolstr!("{path}.{}", entry.key),
                    };
                    self.value(&entry.value, &below, depth + 1);
                }
            }
            _ => {}
        }
    }
}

// A secret of a connection string inside of the SecureString, which is no second one.
fn within(secret: &Secret, outer: &Value) -> bool {
    outer.origin.span.contains(secret.value.origin.span) && outer.origin.span.source == secret.place.source
}

/// The values at a path below a value. `.*` at its end stands for every member, `[]` for every element;
/// `[key=value]` keeps the elements, or the object, with that member.
fn at_path(value: &Value, path: &str) -> Vec<(SmolStr, Value)> {
    let mut found = vec![(SmolStr::default(), value.clone())];
    for step in path.split('.') {
        let (key, filter) = match step.split_once('[') {
            Some((key, filter)) => (key, Some(filter.trim_end_matches(']'))),
            None => (step, None),
        };
        found = found.iter().flat_map(|(path, value)| members(path, value, key)).collect();
        if let Some(filter) = filter {
            found = found.iter().flat_map(|(path, value)| elements(path, value, filter)).collect();
        }
    }
    found
}

fn members(path: &str, value: &Value, key: &str) -> Vec<(SmolStr, Value)> {
    let named = |key: &str| match path {
        "" => SmolStr::from(key),
        path => format_smolstr!("{path}.{key}"),
    };
    if key != "*" {
        return vec![(named(key), value.get(key))];
    }
    let entries = value.object().map(|object| object.entries()).unwrap_or_default();
    entries.into_iter().map(|entry| (named(&entry.key), entry.value)).collect()
}

fn elements(path: &str, value: &Value, filter: &str) -> Vec<(SmolStr, Value)> {
    let kept = |value: &Value| match filter.split_once('=') {
        Some((key, wanted)) => value.get(key).is_text(wanted).is_true(),
        None => true,
    };
    match value.elements() {
        Some(elements) => {
            let numbered = elements.iter().enumerate().filter(|(_, element)| kept(element));
            numbered.map(|(index, element)| (format_smolstr!("{path}[{index}]"), element.clone())).collect()
        }
        None if kept(value) && value.object().is_some() => vec![(path.into(), value.clone())],
        None => Vec::new(),
    }
}
