//! The host and the port that a linked service connects to, whoever runs the store.

use armlint_azure::connection_string::Role;
use armlint_azure::host;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Value, ValueKind};

use crate::facts::LinkedService;
use crate::{connection_string, store};

/// Where a linked service connects to.
#[derive(Clone, Debug)]
pub struct Address {
    /// The bare host, perhaps with holes.
    pub host: Text,
    /// The TCP port that is written; `None` where none is, or where it is not known.
    pub port: Option<u16>,
    /// A port is written, but not known.
    pub port_open: bool,
    /// Where the host is written.
    pub place: Span,
}

impl Address {
    /// The port that is used: the one that is written, or that of the connector; `None` where neither is
    /// known.
    pub fn port(&self, facts: &LinkedService) -> Option<u16> {
        if self.port_open { None } else { self.port.or_else(|| facts.default_port()) }
    }
}

/// Where a linked service connects to, by the endpoint keys and the connection string of its type; `None`
/// where no host is written.
pub fn address_of(graph: &Graph, service: &Resource) -> Option<Address> {
    let facts = store::facts_of(service)?;
    let properties = service.property("typeProperties");
    let port = properties.get("port");
    let mut written = store::endpoints(facts, &properties);
    let endpoint = written.find_map(|(text, place)| from_endpoint(&text, place, &port));
    endpoint.or_else(|| from_connection_string(graph, &properties.get("connectionString"), &port))
}

fn from_endpoint(text: &Text, place: Span, port: &Value) -> Option<Address> {
    let host = host::host_of(text)?;
    let insecure = text.prefix().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
    let written = host.port.or_else(|| number(port)).or(insecure.then_some(80));
    let port_open = written.is_none() && !port.is_missing();
    Some(Address { host: host.name, port: written, port_open, place })
}

fn from_connection_string(graph: &Graph, value: &Value, port: &Value) -> Option<Address> {
    let value = plain(value);
    let pieces = value.pieces();
    if pieces.is_empty() {
        return None;
    }
    let parsed = connection_string::parse(&pieces);
    let host = parsed.host()?;
    let fragment = parsed.role(Role::Host).and_then(|part| part.fragments.first());
    let place = fragment.and_then(|fragment| fragment.span(&pieces, graph)).unwrap_or(value.origin.span);
    let written = parsed.port().or_else(|| number(port));
    let port_open = written.is_none() && (parsed.role(Role::Port).is_some() || !port.is_missing());
    Some(Address { host, port: written, port_open, place })
}

// The text inside of a SecureString.
fn plain(value: &Value) -> Value {
    match value.object() {
        Some(_) if value.get("type").is_text("SecureString").is_true() => value.get("value"),
        _ => value.clone(),
    }
}

fn number(value: &Value) -> Option<u16> {
    match &value.kind {
        ValueKind::Number(armlint_engine::value::Number::Int(number)) => u16::try_from(*number).ok(),
        _ => value.known_text()?.trim().parse().ok(),
    }
}
