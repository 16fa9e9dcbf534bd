//! The secrets of linked services and other artefacts, and how each is held.

use std::rc::Rc;

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::span::Span;
use armlint_engine::value::{Parameter, Piece, StepKind, Value, ValueKind};
use smol_str::SmolStr;

use super::connection_string::{self, Content, Role};
use super::encrypted::{self, Encryption};
use super::facts;
use super::store;

/// A place that holds a secret.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The property below `typeProperties`, with the key of a connection string behind a `;`.
    pub path: SmolStr,
    /// How it is held.
    pub held: Held,
    /// The secret, the reference to it, or where it comes from.
    pub place: Span,
    /// The value of the property.
    pub value: Value,
    /// The service takes a Key Vault reference here.
    pub key_vault: bool,
    /// The property is a whole connection string of which nothing is known: it may hold no secret.
    pub doubtful: bool,
}

/// How a secret is held.
#[derive(Clone, Debug)]
pub enum Held {
    /// In a Key Vault: the reference object.
    KeyVault(Value),
    /// In clear text.
    Literal,
    /// It comes from a secure parameter.
    SecureParameter(Rc<Parameter>),
    /// It comes through a parameter that is not secure.
    PlainParameter(Rc<Parameter>),
    /// It is read from a resource when the template is deployed: `listKeys()`.
    Expression,
    /// Data Factory computes it when it is used.
    Dynamic,
    /// Data Factory holds it, and shows asterisks.
    Masked,
    /// Data Factory or a self-hosted runtime holds it: `encryptedCredential`.
    Encrypted(Encryption),
    /// Nothing is there.
    Empty,
    /// Not known.
    Unknown,
}

/// The secrets of a linked service.
pub fn secrets_of(graph: &Graph, service: &Resource) -> Vec<Secret> {
    let Some(facts) = store::facts_of(service) else { return Vec::new() };
    let properties = service.property("typeProperties");
    let mut found = Vec::new();
    let paths = facts
        .secrets
        .iter()
        .chain(&facts.secure_string_only)
        .chain(&facts.key_vault_only)
        .chain(&facts.nested_secrets);
    for path in paths {
        for (name, value) in at_path(&properties, path) {
            let key_vault = !facts.secure_string_only.contains(path);
            found.extend(property(graph, &name, &value, key_vault));
        }
    }
    for path in &facts.untyped_secrets {
        for (name, value) in at_path(&properties, path) {
            let secure = value.get("type").is_text("SecureString").is_true() || value.secure;
            if secure {
                found.extend(property(graph, &name, &value, true));
            }
        }
    }
    for path in &facts.string_or_secret {
        for (name, value) in at_path(&properties, path) {
            found.extend(connection(graph, &name, &value));
        }
    }
    let encrypted = properties.get("encryptedCredential");
    if let Some(text) = encrypted.known_text().filter(|text| !text.is_empty()) {
        found.push(Secret {
            path: "encryptedCredential".into(),
            held: Held::Encrypted(encrypted::read(text)),
            place: encrypted.origin.span,
            value: encrypted.clone(),
            key_vault: true,
            doubtful: false,
        });
    }
    found
}

/// A secret property of an artefact that is no linked service: a SecureString, or a Key Vault reference
/// where `key_vault` allows it.
pub fn property(graph: &Graph, path: &str, value: &Value, key_vault: bool) -> Option<Secret> {
    if value.is_missing() {
        return None;
    }
    let secret = |held, place, value: &Value| Secret {
        path: path.into(),
        held,
        place,
        value: value.clone(),
        key_vault,
        doubtful: false,
    };
    let ty = value.get("type");
    match &value.kind {
        ValueKind::Object(_) if ty.is_text("AzureKeyVaultSecret").is_true() => {
            Some(secret(Held::KeyVault(value.clone()), value.origin.span, value))
        }
        ValueKind::Object(_) if ty.is_text("SecureString").is_true() => {
            let inner = value.get("value");
            let held = held(&inner.pieces(), &inner);
            let place = place(graph, &inner);
            Some(secret(held, place, &inner))
        }
        ValueKind::Object(_) if ty.is_text("Expression").is_true() => {
            Some(secret(Held::Dynamic, value.origin.span, value))
        }
        // A parameter of type object is a reference as well as a SecureString.
        ValueKind::Unknown(unknown) if unknown.ty == Some(armlint_engine::value::Type::Object) => {
            Some(secret(Held::Unknown, value.origin.span, value))
        }
        ValueKind::Text(_) | ValueKind::Unknown(_) => {
            Some(secret(held(&value.pieces(), value), place(graph, value), value))
        }
        _ => Some(secret(Held::Unknown, value.origin.span, value)),
    }
}

