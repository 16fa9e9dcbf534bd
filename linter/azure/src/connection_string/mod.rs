//! Connection strings and URIs, perhaps with holes, taken apart into keys and values.
//!
//! Every part says which piece of the text it stands in, so that a finding can point at the value of one
//! key. Only the keys that hold secrets count as secrets: `User ID`, for one, does not.

mod keyed;
mod url;

use std::ops::Range;

use armlint_engine::graph::Graph;
use armlint_engine::secret::is_placeholder;
use armlint_engine::settings::Cloud;
use armlint_engine::span::Span;
use armlint_engine::value::{Piece, Segment, Text};
use smol_str::SmolStr;

use crate::facts::private_link;
use crate::host;
use crate::text_with_holes::FlatText;
use crate::types::STORAGE_ACCOUNTS;

/// A connection string or URI.
#[derive(Clone, Debug)]
pub struct ConnectionString {
    /// How it is written.
    pub form: Form,
    /// Its parts in order.
    pub parts: Vec<Part>,
}

/// How a connection string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `key=value;key=value`.
    Keyed,
    /// A URI, perhaps without its scheme: `https://..?sig=..`, `mongodb://..`, `jdbc:..`.
    Url,
    /// The query of a URI alone, such as a SAS token.
    Query,
    /// An expression that a service evaluates at run time: nothing is known of it.
    Dynamic,
    /// None of these: it has no key.
    Plain,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Part {
    /// The key, trimmed and in lower case; empty where there is none or it is not known.
    pub key: SmolStr,
    /// What the key stands for.
    pub role: Role,
    /// The value without its quotes.
    pub value: Text,
    /// Where the value stands: one fragment for each piece that it takes part in.
    pub fragments: Vec<Fragment>,
}

/// A place within the pieces of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The index of the piece.
    pub piece: usize,
    /// The first byte in the piece's text.
    pub start: usize,
    /// The byte behind the last; equal to `start` where the piece has holes or the value is empty.
    pub end: usize,
}

/// What a key stands for, whatever its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The host, perhaps with its port.
    Host,
    /// The endpoint of one storage service: `BlobEndpoint`.
    StorageEndpoint,
    /// The port.
    Port,
    /// The user.
    User,
    /// The name of a storage account.
    Account,
    /// The suffix of the hosts of a storage account.
    EndpointSuffix,
    /// A secret.
    Secret,
    /// Anything else.
    Other,
    /// There is no key, or it is not known, so that this may be several parts of any role.
    Hidden,
}

/// What the text of a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// Asterisks, as services write them for a secret that they hold, or a placeholder.
    Masked,
    /// An expression, or a text with one, that a service evaluates at run time.
    Dynamic,
    /// A text with holes.
    Open,
    /// The secret itself.
    Literal,
}

/// Whether a service evaluates a text, or a part of it, at run time.
pub type IsDynamic = fn(&str) -> bool;

/// What a text is, seen as a secret.
pub fn content(text: &Text, is_dynamic: IsDynamic) -> Content {
    let Some(known) = text.known() else {
        let dynamic = text.segments().iter().any(|segment| match segment {
            Segment::Literal(literal) => has_interpolation(literal),
            Segment::Hole(_) => false,
        });
        return if dynamic { Content::Dynamic } else { Content::Open };
    };
    match known.trim() {
        "" => Content::Empty,
        text if is_placeholder(text) => Content::Masked,
        text if is_dynamic(text) => Content::Dynamic,
        _ => Content::Literal,
    }
}

// In a text with holes the rest of the expression may be one of them.
fn has_interpolation(text: &str) -> bool {
    text.match_indices("@{").any(|(at, _)| !text[..at].ends_with('@'))
}

fn is_expression(text: &str, is_dynamic: IsDynamic) -> bool {
    let text = text.trim_start();
    text.starts_with('@') && !text.starts_with("@{") && is_dynamic(text)
}

/// Takes a text apart. Never fails: what has no key is a part without one.
pub fn parse(pieces: &[Piece], is_dynamic: IsDynamic) -> ConnectionString {
    read(&FlatText::of_pieces(pieces), is_dynamic)
}

/// Takes a text apart whose pieces do not matter; the fragments count in the text itself.
pub fn parse_text(text: &Text, is_dynamic: IsDynamic) -> ConnectionString {
    read(&FlatText::of_text(text), is_dynamic)
}

