//! Secrets in places that take any text: headers, addresses, bodies, queries and parameters of packages.

mod text;

use std::ops::Range;

use armlint_azure::connection_string::{Content, Form};
use armlint_engine::graph::Graph;
use armlint_engine::secret::names_secret;
use armlint_engine::secret::shape::webhook_token;
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Value, ValueKind, Walk};
use smol_str::SmolStr;

use self::text::{header_lines, in_body, in_statement, is_package_secret, is_secret_header};
use crate::adf_expression::{is_dynamic, secret_literals};
use crate::connection_string;
use crate::secret::address;

/// How deep values are walked.
const MAX_DEPTH: usize = 48;

/// In how many places one value is looked at: what stands around it says what it is.
const MAX_PLACES: u32 = 8;

/// Members that hold other activities, or secrets that a table knows.
const ASIDE: [&str; 6] =
    ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities", "cases", "authentication"];

/// A secret in clear text within another text.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// The property that holds the text.
    pub path: SmolStr,
    /// What it is.
    pub kind: EmbeddedKind,
    /// The secret itself.
    pub place: Span,
    /// It depends on the default of a parameter.
    pub assumed: bool,
}

/// The kinds of embedded secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddedKind {
    /// The value of a header that lets the caller in.
    Header,
    /// A signature or key in the query of an address.
    Query,
    /// The path of an address that is the key to it.
    Webhook,
    /// A password in a statement.
    Statement,
    /// A secret in the body of a request.
    Body,
    /// A sensitive parameter or property of a package.
    Package,
}

impl EmbeddedKind {
    /// What messages call it, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            EmbeddedKind::Header => "a key or token in a header",
            EmbeddedKind::Query => "a signature or key in an address",
            EmbeddedKind::Webhook => "a webhook URL, which is itself a credential,",
            EmbeddedKind::Statement => "a password in a statement",
            EmbeddedKind::Body => "a secret in the body of a request",
            EmbeddedKind::Package => "a sensitive value of a package",
        }
    }
}

/// The embedded secrets of a value that stands under the name `name`, in the order of the text.
pub fn embedded(graph: &Graph, name: &str, value: &Value) -> Vec<Embedded> {
    let mut search = Search { graph, walk: graph.walk().repeated(MAX_PLACES), found: Vec::new() };
    search.value(name, &mut vec![SmolStr::from(name)], value);
    search.found
}

struct Search<'g> {
    graph: &'g Graph,
    walk: Walk,
    found: Vec<Embedded>,
}

