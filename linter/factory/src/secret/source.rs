//! How a secret is held: what its value says, and the parameters that the value came through.

use std::rc::Rc;

use armlint_azure::connection_string::{Content, Form, Part, Role};
use armlint_engine::graph::Graph;
use armlint_engine::secret::shape::webhook_token;
use armlint_engine::span::Span;
use armlint_engine::value::{Parameter, Piece, StepKind, Text, Type, Value, ValueKind};
use smol_str::SmolStr;

use crate::connection_string;
use crate::secret::{Secret, SecretSource, address};

/// The secret that a property holds: a SecureString, a plain string, or a Key Vault reference where
/// `key_vault` allows it. Several where a condition decides, none where nothing is written.
pub(super) fn property(graph: &Graph, path: &str, value: &Value, key_vault: bool) -> Vec<Secret> {
    alternatives(value, |value| single(graph, path, value, key_vault).into_iter().collect())
}

// A condition that only chooses between something and nothing leaves one secret.
fn alternatives(value: &Value, of: impl Fn(&Value) -> Vec<Secret>) -> Vec<Secret> {
    if !matches!(value.kind, ValueKind::OneOf(_)) {
        return of(value);
    }
    let mut found: Vec<Secret> = value.alternatives().iter().flat_map(of).collect();
    found.iter_mut().for_each(|secret| secret.conditional = true);
    found
}

fn single(graph: &Graph, path: &str, value: &Value, key_vault: bool) -> Option<Secret> {
    if value.is_missing() {
        return None;
    }
    let ty = value.get("type");
    match &value.kind {
        ValueKind::Object(_) if ty.is_text("AzureKeyVaultSecret").is_true() => {
            let held = SecretSource::KeyVault(value.clone());
            Some(Secret::new(path, held, value.origin.span, value, key_vault))
        }
        ValueKind::Object(_) if ty.is_text("SecureString").is_true() => {
            let inner = value.get("value");
            Some(text(graph, path, &inner, key_vault, true))
        }
        ValueKind::Object(_) if ty.is_text("Expression").is_true() => {
            Some(Secret::new(path, SecretSource::Dynamic, value.origin.span, value, key_vault))
        }
        ValueKind::Text(_) => Some(text(graph, path, value, key_vault, true)),
        // A parameter of another type, or a variable: a reference as well as a SecureString.
        ValueKind::Unknown(unknown) => {
            Some(text(graph, path, value, key_vault, unknown.ty == Some(Type::String)))
        }
        _ => Some(Secret::new(path, SecretSource::Unknown, value.origin.span, value, key_vault)),
    }
}

// `stored` where the text certainly ends in Data Factory, whatever it is.
fn text(graph: &Graph, path: &str, value: &Value, key_vault: bool, stored: bool) -> Secret {
    let pieces = value.pieces();
    let (mut held, parameters) = match value.text() {
        Some(text) => held_as(&pieces, &connection_string::content(&text)),
        None if value.is_missing() => (SecretSource::Empty, Vec::new()),
        None => (SecretSource::Unknown, Vec::new()),
    };
    match &held {
        SecretSource::Unknown if stored => held = SecretSource::Expression,
        // What is given to it may be a reference to a Key Vault.
        SecretSource::PlainParameter(_) | SecretSource::SecureParameter(_) if !stored => {
            held = SecretSource::Unknown
        }
        _ => {}
    }
    let place = place(graph, value, &pieces, &held);
    let whole = |piece: &Piece| {
        let text = piece.text.known()?;
        Some(graph.part(piece.origin.deciding(), text, 0, text.len()))
    };
    let parts = elsewhere(pieces.iter().filter_map(whole), place);
    let secret = Secret::new(path, held, place, value, key_vault);
    Secret { parts, parameters, alone: true, ..secret }
}