fn read(flat: &FlatText, is_dynamic: IsDynamic) -> ConnectionString {
    let text = flat.text();
    let all = flat.trim(&(0..text.len()));
    if is_expression(text, is_dynamic) {
        return ConnectionString { form: Form::Dynamic, parts: Vec::new() };
    }
    if let Some(start) = url::oracle_end(flat, &all) {
        return ConnectionString { form: Form::Url, parts: url::oracle(flat, &all, start) };
    }
    if let Some(scheme) = url::scheme_end(flat, &all) {
        return ConnectionString { form: Form::Url, parts: url::parts(flat, &all, scheme) };
    }
    let equals = flat.find(&all, b"=");
    let question = flat.find(&all, b"?");
    let semicolon = flat.find(&all, b";");
    match (equals, question, semicolon) {
        (None, ..) => ConnectionString { form: Form::Plain, parts: vec![Part::unkeyed(flat, &all)] },
        (Some(equals), Some(question), _) if question == all.start && equals > question => {
            ConnectionString { form: Form::Query, parts: url::query(flat, &(question + 1..all.end)) }
        }
        (Some(equals), Some(question), _) if question < equals => {
            ConnectionString { form: Form::Url, parts: url::parts(flat, &all, all.start) }
        }
        (Some(_), _, None) if url::is_query(flat, &all) => {
            ConnectionString { form: Form::Query, parts: url::query(flat, &all) }
        }
        _ => ConnectionString { form: Form::Keyed, parts: keyed::parts(flat, &all) },
    }
}

impl Part {
    fn unkeyed(flat: &FlatText, range: &Range<usize>) -> Part {
        let role = if flat.is_literal(range) { Role::Other } else { Role::Hidden };
        Part::new(flat, "", role, range)
    }

    fn new(flat: &FlatText, key: &str, role: Role, range: &Range<usize>) -> Part {
        Part { key: key.into(), role, value: flat.slice(range), fragments: flat.fragments(range) }
    }
}

impl Fragment {
    /// The place in the texts of a graph; `pieces` are those that were parsed.
    pub fn span(&self, pieces: &[Piece], graph: &Graph) -> Option<Span> {
        let piece = pieces.get(self.piece)?;
        let text = piece.text.known().map_or("", |text| text.as_str());
        if self.start >= self.end {
            return Some(piece.origin.span);
        }
        Some(graph.part(piece.origin.span, text, self.start, self.end))
    }
}

impl ConnectionString {
    /// The first part with a key (lower case).
    pub fn get(&self, key: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.key == key)
    }

    /// The first part with a role.
    pub fn role(&self, role: Role) -> Option<&Part> {
        self.parts.iter().find(|part| part.role == role)
    }

    /// The parts that hold secrets, empty ones included.
    pub fn secrets(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.role == Role::Secret)
    }

    /// Whether some of it may hide any key: a hole where a key should be, or an expression.
    pub fn is_open(&self) -> bool {
        self.form == Form::Dynamic || self.role(Role::Hidden).is_some()
    }

    /// Whether it is one text and no list of keys: nothing in it is called what connection strings call
    /// anything. The signs of a list may stand in a password as well.
    pub fn is_one_text(&self) -> bool {
        match self.form {
            Form::Plain => true,
            Form::Keyed => {
                let telling = |part: &Part| !matches!(part.role, Role::Other | Role::Hidden);
                // The signs that Base64 ends in are no value.
                let words = |part: &Part| {
                    let letters = part.key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ');
                    let valued = part.value.known().is_none_or(|value| !value.trim_matches('=').is_empty());
                    letters && !part.key.is_empty() && valued
                };
                !(self.parts.iter().any(telling) || self.parts.iter().all(words))
            }
            Form::Url | Form::Query | Form::Dynamic => false,
        }
    }

    /// The bare host, perhaps with holes; `None` where none is written. A storage account has one host
    /// for each service, see [`ConnectionString::storage_host`].
    pub fn host(&self) -> Option<Text> {
        Some(host::host_of(&self.role(Role::Host)?.value)?.name)
    }

    /// The port that is written.
    pub fn port(&self) -> Option<u16> {
        let written = self.role(Role::Port).and_then(|part| part.value.known()?.trim().parse().ok());
        written.or_else(|| host::host_of(&self.role(Role::Host)?.value)?.port)
    }

    /// The host of one service of a storage account (`blob`, `dfs`, ...), from `BlobEndpoint` or from
    /// `AccountName` and `EndpointSuffix`.
    pub fn storage_host(&self, service: &str, cloud: Cloud) -> Option<Text> {
        let endpoint = self.get(&format!("{}endpoint", service.to_ascii_lowercase()));
        if let Some(endpoint) = endpoint.filter(|part| part.role == Role::StorageEndpoint) {
            return Some(host::host_of(&endpoint.value)?.name);
        }
        let account = self.role(Role::Account)?.value.clone();
        let ending = match self.role(Role::EndpointSuffix) {
            Some(suffix) => Text::concat([Text::Known(format!(".{service}.").into()), suffix.value.clone()]),
            None => {
                let link = private_link(STORAGE_ACCOUNTS, service)?;
                Text::Known((*link.hosts(cloud).first()?).into())
            }
        };
        Some(Text::concat([account, ending]))
    }
}

#[cfg(test)]
mod tests;
