//! What rules look at: values that know where they came from and what is not known about them.
//!
//! A value of a template is evaluated when it is looked at: an object keeps its syntax and its scope
//! and evaluates a member on [`Value::get`]. Unknown is a value with a reason and an identity, not an
//! absence; whatever is asked of it answers [`Truth::Unknown`] or another unknown value.

mod object;
mod residue;
mod text;
mod truth;

use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

pub use object::{Entry, Object, Scope};
pub use residue::call_residue;
pub use text::{Segment, Text};
pub use truth::Truth;

use crate::span::Span;
pub use crate::syntax::Number;

/// How many alternatives a value keeps before it widens to unknown.
pub const MAX_ALTERNATIVES: usize = 8;

/// How many values are looked at to answer one question about a value and all that it holds; parts that
/// it holds several times count each time.
const MAX_VISITS: usize = 200_000;

/// How deep values that were put together nest before what is put around them is unknown. Written objects
/// do not count: their members are evaluated when they are looked at.
pub const MAX_NESTING: u8 = 96;

/// How many steps an origin remembers, the earliest first.
const MAX_STEPS: usize = 256;

/// How deep a question is asked of a value and what it holds.
const MAX_DEPTH: usize = 128;

/// What is left of one question about a value and all that it holds.
struct Budget {
    visits: usize,
    depth: usize,
}

impl Budget {
    fn new() -> Budget {
        Budget { visits: MAX_VISITS, depth: MAX_DEPTH }
    }

    /// Asks one level further in; `None` where the question goes too deep or has looked at too much.
    fn within<T>(&mut self, ask: impl FnOnce(&mut Budget) -> T) -> Option<T> {
        self.visits = self.visits.checked_sub(1)?;
        self.depth = self.depth.checked_sub(1)?;
        let answer = ask(self);
        self.depth += 1;
        Some(answer)
    }
}

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

/// A part of a text and where that part came from.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The part.
    pub text: Text,
    /// Where it came from.
    pub origin: Origin,
    /// It holds a secret.
    pub secure: bool,
    /// It depends on the default of a parameter.
    pub assumed: bool,
}

/// The declaration of a template's parameter.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name as declared.
    pub name: SmolStr,
    /// The type as declared: `string`, `securestring`, ...; empty where it is not a literal.
    pub ty: SmolStr,
    /// Whether the type is secure.
    pub secure: bool,
    /// The declaration says more of the members than its type does: they have types of their own, which
    /// may be secure.
    pub shaped: bool,
    /// The token of the name.
    pub span: Span,
    /// The token of the type; that of the name where there is none.
    pub type_span: Span,
    /// The default value, where there is one.
    pub default_span: Option<Span>,
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

/// A value that could not be reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Why it is not known.
    pub reason: Reason,
    /// The normalised expression that was left: the identity of the unknown. Two unknowns with equal
    /// residues are the same value.
    pub residue: SmolStr,
    /// Whether it holds a secret.
    pub secure: bool,
    /// Its type, where that is known.
    pub ty: Option<Type>,
    /// The parameter whose value is missing, where it is one.
    pub parameter: Option<Rc<Parameter>>,
}

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A parameter without value and default.
    Parameter,
    /// State of the deployment's context: the resource group, the subscription, the deployer.
    Context,
    /// State that exists only at run time: `reference()`, `list*()`, `newGuid()`, `utcNow()`.
    RunTime,
    /// Computed from something unknown.
    Computed,
    /// A template that is not here: a remote link, a template spec.
    External,
    /// A value that a pipeline fills in before deployment (`#{x}#`, `__x__`, `${x}`).
    Placeholder,
    /// An error in the expression; it is reported as a problem of its own.
    Error,
    /// A limit of the evaluation was reached.
    Limit,
}

/// The types of the template language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// A 64-bit integer, or a fraction.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// Where a value is used and how it got there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where the value is used; for an absent value the nearest enclosing key or bracket.
    pub span: Span,
    /// The chain back to the literal that decided it.
    pub via: Option<Rc<Step>>,
}

/// One step on the way from the use of a value back to its literal.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// What carried the value.
    pub kind: StepKind,
    /// The token it was carried from.
    pub span: Span,
    /// The parameter that carried it.
    pub parameter: Option<Rc<Parameter>>,
    /// The step before.
    pub previous: Option<Rc<Step>>,
    /// How many steps there are up to this one.
    length: usize,
}

/// What carries a value from one place to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// A parameter without value.
    Parameter,
    /// The default of a parameter.
    ParameterDefault,
    /// A value given to a parameter by a nested deployment, a parameter file or the command line.
    ParameterValue,
    /// A variable.
    Variable,
    /// An output of a nested deployment.
    Output,
    /// A property of a resource of the same template.
    Reference,
}

