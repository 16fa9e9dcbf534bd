//! What a path of a rule selects.

use armlint_page::{Path, Step};

use crate::value::{Reason, Term, Value, ValueKind};

/// The values at the path. A name that is not there selects an absent value, which points at what
/// encloses it; something unknown selects an unknown value.
pub(super) fn select(path: &Path, root: &Value) -> Vec<Value> {
    let mut values = vec![root.clone()];
    for steps in path.0.iter() {
        values = values.iter().flat_map(|value| steps.iter().flat_map(|step| take(step, value))).collect();
    }
    values
}

fn take(step: &Step, value: &Value) -> Vec<Value> {
    match step {
        Step::Name(name) => vec![value.get(name)],
        Step::Index(index) => vec![element(value, *index)],
        Step::Each => each(value),
    }
}

fn element(value: &Value, index: i64) -> Value {
    let span = value.origin.span;
    if value.is_unknown() {
        return below(value, Term::integer(index));
    }
    let elements = value.elements().unwrap_or(&[]);
    let at = if index < 0 { elements.len() as i64 + index } else { index };
    let found = usize::try_from(at).ok().and_then(|at| elements.get(at));
    found.map_or_else(|| Value::absent(span), |element| element.clone().tainted_by(value))
}

fn each(value: &Value) -> Vec<Value> {
    match &value.kind {
        ValueKind::Array(elements) => {
            elements.iter().map(|element| element.clone().tainted_by(value)).collect()
        }
        ValueKind::Object(object) => {
            let entries = object.entries().into_iter().map(|entry| entry.value.tainted_by(value));
            let rest = object.is_open().then(|| below(value, Term::symbol("*")));
            entries.chain(rest).collect()
        }
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => vec![below(value, Term::symbol("*"))],
        _ => Vec::new(),
    }
}

fn below(value: &Value, step: Term) -> Value {
    Value::unknown(Reason::Computed, value.term().index(step), value.origin.span).tainted_by(value)
}