impl Search<'_> {
    fn value(&mut self, path: &str, keys: &mut Vec<SmolStr>, value: &Value) {
        if keys.len() > MAX_DEPTH || !self.walk.enters(value) {
            return;
        }
        match &value.kind {
            ValueKind::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), keys, value);
                }
            }
            ValueKind::OneOf(values) => values.iter().for_each(|value| self.value(path, keys, value)),
            ValueKind::Object(object) => {
                let ty = value.get("type");
                if ["SecureString", "AzureKeyVaultSecret"].iter().any(|own| ty.is_text(own).is_true()) {
                    return;
                }
                for entry in object.entries() {
                    if ASIDE.iter().any(|key| entry.key.eq_ignore_ascii_case(key)) {
                        continue;
                    }
                    keys.push(entry.key.clone());
                    self.value(&format!("{path}.{}", entry.key), keys, &entry.value);
                    keys.pop();
                }
            }
            ValueKind::Text(_) => self.text(path, keys, value),
            _ => {}
        }
    }

    fn text(&mut self, path: &str, keys: &[SmolStr], value: &Value) {
        if self.in_address(path, keys, value) {
            return;
        }
        let Some(known) = value.known_text() else { return };
        if known.trim_start().starts_with('@') && is_dynamic(known) {
            return self.in_expression(path, named(keys), value, known);
        }
        let found: Vec<(EmbeddedKind, Range<usize>)> = self.in_text(keys, known);
        for (kind, range) in found {
            let secret = known.get(range.clone()).unwrap_or("");
            if is_literal(secret) {
                let place = place(self.graph, value, known, range);
                self.add(path, kind, place, value.assumed);
            }
        }
    }

    fn add(&mut self, path: &str, kind: EmbeddedKind, place: Span, assumed: bool) {
        if !self.found.iter().any(|other| other.place == place) {
            self.found.push(Embedded { path: path.into(), kind, place, assumed });
        }
    }

    // Signatures and keys in the query of an address, which may have holes elsewhere.
    fn in_address(&mut self, path: &str, keys: &[SmolStr], value: &Value) -> bool {
        let pieces = value.pieces();
        let parsed = connection_string::parse(&pieces);
        let name = named(keys);
        if !address::is_address(name, value, &parsed) {
            return false;
        }
        let before = self.found.len();
        for part in address::keys(&parsed, address::is_relative(name)) {
            if connection_string::content(&part.value) != Content::Literal {
                continue;
            }
            let known = part.fragments.first().and_then(|fragment| {
                let piece = pieces.get(fragment.piece)?;
                let text = piece.text.known()?;
                Some(self.graph.part(piece.origin.deciding(), text, fragment.start, fragment.end))
            });
            self.add(path, EmbeddedKind::Query, known.unwrap_or(value.origin.span), value.assumed);
        }
        self.found.len() > before
    }

    // The addresses that an expression is made of.
    fn in_expression(&mut self, path: &str, name: &str, value: &Value, text: &str) {
        for literal in secret_literals(text).unwrap_or_default() {
            let Some(address) = text.get(literal.clone()) else { continue };
            if let Some(token) = webhook_token(address) {
                let range = literal.start + token.start..literal.start + token.end;
                self.add(path, EmbeddedKind::Webhook, place(self.graph, value, text, range), value.assumed);
                continue;
            }
            let parsed = connection_string::parse_text(&Text::Known(address.into()));
            let http = address.trim_start().to_ascii_lowercase().starts_with("http");
            if parsed.form != Form::Url || !(http || address::is_relative(name)) {
                continue;
            }
            for part in address::keys(&parsed, !http) {
                let [fragment] = part.fragments.as_slice() else { continue };
                if connection_string::content(&part.value) == Content::Literal {
                    let range = literal.start + fragment.start..literal.start + fragment.end;
                    self.add(path, EmbeddedKind::Query, place(self.graph, value, text, range), value.assumed);
                }
            }
        }
    }

    fn in_text(&self, keys: &[SmolStr], text: &str) -> Vec<(EmbeddedKind, Range<usize>)> {
        let whole = || text.len() - text.trim_start().len()..text.trim_end().len();
        let parent = keys.len().checked_sub(2).and_then(|at| keys.get(at)).map_or("", SmolStr::as_str);
        let last = keys.last().map_or("", SmolStr::as_str);
        let is_headers = |key: &str| key.to_ascii_lowercase().ends_with("headers");
        if is_headers(parent) && is_secret_header(last) {
            return vec![(EmbeddedKind::Header, whole())];
        }
        if is_headers(last) {
            let ranges = header_lines(text);
            return ranges.into_iter().map(|range| (EmbeddedKind::Header, range)).collect();
        }
        if let Some(range) = webhook_token(text) {
            return vec![(EmbeddedKind::Webhook, range)];
        }
        if is_package_secret(keys) {
            return vec![(EmbeddedKind::Package, whole())];
        }
        if keys.iter().any(|key| ["body", "requestBody"].iter().any(|body| key.eq_ignore_ascii_case(body))) {
            if keys.len() > 2 && names_secret(last) {
                return vec![(EmbeddedKind::Body, whole())];
            }
            return in_body(text).into_iter().map(|range| (EmbeddedKind::Body, range)).collect();
        }
        let statement = ["text", "script"].iter().any(|key| last.eq_ignore_ascii_case(key))
            || ["query", "script"].iter().any(|end| last.to_ascii_lowercase().ends_with(end));
        if statement || keys.iter().any(|key| key.to_ascii_lowercase().ends_with("query")) {
            let ranges = in_statement(text);
            return ranges.into_iter().map(|range| (EmbeddedKind::Statement, range)).collect();
        }
        Vec::new()
    }
}

// The name that a text stands under, also within `{"value": ..., "type": "Expression"}`.
fn named(keys: &[SmolStr]) -> &str {
    match keys {
        [.., behind, last] if last == "value" => behind,
        [.., last] => last,
        [] => "",
    }
}

fn is_literal(secret: &str) -> bool {
    connection_string::content(&Text::Known(secret.into())) == Content::Literal
}

fn place(graph: &Graph, value: &Value, text: &str, range: Range<usize>) -> Span {
    match value.pieces().as_slice() {
        [piece] => graph.part(piece.origin.deciding(), text, range.start, range.end),
        _ => value.origin.span,
    }
}