impl StepKind {
    /// What a label on the step's span says.
    pub fn describe(self) -> &'static str {
        match self {
            StepKind::Parameter => "the value comes from this parameter",
            StepKind::ParameterDefault => "the value comes from this parameter default",
            StepKind::ParameterValue => "the value is given to the parameter here",
            StepKind::Variable => "the value comes from this variable",
            StepKind::Output => "the value comes from this output",
            StepKind::Reference => "the value comes from this property",
        }
    }
}

impl Origin {
    /// An origin without history.
    pub fn at(span: Span) -> Origin {
        Origin { span, via: None }
    }

    /// This value carried by `kind`, which may be a parameter, to a use at `span`.
    pub fn carried(&self, kind: StepKind, parameter: Option<Rc<Parameter>>, span: Span) -> Origin {
        let length = self.via.as_ref().map_or(0, |step| step.length) + 1;
        if length > MAX_STEPS {
            return Origin { span, via: self.via.clone() };
        }
        let step = Step { kind, span: self.span, parameter, previous: self.via.clone(), length };
        Origin { span, via: Some(Rc::new(step)) }
    }

    /// The steps from the use back to the literal.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.via.as_deref(), |step| step.previous.as_deref())
    }

    /// The place of the literal that decided the value: the last step, or the use itself.
    pub fn deciding(&self) -> Span {
        self.steps().last().map_or(self.span, |step| step.span)
    }
}

impl Unknown {
    /// An unknown with a residue.
    pub fn new(reason: Reason, residue: impl Into<SmolStr>) -> Unknown {
        let residue = residue.into();
        Unknown { reason, residue: residue::shortened(residue), secure: false, ty: None, parameter: None }
    }
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
            _ => ValueKind::from(Unknown::new(Reason::Limit, "limit()")),
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
    pub fn unknown(reason: Reason, residue: impl Into<SmolStr>, span: Span) -> Value {
        Value::new(ValueKind::Unknown(Rc::new(Unknown::new(reason, residue))), Origin::at(span))
    }

