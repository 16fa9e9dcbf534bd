//! Whether a value that a nested deployment is given carries a secret.
//!
//! The engine's taint says that something secure took part in a value. A member of a `secureObject` need
//! be no secret, and a hash of one is none.

use armlint_engine::finding::Finding;
use armlint_engine::graph::Graph;
use armlint_engine::secret::{Naming, naming};
use armlint_engine::value::{Answers, Parameter, Reason, Text, Unknown, Value, ValueKind, Walk};

/// In how many places one value is looked at: its name may say that it is a secret.
const MAX_PLACES: u32 = 8;

/// How deep a value is looked into.
const MAX_DEPTH: usize = 64;

/// Asks whether values carry secrets. Many deployments may be given the same object, which is looked through once.
pub(crate) struct SecretCarriers<'g> {
    graph: &'g Graph,
    objects: Answers<bool>,
}

impl<'g> SecretCarriers<'g> {
    /// Of the values of a graph.
    pub(crate) fn of(graph: &'g Graph) -> SecretCarriers<'g> {
        SecretCarriers { graph, objects: Answers::default() }
    }

    /// Whether `value`, which is given to the parameter `name`, is one.
    pub(crate) fn hold(&mut self, name: &str, value: &Value) -> bool {
        let graph = self.graph;
        let look = || Search { graph, walk: graph.walk().repeated(MAX_PLACES) }.value(name, value, 0);
        // What an object holds is named by its keys.
        match &value.kind {
            ValueKind::Object(_) => self.objects.of(value, look),
            _ => look(),
        }
    }
}

/// Says in a finding where the secret in a value comes from: without it nobody can judge the finding.
pub(crate) fn name_sources(value: &Value, finding: &mut Finding) {
    for parameter in value.parameters() {
        let place = match (parameter.secure, parameter.holds_secrets) {
            (true, _) => "is secure",
            (_, true) => "has secure members",
            _ => continue,
        };
        finding.related(parameter.type_span, format!("the parameter `{}` {place}", parameter.name));
    }
    let functions = value.term();
    let functions: Vec<String> = functions
        .functions()
        .into_iter()
        .filter(|name| name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("list")))
        .map(|name| format!("`{name}()`"))
        .collect();
    if let Some(first) = functions.first() {
        finding.label(format!("{first} returns secrets"));
    }
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
            ValueKind::Unknown(unknown) => {
                (value.secure || unknown.secure || unknown.secrets.is_some()) && self.unknown(unknown)
            }
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

    // By what is left of the expression: it shows all that took part. What hides its arguments, as a hash does,
    // tells of none.
    fn unknown(&self, unknown: &Unknown) -> bool {
        if unknown.reason == Reason::Error {
            return false;
        }
        if unknown.term.discloses_call(returns_secrets) {
            return true;
        }
        let mut mentioned = false;
        for (name, member) in unknown.term.disclosed_parameters() {
            for parameter in self.secure_parameters(name) {
                mentioned = true;
                // What is secure of a parameter that holds secrets is one of them.
                if parameter.holds_secrets
                    || is_string(parameter)
                    || member.is_none_or(|name| names_secret(name))
                {
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

// `listKeys`, `listAccountSas` and their like.
fn returns_secrets(function: &str) -> bool {
    function.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("list"))
}

// Of a member of an object that is secure as a whole.
fn names_secret(name: &str) -> bool {
    naming(name) >= Naming::Perhaps
}
