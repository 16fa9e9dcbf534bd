//! Which parts of a value are secrets.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Entry, Object, Reason, Term, Unknown, Value, ValueKind};

/// How many arrays, objects and alternatives are looked into to find the secret parts of one value.
const MAX_VISITS: usize = 20_000;

/// How deep a value is looked into.
const MAX_DEPTH: usize = 64;

/// The secret parts of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretParts {
    /// The whole value is a secret.
    pub whole: bool,
    /// The members with secrets in them; of an array whose elements differ, the elements by their positions.
    pub members: Vec<(SmolStr, Rc<SecretParts>)>,
    /// What every other member, or every element, holds.
    pub others: Option<Rc<SecretParts>>,
}

/// What the result of a function tells of its arguments.
#[derive(Clone, Copy)]
pub enum Discloses {
    /// Nothing: a hash, a length, a truth.
    Nothing,
    /// Everything: what is made of a secret is one.
    Whole,
    /// The secret parts of the result by those of the arguments: members and elements stay what they are.
    Parts(fn(&[SecretParts]) -> SecretParts),
}

impl SecretParts {
    /// A value that is a secret as a whole.
    pub const WHOLE: SecretParts = SecretParts { whole: true, members: Vec::new(), others: None };

    /// Whether nothing in the value is a secret.
    pub fn is_empty(&self) -> bool {
        !self.whole && self.members.is_empty() && self.others.is_none()
    }

    /// The parts of an array of such elements.
    pub fn of_elements(self) -> SecretParts {
        let others = (!self.is_empty()).then(|| Rc::new(self));
        SecretParts { others, ..SecretParts::default() }
    }

    /// The parts of any element or member.
    pub fn of_any(&self) -> SecretParts {
        if self.whole {
            return SecretParts::WHOLE;
        }
        let all = self.members.iter().map(|(_, parts)| parts).chain(&self.others);
        all.fold(SecretParts::default(), |found, parts| found.with(parts))
    }

    /// The secret parts of a member, without regard to case.
    pub fn member(&self, key: &str) -> Option<&Rc<SecretParts>> {
        let named = self.members.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        named.map(|(_, parts)| parts).or(self.others.as_ref())
    }

    /// The secret parts of the element at a position.
    pub fn element(&self, position: i64) -> Option<&Rc<SecretParts>> {
        if self.members.is_empty() { self.others.as_ref() } else { self.member(&position.to_string()) }
    }

    /// What is a secret in one of the two or in both.
    pub fn with(mut self, other: &SecretParts) -> SecretParts {
        if self.whole || other.is_empty() {
            return self;
        }
        if other.whole {
            return SecretParts::WHOLE;
        }
        // A member of one that the other holds among its others.
        for (name, parts) in &mut self.members {
            if let Some(more) = other.member(name) {
                *parts = joined(parts, more);
            }
        }
        for (name, parts) in &other.members {
            if !self.members.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                let parts = self.others.as_ref().map_or_else(|| parts.clone(), |own| joined(own, parts));
                self.members.push((name.clone(), parts));
            }
        }
        self.others = match (self.others, &other.others) {
            (Some(own), Some(other)) => Some(joined(&own, other)),
            (own, other) => own.or_else(|| other.clone()),
        };
        self
    }

    /// An unknown value with these secrets in it.
    pub(crate) fn unknown(self, term: Term) -> Unknown {
        Unknown::new(Reason::Computed, term).holding(self)
    }

    /// The secret parts of a value: what the evaluator knows for a secret. Members of a written object are
    /// evaluated.
    pub fn of(value: &Value) -> SecretParts {
        SecretSearch { visits: MAX_VISITS, shared: FxHashMap::default() }.value(value, 0)
    }

    /// What is a secret in any of several values.
    pub fn of_all<'v>(values: impl IntoIterator<Item = &'v Value>) -> SecretParts {
        values.into_iter().fold(SecretParts::default(), |found, value| found.with(&SecretParts::of(value)))
    }

    /// A value of the type: its secret parts are marked as such.
    pub fn mark(self: &Rc<Self>, value: Value) -> Value {
        if self.whole {
            return value.secured();
        }
        let kind = match &value.kind {
            _ if self.is_empty() => return value,
            ValueKind::Unknown(unknown) if unknown.secure => return value,
            ValueKind::Unknown(unknown) => {
                let own = unknown.secrets.as_deref().cloned().unwrap_or_default();
                (**unknown).clone().holding(own.with(self)).into()
            }
            ValueKind::OneOf(values) => {
                ValueKind::OneOf(values.iter().map(|value| self.mark(value.clone())).collect())
            }
            ValueKind::Object(object) if !object.is_open() => {
                let mark = |entry: Entry| match self.member(&entry.key) {
                    Some(parts) => Entry { value: parts.mark(entry.value), ..entry },
                    None => entry,
                };
                Object::with_exact_keys(object.entries().into_iter().map(mark)).into()
            }
            ValueKind::Array(elements) => {
                let mark = |(at, element): (usize, &Value)| match self
                    .element(i64::try_from(at).unwrap_or(i64::MAX))
                {
                    Some(parts) => parts.mark(element.clone()),
                    None => element.clone(),
                };
                ValueKind::Array(elements.iter().enumerate().map(mark).collect())
            }
            _ => return value,
        };
        Value { kind, ..value }
    }
}