/// The secrets of a SecureString, or of a Key Vault reference, in a place that no table knows: of a connection
/// string or an address only the keys.
pub(super) fn declared(graph: &Graph, path: &str, value: &Value) -> Vec<Secret> {
    let inner = value.get("value");
    let parsed = connection_string::parse(&inner.pieces());
    let list = match parsed.form {
        Form::Keyed => !parsed.is_one_text(),
        Form::Url => inner.known_text().is_some_and(|text| text.contains("://")),
        Form::Query | Form::Dynamic | Form::Plain => false,
    };
    if !list || !inner.is_known() {
        return property(graph, path, value, false);
    }
    let mut found = string(graph, path, &inner, true, false);
    found.iter_mut().for_each(|secret| secret.key_vault = false);
    found
}

/// The keys in an address that a property holds.
pub(super) fn address(graph: &Graph, path: &str, value: &Value) -> Vec<Secret> {
    alternatives(value, |value| {
        let pieces = value.pieces();
        let parsed = connection_string::parse(&pieces);
        if !address::is_address(path, value, &parsed) {
            return Vec::new();
        }
        let keys = address::keys(&parsed, address::is_relative(path));
        let mut found: Vec<Secret> = keys.map(|part| keyed(graph, path, value, &pieces, part)).collect();
        found.extend(in_path(graph, path, value).filter(|_| found.is_empty()));
        found.iter_mut().for_each(|secret| secret.key_vault = false);
        found
    })
}

// The path of an incoming webhook.
fn in_path(graph: &Graph, path: &str, value: &Value) -> Option<Secret> {
    let text = value.known_text().filter(|_| !value.assumed)?;
    let token = webhook_token(text)?;
    let place = match value.pieces().as_slice() {
        [piece] => graph.part(piece.origin.deciding(), text, token.start, token.end),
        _ => value.origin.span,
    };
    Some(Secret::new(path, SecretSource::Literal, place, value, false))
}

// Those spans that do not lie at the place of a secret.
fn elsewhere(spans: impl IntoIterator<Item = Span>, place: Span) -> Vec<Span> {
    spans.into_iter().filter(|span| span.start < span.end && !place.contains(*span)).collect()
}

// Where a literal is written, be it behind a variable; for anything else where it is used.
fn place(graph: &Graph, value: &Value, pieces: &[Piece], held: &SecretSource) -> Span {
    match (held, pieces) {
        (SecretSource::Literal, [piece]) => {
            let text = piece.text.known().map_or("", SmolStr::as_str);
            graph.part(piece.origin.deciding(), text, 0, text.len())
        }
        _ => value.origin.span,
    }
}

/// The secrets of a property that takes a plain string or a SecureString around one: only the keys of secrets
/// count. `whole` where the whole string is a secret, as a SAS URI is.
pub(super) fn connection(graph: &Graph, path: &str, value: &Value, whole: bool) -> Vec<Secret> {
    alternatives(value, |value| {
        let wrapped = value.get("type").is_text("SecureString").is_true();
        let inner = if wrapped { value.get("value") } else { value.clone() };
        if inner.object().is_some() || inner.pieces().is_empty() {
            return single(graph, path, value, true).into_iter().collect();
        }
        alternatives(&inner, |inner| string(graph, path, inner, wrapped, whole))
    })
}

// Exports and SDKs wrap every connection string into a SecureString, so that only what cannot be taken apart is
// a secret as a whole.
fn string(graph: &Graph, path: &str, value: &Value, wrapped: bool, whole: bool) -> Vec<Secret> {
    let pieces = value.pieces();
    let parsed = connection_string::parse(&pieces);
    let found: Vec<Secret> = parsed.secrets().map(|part| keyed(graph, path, value, &pieces, part)).collect();
    if !found.is_empty() {
        return found;
    }
    if value.is_known() {
        let one = wrapped && !value.assumed && parsed.is_one_text();
        return one.then(|| undivided(graph, path, value)).into_iter().collect();
    }
    let declared = wrapped || whole;
    let opaque = parsed.parts.iter().all(|part| part.role == Role::Hidden);
    if !opaque {
        return found;
    }
    let (held, parameters) = match value.text() {
        Some(text) => held_as(&pieces, &connection_string::content(&text)),
        None => (SecretSource::Unknown, Vec::new()),
    };
    let secret = Secret::new(path, held, value.origin.span, value, true);
    vec![Secret { parameters, opaque: true, doubtful: !declared, ..secret }]
}

