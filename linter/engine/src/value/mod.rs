//! What rules look at: values that know where they came from and what is not known about them.
//!
//! A value of a template is evaluated when it is looked at: an object keeps its syntax and its scope
//! and evaluates a member on [`Value::get`]. Unknown is a value with a reason and an identity, not an
//! absence; whatever is asked of it answers [`Truth::Unknown`] or another unknown value.

mod keys;
mod object;
mod origin;
mod presence;
mod secrets;
mod term;
mod text;
mod truth;
mod unknown;
mod walk;
mod whole;

use std::rc::Rc;

use smol_str::SmolStr;

pub use object::{Entry, Object, Scope};
pub use origin::{Origin, Parameter, Piece, Step, StepKind};
pub use presence::{Presence, presence};
pub use secrets::{Discloses, SecretParts};
pub use term::{FunctionId, PathStep, Reference, Shown, Term};
pub use text::{KeyedText, Segment, Text};
pub use truth::Truth;
pub use unknown::{Reason, Type, Unknown};
pub use walk::{Answers, Visits, Walk};

use crate::span::Span;
pub use crate::syntax::Number;
use whole::Budget;

/// How many alternatives a value keeps before it widens to unknown.
pub const MAX_ALTERNATIVES: usize = 8;

/// How deep values that were put together nest before what is put around them is unknown. Written objects
/// do not count: their members are evaluated when they are looked at.
pub const MAX_NESTING: u8 = 96;

/// A value, where it came from, and what taints it.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value itself.
    pub kind: ValueKind,
    /// Where it is used and where it was decided.
    pub origin: Origin,
    /// It holds, or was computed from, a secret: a secure parameter, a `list*()` call, a Key Vault
    /// reference.
    pub secure: bool,
    /// It depends on the default of a parameter, so that a deployment may well use another value.
    pub assumed: bool,
    /// The parts that a text was put together from, where there were several; see [`Value::pieces`].
    pub pieces: Option<Rc<[Piece]>>,
    /// How many values that were put together lie in each other, see [`MAX_NESTING`].
    pub(crate) nesting: u8,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// Nothing is written; the origin is the nearest enclosing thing.
    Absent,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, perhaps with holes.
    Text(Text),
    /// An array of known length.
    Array(Rc<[Value]>),
    /// An object; see [`Object::is_open`] for members that may be missing from it.
    Object(Object),
    /// One of at most [`MAX_ALTERNATIVES`] values, without correlation to other values.
    OneOf(Rc<[Value]>),
    /// Not known.
    Unknown(Rc<Unknown>),
}

impl Value {
    /// A value of a kind, without taint.
    pub fn new(kind: ValueKind, origin: Origin) -> Value {
        let nesting = match &kind {
            ValueKind::Array(values) | ValueKind::OneOf(values) => nesting_around(values),
            ValueKind::Object(object) => object.nesting(),
            _ => 0,
        };
        let kind = match nesting {
            0..=MAX_NESTING => kind,
            _ => ValueKind::from(Unknown::new(Reason::Limit, Term::symbol("limit()"))),
        };
        Value { kind, origin, secure: false, assumed: false, pieces: None, nesting }
    }

    /// A known string.
    pub fn string(text: impl Into<SmolStr>, span: Span) -> Value {
        Value::new(ValueKind::Text(Text::Known(text.into())), Origin::at(span))
    }

    /// Nothing, noticed at `span`.
    pub fn absent(span: Span) -> Value {
        Value::new(ValueKind::Absent, Origin::at(span))
    }

    /// An unknown value.
    pub fn unknown(reason: Reason, term: impl Into<Term>, span: Span) -> Value {
        Value::new(ValueKind::Unknown(Rc::new(Unknown::new(reason, term))), Origin::at(span))
    }

    /// The same value as a secret.
    pub(crate) fn secret(mut self) -> Value {
        self.secure = true;
        if let ValueKind::Unknown(unknown) = &self.kind {
            self.kind = ValueKind::Unknown(Rc::new(Unknown { secure: true, ..(**unknown).clone() }));
        }
        self
    }

