//! What a path of a rule selects.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use armlint_page::{Path, Step};
use rustc_hash::FxHashMap;

use crate::graph::Resource;
use crate::value::{Reason, Term, Value, ValueKind, Walk};

// The most values that one path selects.
const MAX_SELECTED: usize = 500_000;

/// The values at paths of one resource: each is read once, whatever rules ask for it.
pub struct PropertyReader<'r> {
    resource: &'r Resource,
    // The values at the paths that were asked for, the resource itself first.
    values: RefCell<Vec<Rc<[Value]>>>,
    // From a place among them, by the steps of a path to the next one.
    below: RefCell<FxHashMap<(usize, &'r [Step]), usize>>,
    version: OnceCell<Value>,
    walk: Walk,
}

impl<'r> PropertyReader<'r> {
    /// A reader of a resource of which nothing is read yet; `walk` is charged for the values that paths go through.
    pub fn new(resource: &'r Resource, walk: Walk) -> PropertyReader<'r> {
        let values = RefCell::new(vec![Rc::from([resource.body.clone()])]);
        PropertyReader { resource, values, below: RefCell::default(), version: OnceCell::new(), walk }
    }

    /// The resource.
    pub fn resource(&self) -> &'r Resource {
        self.resource
    }

    /// What is charged for looking at values.
    pub(super) fn walk(&self) -> &Walk {
        &self.walk
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
        let values = take_all(steps, &self.at(at), &self.walk).into();
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
pub(super) fn select(path: &Path, root: &Value, walk: &Walk) -> Vec<Value> {
    let Some((first, rest)) = path.0.split_first() else { return vec![root.clone()] };
    let first = take_all(first, std::slice::from_ref(root), walk);
    rest.iter().fold(first, |values, steps| take_all(steps, &values, walk))
}

// Variables that name each other make lists of lists that no text could hold: then nothing is known of them, and the
// deployment is checked in part.
fn take_all(steps: &[Step], values: &[Value], walk: &Walk) -> Vec<Value> {
    if let ([Step::Name(name)], [value]) = (steps, values) {
        return vec![value.get(name)];
    }
    let mut found = Vec::new();
    for value in values {
        for step in steps {
            let below = take(step, value);
            let charged = below.iter().all(|value| walk.takes(value.origin.span));
            found.extend(below);
            if !charged || found.len() > MAX_SELECTED {
                let span = value.origin.span;
                while walk.takes(span) {}
                return vec![Value::unknown(Reason::Limit, Term::symbol("*"), span)];
            }
        }
    }
    found
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
