//! What a path of a rule selects.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use armlint_page::{Path, Step};
use rustc_hash::FxHashMap;

use crate::graph::Resource;
use crate::value::{Reason, Term, Value, ValueKind};

/// The values at paths of one resource: each is read once, whatever rules ask for it.
pub struct PropertyReader<'r> {
    resource: &'r Resource,
    // The values at the paths that were asked for, the resource itself first.
    values: RefCell<Vec<Rc<[Value]>>>,
    // From a place among them, by the steps of a path to the next one.
    below: RefCell<FxHashMap<(usize, &'r [Step]), usize>>,
    version: OnceCell<Value>,
}

impl<'r> PropertyReader<'r> {
    /// A reader of a resource of which nothing is read yet.
    pub fn new(resource: &'r Resource) -> PropertyReader<'r> {
        let values = RefCell::new(vec![Rc::from([resource.body.clone()])]);
        PropertyReader { resource, values, below: RefCell::default(), version: OnceCell::new() }
    }

    /// The resource.
    pub fn resource(&self) -> &'r Resource {
        self.resource
    }

    /// The version of the API that the resource is written for.
    pub(super) fn version(&self) -> &Value {
        self.version.get_or_init(|| self.resource.body.get("apiVersion"))
    }

    /// The values at a path, as [`select`] has them.
    pub(super) fn select(&self, path: &'r Path) -> Rc<[Value]> {
        let last = path.0.iter().fold(0, |at, steps| self.step(at, steps));
        self.at(last)
    }

    fn at(&self, at: usize) -> Rc<[Value]> {
        self.values.borrow().get(at).cloned().unwrap_or_default()
    }

    fn step(&self, at: usize, steps: &'r [Step]) -> usize {
        if let Some(known) = self.below.borrow().get(&(at, steps)) {
            return *known;
        }
        let values = take_all(steps, &self.at(at)).into();
        let mut all = self.values.borrow_mut();
        all.push(values);
        self.below.borrow_mut().insert((at, steps), all.len() - 1);
        all.len() - 1
    }

    /// How many places were read.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.values.borrow().len() - 1
    }
}

/// The values at the path. A name that is not there selects an absent value, which points at what
/// encloses it; something unknown selects an unknown value.
pub(super) fn select(path: &Path, root: &Value) -> Vec<Value> {
    let Some((first, rest)) = path.0.split_first() else { return vec![root.clone()] };
    let first = take_all(first, std::slice::from_ref(root));
    rest.iter().fold(first, |values, steps| take_all(steps, &values))
}

fn take_all(steps: &[Step], values: &[Value]) -> Vec<Value> {
    match (steps, values) {
        ([Step::Name(name)], [value]) => vec![value.get(name)],
        _ => values.iter().flat_map(|value| steps.iter().flat_map(|step| take(step, value))).collect(),
    }
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