    /// One of several values: equal ones are merged, too many widen to unknown. Then `term` stands for them,
    /// and what is a secret in one of them still is.
    pub fn one_of(values: Vec<Value>, term: impl FnOnce() -> Term, span: Span) -> Value {
        let mut kept: Vec<Value> = Vec::new();
        for value in values.iter().flat_map(Value::alternatives) {
            if !kept.iter().any(|other| other.same_as(value) == Truth::True) {
                kept.push(value.clone());
            }
        }
        let secure = values.iter().any(|value| value.secure);
        let assumed = values.iter().any(|value| value.assumed);
        let origin = Origin::at(span);
        let kind = match kept.len() {
            1 => return Value { origin, secure, assumed, ..kept.swap_remove(0) },
            2..=MAX_ALTERNATIVES => ValueKind::OneOf(kept.into()),
            _ => Unknown::new(Reason::Computed, term()).holding(SecretParts::of_all(&kept)).into(),
        };
        Value { secure, assumed, ..Value::new(kind, origin) }
    }

    /// The same value with the taints of `other` added; what is in an array carries them as well, as what
    /// is in an object does when it is asked for.
    pub fn tainted_by(mut self, other: &Value) -> Value {
        if let ValueKind::Array(elements) = &self.kind
            && ((other.secure && !self.secure) || (other.assumed && !self.assumed))
        {
            self.kind = ValueKind::Array(walk::tainted(elements, other));
        }
        self.secure |= other.secure;
        self.assumed |= other.assumed;
        self
    }

    /// The value, marked as a secret down to its unknown.
    pub fn secured(self) -> Value {
        let secret = Value { secure: true, ..Value::absent(self.origin.span) };
        let mut value = self.tainted_by(&secret);
        if let ValueKind::Unknown(unknown) = &value.kind
            && !unknown.secure
        {
            value.kind = Unknown { secure: true, ..(**unknown).clone() }.into();
        }
        value
    }

    /// The same value used at `span`, carried there by `kind`, which may be a parameter.
    pub fn carried(&self, kind: StepKind, parameter: Option<Rc<Parameter>>, span: Span) -> Value {
        Value { origin: self.origin.carried(kind, parameter, span), ..self.clone() }
    }

    /// The parts of a text with the origin of each, in order: together they are [`Value::text`]. One part
    /// where the text was not put together; none where this is no text.
    pub fn pieces(&self) -> Vec<Piece> {
        match (&self.pieces, self.text()) {
            (Some(pieces), _) => pieces.to_vec(),
            (None, Some(text)) => {
                let origin = self.origin.clone();
                vec![Piece { text, origin, secure: self.secure, assumed: self.assumed }]
            }
            (None, None) => Vec::new(),
        }
    }

    /// The parameters that the value came through, the nearest first, and, where it is unknown, the one
    /// whose value is missing.
    pub fn parameters(&self) -> Vec<Rc<Parameter>> {
        let mut parameters: Vec<Rc<Parameter>> = Vec::new();
        let missing = match &self.kind {
            ValueKind::Unknown(unknown) => unknown.parameter.clone(),
            _ => None,
        };
        let carried = self.origin.steps().filter_map(|step| step.parameter.clone());
        for parameter in carried.chain(missing) {
            if !parameters.iter().any(|other| other.span == parameter.span) {
                parameters.push(parameter);
            }
        }
        parameters
    }

    /// What tells the parts of an array, an object or alternatives from those of others, where something else
    /// has them as well: so that walks can look at them once. It holds as long as the value does.
    pub(crate) fn shared_address(&self) -> Option<*const ()> {
        match &self.kind {
            ValueKind::Array(values) | ValueKind::OneOf(values) => {
                (Rc::strong_count(values) > 1).then(|| Rc::as_ptr(values).cast())
            }
            ValueKind::Object(object) => object.shared_address(),
            _ => None,
        }
    }

    /// The values that this may be: itself, or the alternatives.
    pub fn alternatives(&self) -> &[Value] {
        match &self.kind {
            ValueKind::OneOf(values) => values,
            _ => std::slice::from_ref(self),
        }
    }

    /// Whether nothing is written here.
    pub fn is_absent(&self) -> bool {
        matches!(self.kind, ValueKind::Absent)
    }

    /// Evaluates all expressions that are written in an object or in the objects of an array, see
    /// [`Object::evaluate_written`].
    pub fn evaluate_written(&self, skips: &dyn Fn(&str) -> bool, walk: &mut Walk) {
        if !walk.enters(self) {
            return;
        }
        match &self.kind {
            ValueKind::Object(object) => object.evaluate_written(skips, walk),
            ValueKind::Array(values) => values.iter().for_each(|value| value.evaluate_written(skips, walk)),
            _ => {}
        }
    }

    /// Whether nothing, or `null`, is written here: the service treats both alike.
    pub fn is_missing(&self) -> bool {
        matches!(self.kind, ValueKind::Absent | ValueKind::Null)
    }