    /// One of several values: equal ones are merged, too many widen to unknown.
    pub fn one_of(values: Vec<Value>, residue: impl Into<SmolStr>, span: Span) -> Value {
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
            _ => {
                let unknown = Unknown { secure, ..Unknown::new(Reason::Computed, residue) };
                ValueKind::Unknown(Rc::new(unknown))
            }
        };
        Value { secure, assumed, ..Value::new(kind, origin) }
    }

    /// The same value with the taints of `other` added; what is in an array carries them as well, as what
    /// is in an object does when it is asked for.
    pub fn tainted_by(mut self, other: &Value) -> Value {
        if let ValueKind::Array(elements) = &self.kind
            && ((other.secure && !self.secure) || (other.assumed && !self.assumed))
        {
            let elements = elements.iter().map(|element| element.clone().tainted_by(other));
            self.kind = ValueKind::Array(elements.collect());
        }
        self.secure |= other.secure;
        self.assumed |= other.assumed;
        self
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

    /// Whether nothing, or `null`, is written here: the service treats both alike.
    pub fn is_missing(&self) -> bool {
        matches!(self.kind, ValueKind::Absent | ValueKind::Null)
    }

    /// Whether the value is not known at all. A text with holes and an object with open members are
    /// known in part, see [`Value::is_known`].
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, ValueKind::Unknown(_) | ValueKind::OneOf(_))
    }

    /// Whether the value, down to its last member, is known. One that is too large to be looked at counts
    /// as not known.
    pub fn is_known(&self) -> bool {
        self.is_known_within(&mut Budget::new())
    }

    fn is_known_within(&self, budget: &mut Budget) -> bool {
        let known = budget.within(|budget| match &self.kind {
            ValueKind::Unknown(_) | ValueKind::OneOf(_) => false,
            ValueKind::Text(text) => text.known().is_some(),
            ValueKind::Array(elements) => elements.iter().all(|element| element.is_known_within(budget)),
            ValueKind::Object(object) => {
                !object.is_open() && object.entries().iter().all(|entry| entry.value.is_known_within(budget))
            }
            _ => true,
        });
        known.unwrap_or(false)
    }

    /// How much there is to look at in what was put together: values, and bytes of text by 64. At most the
    /// bound on the values that one question looks at; nothing is evaluated.
    pub(crate) fn weight(&self) -> u64 {
        let mut left = MAX_VISITS;
        self.weigh(&mut left);
        (MAX_VISITS - left) as u64
    }

    fn weigh(&self, left: &mut usize) {
        let own = match &self.kind {
            ValueKind::Text(Text::Known(text)) => 1 + text.len() / 64,
            ValueKind::Text(Text::Symbolic(segments)) => 1 + segments.len(),
            ValueKind::Object(object) => 1 + object.len_written(),
            _ => 1,
        };
        *left = left.saturating_sub(own);
        if *left == 0 {
            return;
        }
        match &self.kind {
            ValueKind::Array(values) | ValueKind::OneOf(values) => {
                values.iter().for_each(|value| value.weigh(left));
            }
            ValueKind::Object(object) => {
                object.built_entries().iter().for_each(|entry| entry.value.weigh(left));
            }
            _ => {}
        }
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
                let unknown = Unknown::new(Reason::Computed, self.residue());
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

    /// The expression that stands for this value in residues: what it is where it is known, and what was
    /// left of it where it is not.
    pub fn residue(&self) -> SmolStr {
        residue::of(self)
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
                let residue = member_residue(&unknown.residue, key);
                let member = Unknown { residue, ty: None, ..(**unknown).clone() };
                let kind = ValueKind::Unknown(Rc::new(member));
                Value { kind, pieces: None, ..self.clone() }
            }
            ValueKind::OneOf(values) => {
                let members = values.iter().map(|value| value.get(key)).collect();
                Value::one_of(members, member_residue(&self.residue(), key), span)
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

    /// The value as JSON; what is not known is `{"$unknown": residue}`, absent is `null`. What is behind
    /// the first 200,000 values, or deeper than 128, is not known either.
    pub fn to_json(&self) -> serde_json::Value {
        self.to_json_within(&mut Budget::new())
    }

    fn to_json_within(&self, budget: &mut Budget) -> serde_json::Value {
        use serde_json::{Map, Value as Json};
        let json = budget.within(|budget| match &self.kind {
            ValueKind::Absent | ValueKind::Null => Json::Null,
            ValueKind::Bool(value) => Json::Bool(*value),
            ValueKind::Number(Number::Int(value)) => Json::from(*value),
            ValueKind::Number(Number::Float(value)) => Json::from(*value),
            ValueKind::Text(Text::Known(text)) => Json::String(text.to_string()),
            ValueKind::Array(elements) => {
                elements.iter().map(|element| element.to_json_within(budget)).collect()
            }
            ValueKind::Object(object) => {
                let mut map: Map<String, Json> = Map::new();
                for entry in object.entries() {
                    map.insert(entry.key.to_string(), entry.value.to_json_within(budget));
                }
                if let Some(rest) = object.rest() {
                    map.insert("$unknown".into(), Json::String(rest.to_string()));
                }
                Json::Object(map)
            }
            ValueKind::Text(_) | ValueKind::OneOf(_) | ValueKind::Unknown(_) => {
                let residue = Json::String(self.residue().to_string());
                Json::Object(Map::from_iter([("$unknown".to_string(), residue)]))
            }
        });
        json.unwrap_or_else(|| serde_json::json!({ "$unknown": "..." }))
    }

    /// Whether two values are the same: types strict, strings case-sensitive, keys not.
    pub fn same_as(&self, other: &Value) -> Truth {
        self.same_within(other, &mut Budget::new())
    }

    fn same_within(&self, other: &Value, budget: &mut Budget) -> Truth {
        budget.within(|budget| self.same_inside(other, budget)).unwrap_or(Truth::Unknown)
    }

    fn same_inside(&self, other: &Value, budget: &mut Budget) -> Truth {
        use ValueKind::*;
        match (&self.kind, &other.kind) {
            (OneOf(values), _) => {
                Truth::unanimous(values.iter().map(|value| value.same_within(other, budget)))
            }
            (_, OneOf(values)) => {
                Truth::unanimous(values.iter().map(|value| self.same_within(value, budget)))
            }
            (Unknown(a), Unknown(b)) if a.residue == b.residue => Truth::True,
            (Unknown(_), _) | (_, Unknown(_)) => match (self.ty(), other.ty()) {
                (Some(a), Some(b)) if a != b => Truth::False,
                (Some(Type::String), Some(Type::String)) => match (self.text(), other.text()) {
                    (Some(a), Some(b)) => a.equals(&b),
                    _ => Truth::Unknown,
                },
                _ => Truth::Unknown,
            },
            (Absent | Null, Absent | Null) => Truth::True,
            (Bool(a), Bool(b)) => Truth::from(a == b),
            (Number(a), Number(b)) => Truth::from(numbers_equal(*a, *b)),
            (Text(a), Text(b)) => a.equals(b),
            (Array(a), Array(b)) if a.len() == b.len() => {
                Truth::all(a.iter().zip(b.iter()).map(|(a, b)| a.same_within(b, budget)))
            }
            (Object(a), Object(b)) => a.same_within(b, budget),
            _ => Truth::False,
        }
    }

    fn inherit(&self, member: Value) -> Value {
        member.tainted_by(self)
    }
}

// How deep values nest with one more around them.
fn nesting_around(values: &[Value]) -> u8 {
    values.iter().map(|value| value.nesting).max().map_or(0, |nesting| nesting.saturating_add(1))
}

fn numbers_equal(a: Number, b: Number) -> bool {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Int(int), Number::Float(float)) | (Number::Float(float), Number::Int(int)) => {
            int as f64 == float
        }
    }
}

/// The residue of `residue.key`.
pub fn member_residue(residue: &str, key: &str) -> SmolStr {
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain {
        format_smolstr!("{residue}.{}", key.to_ascii_lowercase())
    } else {
        format_smolstr!("{residue}['{}']", key.to_ascii_lowercase())
    }
}
