//! Whether a value that a nested deployment is given carries a secret.
//!
//! The engine's taint says that something secure took part in a value. A member of a `secureObject` need
//! be no secret, and a hash of one is none.

use armlint_engine::graph::Graph;
use armlint_engine::value::{Parameter, Reason, Text, Unknown, Value, ValueKind, Walk};

/// In how many places one value is looked at: its name may say that it is a secret.
const MAX_PLACES: u32 = 8;

/// How deep a value is looked into.
const MAX_DEPTH: usize = 64;

/// Functions of a secret that give none away.
const HARMLESS: [&str; 5] = ["uniquestring(", "guid(", "length(", "empty(", "contains("];

/// Whether `value`, which is given to the parameter `name`, carries a secret.
pub fn carries_secret(graph: &Graph, name: &str, value: &Value) -> bool {
    Search { graph, walk: graph.walk().repeated(MAX_PLACES) }.value(name, value, 0)
}

struct Search<'g> {
    graph: &'g Graph,
    walk: Walk,
}

impl Search<'_> {
    fn value(&mut self, name: &str, value: &Value, depth: usize) -> bool {
        if depth > MAX_DEPTH || !self.walk.enters(value) {
            return false;
        }
        match &value.kind {
            ValueKind::Array(values) | ValueKind::OneOf(values) => {
                values.iter().any(|value| self.value(name, value, depth + 1))
            }
            ValueKind::Object(object) => {
                object.entries().iter().any(|entry| self.value(&entry.key, &entry.value, depth + 1))
            }
            ValueKind::Unknown(unknown) => (value.secure || unknown.secure) && self.unknown(unknown),
            ValueKind::Text(text) => self.text(name, value, text),
            _ => false,
        }
    }

    fn text(&self, name: &str, value: &Value, text: &Text) -> bool {
        if text.holes().any(|hole| (hole.secure || value.secure) && self.unknown(hole)) {
            return true;
        }
        // A default of a secure parameter is only one of its values.
        let pieces = value.pieces();
        let secure = pieces.iter().filter(|piece| piece.secure && piece.text.known().is_some());
        secure
            .flat_map(|piece| piece.origin.steps())
            .filter_map(|step| step.parameter.as_deref())
            .any(|parameter| parameter.secure && (is_string(parameter) || names_secret(name)))
    }

    // By what is left of the expression: it shows all that took part.
    fn unknown(&self, unknown: &Unknown) -> bool {
        let residue = unknown.residue.to_ascii_lowercase();
        if unknown.reason == Reason::Error || HARMLESS.iter().any(|function| residue.starts_with(function)) {
            return false;
        }
        if calls_list(&residue) {
            return true;
        }
        let mut mentioned = false;
        for (at, start) in residue.match_indices("parameters('") {
            let Some((name, rest)) = residue.get(at + start.len()..).and_then(|rest| rest.split_once("')"))
            else {
                continue;
            };
            for parameter in self.secure_parameters(name) {
                mentioned = true;
                // What is secure of a parameter that holds secrets is one of them.
                if parameter.holds_secrets || is_string(parameter) || member(rest).is_none_or(names_secret) {
                    return true;
                }
            }
        }
        // A reference to Key Vault mentions nothing; what is left of a member that is not there does not
        // either.
        !mentioned && unknown.reason == Reason::RunTime
    }

    fn secure_parameters<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s Parameter> {
        let declared = self.graph.parameters.iter().map(|declared| &*declared.parameter);
        declared.filter(move |parameter| {
            (parameter.secure || parameter.holds_secrets) && parameter.name.eq_ignore_ascii_case(name)
        })
    }
}

fn is_string(parameter: &Parameter) -> bool {
    parameter.ty.eq_ignore_ascii_case("securestring")
}

// `listKeys(`, `listAccountSas(` and their like, but not `myList(`.
fn calls_list(residue: &str) -> bool {
    residue.match_indices("list").any(|(at, _)| {
        let before = residue[..at].bytes().next_back();
        let rest = residue[at..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        rest.starts_with('(') && !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'\'')
    })
}

// The member that is taken of what precedes: `.name`, `['name']`, or `, 'name')` of `tryGet`.
fn member(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix('.').or_else(|| {
        let quoted = rest.strip_prefix("['").or_else(|| rest.strip_prefix(", '"))?;
        Some(quoted)
    })?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(name.len());
    name.get(..end).filter(|name| !name.is_empty())
}

/// Whether a name is that of a secret.
fn names_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "pwd", "secret", "key", "token", "connectionstring", "sas", "credential"]
        .iter()
        .any(|end| name.ends_with(end))
}