// A property that takes a plain string: only the keys of secrets count.
fn connection(graph: &Graph, path: &str, value: &Value) -> Vec<Secret> {
    let wrapped = value.get("type").is_text("SecureString").is_true();
    let inner = if wrapped { value.get("value") } else { value.clone() };
    let pieces = inner.pieces();
    if pieces.is_empty() {
        return property(graph, path, value, true).into_iter().collect();
    }
    let parsed = connection_string::parse(&pieces);
    let mut found: Vec<Secret> = parsed
        .secrets()
        .map(|part| {
            let touched: Vec<Piece> = part
                .fragments
                .iter()
                .filter_map(|fragment| {
                    let piece = pieces.get(fragment.piece)?;
                    let known = piece.text.known().and_then(|text| text.get(fragment.start..fragment.end));
                    let text = known.map(|text| armlint_engine::value::Text::Known(text.into()));
                    Some(Piece { text: text.unwrap_or_else(|| piece.text.clone()), ..piece.clone() })
                })
                .collect();
            let spans = part.fragments.iter().filter_map(|fragment| fragment.span(&pieces, graph));
            let place = spans.max_by_key(|span| span.end - span.start).unwrap_or(inner.origin.span);
            Secret {
                path: format!("{path};{}", part.key).into(),
                held: held_as(&touched, &connection_string::content(&part.value)),
                place,
                value: inner.clone(),
                key_vault: true,
                doubtful: false,
            }
        })
        .collect();
    let opaque = parsed.parts.iter().all(|part| part.role == Role::Hidden);
    if found.is_empty() && opaque && !inner.is_known() {
        found.push(Secret {
            path: path.into(),
            held: held(&pieces, &inner),
            place: inner.origin.span,
            value: inner.clone(),
            key_vault: true,
            doubtful: true,
        });
    }
    found
}

// Where a literal secret is written: at its use, or at the literal that a variable carries there.
fn place(graph: &Graph, value: &Value) -> Span {
    let span = value.origin.span;
    match value.known_text() {
        Some(text) if value.origin.via.is_none() => graph.part(span, text, 0, text.len()),
        _ => span,
    }
}

fn held(pieces: &[Piece], value: &Value) -> Held {
    match value.text() {
        Some(text) => held_as(pieces, &connection_string::content(&text)),
        None => Held::Unknown,
    }
}

// Parameters decide before the text does: the default of a parameter is only one of its values.
fn held_as(pieces: &[Piece], content: &Content) -> Held {
    let mut secure = None;
    let mut plain = None;
    for parameter in pieces.iter().flat_map(parameters_of) {
        if parameter.secure {
            secure.get_or_insert(parameter);
        } else if ["string", "object"].iter().any(|ty| parameter.ty.eq_ignore_ascii_case(ty)) {
            plain.get_or_insert(parameter);
        }
    }
    match (plain, secure) {
        (Some(plain), _) => return Held::PlainParameter(plain),
        (None, Some(secure)) => return Held::SecureParameter(secure),
        (None, None) => {}
    }
    match content {
        Content::Empty => Held::Empty,
        Content::Masked => Held::Masked,
        Content::Dynamic => Held::Dynamic,
        Content::Literal => Held::Literal,
        Content::Open if pieces.iter().any(is_secure) => Held::Expression,
        Content::Open => Held::Unknown,
    }
}

// A literal that a nested deployment passes in is a literal, not a parameter.
fn parameters_of(piece: &Piece) -> Vec<Rc<Parameter>> {
    let mut found: Vec<Rc<Parameter>> = Vec::new();
    if piece.text.known().is_some() {
        let deciding = piece.origin.steps().last();
        if deciding.is_some_and(|step| step.kind == StepKind::ParameterDefault) {
            found.extend(piece.origin.steps().filter_map(|step| step.parameter.clone()));
        }
        return found;
    }
    found.extend(piece.origin.steps().filter_map(|step| step.parameter.clone()));
    found.extend(piece.text.holes().filter_map(|hole| hole.parameter.clone()));
    found
}

fn is_secure(piece: &Piece) -> bool {
    piece.secure || piece.text.holes().any(|hole| hole.secure)
}

/// The values at a path below a value; `.*` at its end stands for every member, `[]` for every element.
pub fn at_path(value: &Value, path: &str) -> Vec<(SmolStr, Value)> {
    if let Some((list, rest)) = path.split_once("[]") {
        let elements = value.at(list);
        let elements = elements.elements().unwrap_or_default().to_vec();
        let rest = rest.trim_start_matches('.');
        return elements
            .iter()
            .flat_map(|element| {
                if rest.is_empty() { vec![(path.into(), element.clone())] } else { at_path(element, rest) }
            })
            .collect();
    }
    if let Some(parent) = path.strip_suffix(".*") {
        let parent_value = value.at(parent);
        let Some(object) = parent_value.object() else { return Vec::new() };
        let entries = object.entries().into_iter();
        return entries.map(|entry| (format!("{parent}.{}", entry.key).into(), entry.value)).collect();
    }
    vec![(path.into(), value.at(path))]
}

/// Whether the facts know secrets in the type of a linked service at all.
pub fn is_known(service: &Resource) -> bool {
    service.property("type").known_text().is_some_and(|ty| facts::linked_service(ty).is_some())
}
