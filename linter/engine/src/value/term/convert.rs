//! Terms of values, and terms with something changed in them.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{FunctionId, Term, TermKind};
use crate::value::{Text, Unknown, Value, ValueKind};

/// How many values take part in the identity of one term; those behind do not, and the term is vague.
const MAX_VISITS: usize = 20_000;

/// How deep values are looked into.
const MAX_VALUE_DEPTH: usize = 128;

/// Makes terms of values: parts that several values share are looked at once.
pub(in crate::value) struct Conversion {
    visits: usize,
    depth: usize,
    // Each with the value that keeps its address; no term while it is being made.
    shared: FxHashMap<*const (), (Value, Option<Term>)>,
}

impl Conversion {
    pub(in crate::value) fn new() -> Conversion {
        Conversion { visits: MAX_VISITS, depth: MAX_VALUE_DEPTH, shared: FxHashMap::default() }
    }

    /// The term of a value. Members of a written object are evaluated.
    pub(in crate::value) fn term(&mut self, value: &Value) -> Term {
        match &value.kind {
            ValueKind::Unknown(unknown) => return unknown.term.clone(),
            ValueKind::Absent | ValueKind::Null => return Term::new(TermKind::Null),
            ValueKind::Bool(value) => return Term::new(TermKind::Bool(*value)),
            ValueKind::Number(number) => return Term::new(TermKind::Number(*number)),
            ValueKind::Text(text) => return Term::from(text.clone()),
            ValueKind::Array(_) | ValueKind::OneOf(_) | ValueKind::Object(_) => {}
        }
        if self.visits == 0 || self.depth == 0 {
            return Term::vague();
        }
        self.visits -= 1;
        let shared = value.shared_address();
        if let Some((_, known)) = shared.and_then(|address| self.shared.get(&address)) {
            return known.clone().unwrap_or_else(Term::vague);
        }
        if let Some(address) = shared {
            self.shared.insert(address, (value.clone(), None));
        }
        self.depth -= 1;
        let term = self.around(value);
        self.depth += 1;
        if let Some((_, known)) = shared.and_then(|address| self.shared.get_mut(&address)) {
            *known = Some(term.clone());
        }
        term
    }

    fn around(&mut self, value: &Value) -> Term {
        Term::new(match &value.kind {
            ValueKind::OneOf(values) => TermKind::OneOf(self.terms(values)),
            ValueKind::Array(values) => TermKind::Array(self.terms(values)),
            ValueKind::Object(object) => {
                let entries = object.entries().into_iter();
                let members = entries.map(|entry| (entry.key, self.term(&entry.value))).collect();
                TermKind::Object { members, rest: object.rest().map(|rest| rest.term.clone()) }
            }
            _ => TermKind::Null,
        })
    }

    fn terms(&mut self, values: &[Value]) -> Box<[Term]> {
        let mut terms = Vec::with_capacity(values.len().min(MAX_VISITS));
        for value in values {
            if self.visits == 0 {
                terms.push(Term::vague());
                break;
            }
            terms.push(self.term(value));
        }
        terms.into()
    }
}

impl Term {
    fn vague() -> Term {
        let mut inner = Rc::try_unwrap(Term::new(TermKind::Cut).0);
        if let Ok(inner) = &mut inner {
            inner.vague = true;
        }
        inner.map_or_else(Term, |inner| Term(Rc::new(inner)))
    }

    /// What is left of a call with these arguments.
    pub fn of_call(function: impl Into<FunctionId>, arguments: &[Value]) -> Term {
        let mut conversion = Conversion::new();
        Term::new(TermKind::Call(function.into(), conversion.terms(arguments)))
    }

    /// The term with every part changed that `change` has another kind for. What lost its structure stays.
    pub(super) fn rewritten(&self, change: &mut dyn FnMut(&TermKind) -> Option<TermKind>) -> Term {
        Rewriting { change, done: FxHashMap::default() }.term(self)
    }
}

struct Rewriting<'c> {
    change: &'c mut dyn FnMut(&TermKind) -> Option<TermKind>,
    done: FxHashMap<u128, Term>,
}

impl Rewriting<'_> {
    fn term(&mut self, term: &Term) -> Term {
        if let Some(done) = self.done.get(&term.0.hash) {
            return done.clone();
        }
        let new = match (self.change)(term.kind()) {
            Some(kind) => Term::new(kind),
            None => self.inside(term),
        };
        self.done.insert(term.0.hash, new.clone());
        new
    }

    fn inside(&mut self, term: &Term) -> Term {
        let kind = match term.kind() {
            TermKind::Text(text) => return Term::from(self.text(text)),
            TermKind::Array(terms) => TermKind::Array(self.all(terms)),
            TermKind::OneOf(terms) => TermKind::OneOf(self.all(terms)),
            TermKind::Call(function, terms) => TermKind::Call(function.clone(), self.all(terms)),
            TermKind::Object { members, rest } => TermKind::Object {
                members: members.iter().map(|(key, term)| (key.clone(), self.term(term))).collect(),
                rest: rest.as_ref().map(|rest| self.term(rest)),
            },
            TermKind::Parameter { deployment, name } => TermKind::Parameter {
                deployment: deployment.as_ref().map(|deployment| self.term(deployment)),
                name: name.clone(),
            },
            TermKind::Deployment { outer, name } => TermKind::Deployment {
                outer: outer.as_ref().map(|outer| self.term(outer)),
                name: self.term(name),
            },
            TermKind::Member(base, key) => TermKind::Member(self.term(base), SmolStr::clone(key)),
            TermKind::Index(base, index) => TermKind::Index(self.term(base), self.term(index)),
            TermKind::Within(outer, inner) => TermKind::Within(self.term(outer), self.term(inner)),
            _ => return term.clone(),
        };
        Term::new(kind)
    }

    fn all(&mut self, terms: &[Term]) -> Box<[Term]> {
        terms.iter().map(|term| self.term(term)).collect()
    }

    fn text(&mut self, text: &Text) -> Text {
        text.map_holes(|hole| Unknown { term: self.term(&hole.term), ..hole.clone() })
    }
}