// Asterisks stand for a connection string as well as for a key.
fn undivided(graph: &Graph, path: &str, value: &Value) -> Secret {
    let secret = text(graph, path, value, true, true);
    let masked = matches!(secret.held, SecretSource::Masked);
    Secret { opaque: masked, doubtful: masked, ..secret }
}

// One key of a connection string.
fn keyed(graph: &Graph, path: &str, value: &Value, pieces: &[Piece], part: &Part) -> Secret {
    let mut touched = Vec::new();
    let mut alone = true;
    let mut place: Option<Span> = None;
    let mut spans = Vec::new();
    for fragment in &part.fragments {
        let Some(piece) = pieces.get(fragment.piece) else { continue };
        let Some(known) = piece.text.known() else {
            place.get_or_insert(piece.origin.span);
            touched.push(piece.clone());
            continue;
        };
        let Some(text) = known.get(fragment.start..fragment.end) else { continue };
        alone &= text.len() == known.len() || parameters_of(piece).is_empty();
        let span = graph.part(piece.origin.deciding(), known, fragment.start, fragment.end);
        place.get_or_insert(if fragment.start < fragment.end { span } else { piece.origin.span });
        spans.extend((fragment.start < fragment.end).then_some(span));
        touched.push(Piece { text: Text::Known(text.into()), ..piece.clone() });
    }
    let (mut held, parameters) = held_as(&touched, &connection_string::content(&part.value));
    if matches!(held, SecretSource::Unknown) {
        held = SecretSource::Expression;
    }
    let place = match held {
        SecretSource::Literal | SecretSource::Masked => place,
        _ => touched.first().map(|piece| piece.origin.span),
    };
    let path = format!("{path};{}", part.key);
    let place = place.unwrap_or(value.origin.span);
    let secret = Secret::new(&path, held, place, value, true);
    Secret { parts: elsewhere(spans, place), parameters, alone, ..secret }
}

// Parameters decide before the text does: the default of a parameter is only one of its values.
fn held_as(pieces: &[Piece], content: &Content) -> (SecretSource, Vec<Rc<Parameter>>) {
    let mut parameters: Vec<Rc<Parameter>> = Vec::new();
    for parameter in pieces.iter().flat_map(parameters_of) {
        if !parameters.iter().any(|other| other.span == parameter.span) {
            parameters.push(parameter);
        }
    }
    if let Some(plain) = parameters.iter().find(|parameter| is_plain(parameter)) {
        return (SecretSource::PlainParameter(plain.clone()), parameters);
    }
    if let Some(secure) = parameters.iter().find(|parameter| parameter.secure) {
        return (SecretSource::SecureParameter(secure.clone()), parameters);
    }
    let held = match content {
        Content::Empty => SecretSource::Empty,
        Content::Masked => SecretSource::Masked,
        Content::Dynamic => SecretSource::Dynamic,
        Content::Literal => SecretSource::Literal,
        Content::Open if pieces.iter().any(is_secure) => SecretSource::Expression,
        Content::Open => SecretSource::Unknown,
    };
    (held, parameters)
}

/// Whether a parameter shows what it holds: its type is `string` or `object`.
pub(crate) fn is_plain(parameter: &Parameter) -> bool {
    let plain = ["string", "object"].iter().any(|ty| parameter.ty.eq_ignore_ascii_case(ty));
    plain && !parameter.shaped
}

// A literal that a nested deployment passes in is a literal, not a parameter; but the parameter that it
// passes through shows it.
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

impl Secret {
    pub(super) fn new(path: &str, held: SecretSource, place: Span, value: &Value, key_vault: bool) -> Secret {
        Secret {
            path: path.into(),
            held,
            place,
            parts: Vec::new(),
            value: value.clone(),
            key_vault,
            opaque: false,
            doubtful: false,
            conditional: false,
            parameters: Vec::new(),
            alone: false,
        }
    }
}