    /// Whether the value is not known at all. A text with holes and an object with open members are
    /// known in part, see [`Value::is_known`].
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, ValueKind::Unknown(_) | ValueKind::OneOf(_))
    }

    /// The type, where it is known.
    pub fn ty(&self) -> Option<Type> {
        match &self.kind {
            ValueKind::Absent => None,
            ValueKind::Null => Some(Type::Null),
            ValueKind::Bool(_) => Some(Type::Bool),
            ValueKind::Number(_) => Some(Type::Number),
            ValueKind::Text(_) => Some(Type::String),
            ValueKind::Array(_) => Some(Type::Array),
            ValueKind::Object(_) => Some(Type::Object),
            ValueKind::OneOf(values) => {
                let first = values.first()?.ty()?;
                values.iter().all(|value| value.ty() == Some(first)).then_some(first)
            }
            ValueKind::Unknown(unknown) => unknown.ty,
        }
    }

    /// The text of a string; an unknown value that is a string, or may be one, is a text with one hole,
    /// and so are alternatives that all are strings.
    pub fn text(&self) -> Option<Text> {
        match &self.kind {
            ValueKind::Text(text) => Some(text.clone()),
            ValueKind::Unknown(unknown) if matches!(unknown.ty, None | Some(Type::String)) => {
                Some(Text::hole(unknown.clone()))
            }
            ValueKind::OneOf(_) if self.ty() == Some(Type::String) => {
                let unknown = Unknown::new(Reason::Computed, self.term());
                Some(Text::hole(Rc::new(Unknown { secure: self.secure, ty: Some(Type::String), ..unknown })))
            }
            _ => None,
        }
    }

    /// The text of a fully known string.
    pub fn known_text(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Text(Text::Known(text)) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array of known length; `None` for anything else.
    pub fn elements(&self) -> Option<&[Value]> {
        match &self.kind {
            ValueKind::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The object, where this is one.
    pub fn object(&self) -> Option<&Object> {
        match &self.kind {
            ValueKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether this is the string `expected`, without regard to ASCII case. Absent, null and values of
    /// other types are not.
    pub fn is_text(&self, expected: &str) -> Truth {
        match &self.kind {
            ValueKind::OneOf(values) => Truth::unanimous(values.iter().map(|value| value.is_text(expected))),
            ValueKind::Unknown(_) | ValueKind::Text(_) => match self.text() {
                Some(text) => text.equals_ignore_case(&Text::Known(expected.into())),
                None => Truth::False,
            },
            _ => Truth::False,
        }
    }

    /// A boolean, or one of the strings `true` and `false`, as a truth.
    pub fn truth(&self) -> Truth {
        match &self.kind {
            ValueKind::Bool(value) => Truth::from(*value),
            ValueKind::Text(Text::Known(text)) if text.eq_ignore_ascii_case("true") => Truth::True,
            ValueKind::Text(Text::Known(text)) if text.eq_ignore_ascii_case("false") => Truth::False,
            ValueKind::OneOf(values) => Truth::unanimous(values.iter().map(Value::truth)),
            _ => Truth::Unknown,
        }
    }

    /// What stands for this value in terms: what it is where it is known, and what was left of it where it is
    /// not.
    pub fn term(&self) -> Term {
        term::Conversion::new().term(self)
    }

    /// The member `key`, compared without regard to ASCII case. Of something unknown, an unknown member;
    /// of an object without it, or of anything else, an absent value that points at the object.
    pub fn get(&self, key: &str) -> Value {
        let span = self.origin.span;
        match &self.kind {
            ValueKind::Object(object) => match object.get(key) {
                Some(value) => self.inherit(value),
                None => Value::absent(object.anchor().unwrap_or(span)),
            },
            ValueKind::Unknown(unknown) => {
                let member = unknown.member(key);
                let secure = self.secure || member.secure;
                Value { kind: member.into(), secure, pieces: None, ..self.clone() }
            }
            ValueKind::OneOf(values) => {
                let members = values.iter().map(|value| value.get(key)).collect();
                Value::one_of(members, || self.term().member(key), span)
            }
            _ => Value::absent(span),
        }
    }

    /// The member at a path of keys separated by dots.
    pub fn at(&self, path: &str) -> Value {
        let mut keys = path.split('.');
        let first = keys.next().map_or_else(|| self.clone(), |key| self.get(key));
        keys.fold(first, |value, key| value.get(key))
    }

    fn inherit(&self, member: Value) -> Value {
        member.tainted_by(self)
    }
}

// How deep values nest with one more around them.
fn nesting_around(values: &[Value]) -> u8 {
    values.iter().map(|value| value.nesting).max().map_or(0, |nesting| nesting.saturating_add(1))
}