impl Unknown {
    /// Which of its parts are secrets.
    pub fn secret_parts(&self) -> SecretParts {
        match &self.secrets {
            _ if self.secure => SecretParts::WHOLE,
            Some(parts) => (**parts).clone(),
            None => SecretParts::default(),
        }
    }
}

fn joined(a: &Rc<SecretParts>, b: &Rc<SecretParts>) -> Rc<SecretParts> {
    if Rc::ptr_eq(a, b) { a.clone() } else { Rc::new((**a).clone().with(b)) }
}

struct SecretSearch {
    visits: usize,
    // Each with the value that keeps its address.
    shared: FxHashMap<*const (), (Value, SecretParts)>,
}

impl SecretSearch {
    fn value(&mut self, value: &Value, depth: usize) -> SecretParts {
        if value.secure {
            return SecretParts::WHOLE;
        }
        match &value.kind {
            ValueKind::Unknown(unknown) => return unknown.secret_parts(),
            ValueKind::Text(text) if text.holes().any(|hole| hole.secure) => return SecretParts::WHOLE,
            ValueKind::Array(_) | ValueKind::OneOf(_) | ValueKind::Object(_) => {}
            _ => return SecretParts::default(),
        }
        if self.visits == 0 || depth == MAX_DEPTH {
            return SecretParts::default();
        }
        self.visits -= 1;
        let shared = value.shared_address();
        if let Some((_, known)) = shared.and_then(|address| self.shared.get(&address)) {
            return known.clone();
        }
        // What holds itself has no secrets that are not found on the way.
        if let Some(address) = shared {
            self.shared.insert(address, (value.clone(), SecretParts::default()));
        }
        let found = self.around(value, depth + 1);
        if let Some((_, known)) = shared.and_then(|address| self.shared.get_mut(&address)) {
            known.clone_from(&found);
        }
        found
    }

    fn around(&mut self, value: &Value, depth: usize) -> SecretParts {
        match &value.kind {
            ValueKind::Array(elements) => self.all(elements, depth).of_elements(),
            ValueKind::OneOf(values) => self.all(values, depth),
            ValueKind::Object(object) => {
                let mut found = SecretParts::default();
                for entry in object.entries() {
                    let parts = self.value(&entry.value, depth);
                    if !parts.is_empty() {
                        found.members.push((entry.key, Rc::new(parts)));
                    }
                }
                match object.rest() {
                    Some(rest) => found.with(&rest.secret_parts()),
                    None => found,
                }
            }
            _ => SecretParts::default(),
        }
    }

    fn all(&mut self, values: &[Value], depth: usize) -> SecretParts {
        let mut found = SecretParts::default();
        for value in values {
            if found.whole {
                break;
            }
            found = found.with(&self.value(value, depth));
        }
        found
    }
}
