//! Walks over a value and all that it holds.
//!
//! Values share what they hold: a variable that is used twice in an array is there once. A walk looks into what
//! is shared once, and takes every value that it looks at from what a deployment may cost: so no text, however
//! its variables name each other, makes it take more time than there is to look at.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Truth, Value, ValueKind};
use crate::span::Span;

/// What the walks over the values of a deployment are charged to.
pub trait Visits {
    /// Takes one visit, of a value that is used at `at`. False where no more values are looked at; then the
    /// deployment is known to be checked in part only.
    fn take(&self, at: Span) -> bool;
}

/// A walk over a value and all that it holds, or over several values. Whoever follows elements, members or
/// alternatives further and further asks it first: [`Walk::enters`].
pub struct Walk {
    visits: Option<Rc<dyn Visits>>,
    seen: Seen,
    times: u32,
}

impl Walk {
    /// A walk that looks into everything once.
    pub fn new(visits: Rc<dyn Visits>) -> Walk {
        Walk { visits: Some(visits), seen: Seen::default(), times: 1 }
    }

    /// A walk that is charged to nobody: one that goes through lists of a few levels only.
    pub fn uncharged() -> Walk {
        Walk { visits: None, seen: Seen::default(), times: 1 }
    }

    /// A walk to which it matters where a value stands: it looks into what is shared up to `times` times.
    pub fn repeated(self, times: u32) -> Walk {
        Walk { times, ..self }
    }

    /// Whether to look at a value and into it: not where it was looked into often enough, nor where the
    /// deployment has cost too much. Takes one visit.
    pub fn enters(&mut self, value: &Value) -> bool {
        let charged = self.visits.as_ref().is_none_or(|visits| visits.take(value.origin.span));
        charged && self.seen.count(value) <= self.times
    }
}

impl Walk {
    /// Takes one visit of a value that is used at `at`, whether or not it is shared; false where the deployment has cost
    /// too much.
    pub fn takes(&self, at: Span) -> bool {
        self.visits.as_ref().is_none_or(|visits| visits.take(at))
    }
}

/// What was looked into and may be met again. It is kept alive, so that its address stays its own.
#[derive(Default)]
pub(super) struct Seen(FxHashMap<*const (), (Value, u32)>);

impl Seen {
    /// How many times the value was met, this one included: always once where nothing else holds it.
    pub(super) fn count(&mut self, value: &Value) -> u32 {
        let Some(address) = value.shared_address() else { return 1 };
        let (_, count) = self.0.entry(address).or_insert_with(|| (value.clone(), 0));
        *count += 1;
        *count
    }
}

/// The answers to a question about values, where these are shared.
#[derive(Debug)]
pub struct Answers<T>(FxHashMap<*const (), (Value, T)>);

impl<T> Default for Answers<T> {
    fn default() -> Answers<T> {
        Answers(FxHashMap::default())
    }
}

impl<T: Copy> Answers<T> {
    /// The answer for a value: that of before, where the question was asked about the same one.
    pub fn of(&mut self, value: &Value, answer: impl FnOnce() -> T) -> T {
        let Some(address) = value.shared_address() else { return answer() };
        if let Some((_, known)) = self.0.get(&address) {
            return *known;
        }
        let answer = answer();
        self.0.insert(address, (value.clone(), answer));
        answer
    }
}

/// The answers to a question about two values, where both are shared.
#[derive(Default)]
pub(super) struct Compared(FxHashMap<(*const (), *const ()), (Value, Value, Truth)>);

impl Compared {
    pub(super) fn answer(&self, a: &Value, b: &Value) -> Option<Truth> {
        let addresses = (a.shared_address()?, b.shared_address()?);
        self.0.get(&addresses).map(|(_, _, truth)| *truth)
    }

    pub(super) fn keep(&mut self, a: &Value, b: &Value, truth: Truth) {
        if let (Some(first), Some(second)) = (a.shared_address(), b.shared_address()) {
            self.0.insert((first, second), (a.clone(), b.clone(), truth));
        }
    }
}

/// The elements of an array with the taints of `other`; arrays that the array holds several times are made
/// once.
pub(super) fn tainted(elements: &Rc<[Value]>, other: &Value) -> Rc<[Value]> {
    Tainting { other, made: FxHashMap::default() }.array(elements)
}

struct Tainting<'v> {
    other: &'v Value,
    made: FxHashMap<*const (), Rc<[Value]>>,
}

impl Tainting<'_> {
    fn array(&mut self, elements: &Rc<[Value]>) -> Rc<[Value]> {
        let address = Rc::as_ptr(elements).cast();
        if let Some(made) = self.made.get(&address) {
            return made.clone();
        }
        let made: Rc<[Value]> = elements.iter().map(|element| self.value(element)).collect();
        self.made.insert(address, made.clone());
        made
    }

    fn value(&mut self, value: &Value) -> Value {
        let mut value = value.clone();
        let (secure, assumed) = (value.secure || self.other.secure, value.assumed || self.other.assumed);
        if let ValueKind::Array(elements) = &value.kind
            && (secure != value.secure || assumed != value.assumed)
        {
            value.kind = ValueKind::Array(self.array(elements));
        }
        Value { secure, assumed, ..value }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::span::SourceId;
    use crate::value::Origin;

    const SPAN: Span = Span { source: SourceId(0), start: 0, end: 1 };

    struct Counted(Cell<usize>);

    impl Visits for Counted {
        fn take(&self, _at: Span) -> bool {
            self.0.set(self.0.get() + 1);
            true
        }
    }

    /// `levels` arrays, each of which holds the next one twice.
    fn doubled(levels: usize) -> Value {
        let array = |elements: Vec<Value>| Value::new(ValueKind::Array(elements.into()), Origin::at(SPAN));
        (0..levels).fold(Value::string("x", SPAN), |inner, _| array(vec![inner.clone(), inner]))
    }

    fn walk(value: &Value, walk_: &mut Walk) {
        if walk_.enters(value) {
            value.elements().unwrap_or_default().iter().for_each(|element| walk(element, walk_));
        }
    }

    #[test]
    fn what_is_shared_is_entered_once() {
        for (times, most) in [(1, 2 * 60 + 1), (4, 2 * 60 * 4 + 1)] {
            let visits = Rc::new(Counted(Cell::new(0)));
            walk(&doubled(60), &mut Walk::new(visits.clone()).repeated(times));
            assert!((60..=most).contains(&visits.0.get()), "{}", visits.0.get());
        }
    }

    #[test]
    fn questions_about_what_is_shared_are_answered() {
        let value = doubled(60);
        assert!(value.is_known());
        assert_eq!(value.same_as(&doubled(60)), Truth::True);
        let secret = Value { secure: true, ..doubled(0) };
        let tainted = value.tainted_by(&secret);
        assert!(tainted.elements().is_some_and(|elements| elements.iter().all(|element| element.secure)));
        assert_eq!(tainted.same_as(&doubled(60)), Truth::True);
    }
}
