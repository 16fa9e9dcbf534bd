//! What a function asks of its call: arguments of a type, and results that carry the arguments' taints.

use std::cell::Cell;
use std::rc::Rc;

use super::{CallFault, Function, Invocation};
use crate::span::Span;
use crate::value::{
    Discloses, Number, Origin, Piece, Reason, SecretParts, Segment, Term, Text, Truth, Type, Unknown, Value,
    ValueKind,
};

/// No text longer than this many bytes is built.
pub(super) const MAX_TEXT_BYTES: usize = 1 << 20;

/// No array with more elements is built.
pub(super) const MAX_ELEMENTS: usize = 100_000;

/// No text keeps track of more parts.
const MAX_PIECES: usize = 1024;

/// How many values are looked at for taints and renderings; shared parts count each time.
pub(super) const MAX_VISITS: usize = 200_000;

/// How many values one call compares with each other or merges.
const MAX_COMPARED: usize = 4_000_000;

/// How deep values are looked into; written ones nest no deeper than the syntax, built ones may.
pub(super) const MAX_DEPTH: usize = 256;

/// What may stand against a result: a secret, an assumption.
#[derive(Clone, Copy, Default)]
struct Taint {
    secure: bool,
    assumed: bool,
}

impl Taint {
    fn add(&mut self, value: &Value, visits: &mut usize, depth: usize) {
        self.secure |= value.secure;
        self.assumed |= value.assumed;
        if let ValueKind::Unknown(unknown) = &value.kind {
            self.secure |= unknown.secure || unknown.secrets.is_some();
        }
        if *visits == 0 || depth == MAX_DEPTH || (self.secure && self.assumed) {
            return;
        }
        *visits -= 1;
        match &value.kind {
            ValueKind::Array(values) | ValueKind::OneOf(values) => {
                values.iter().for_each(|value| self.add(value, visits, depth + 1));
            }
            ValueKind::Object(object) => {
                object.entries().iter().for_each(|entry| self.add(&entry.value, visits, depth + 1));
            }
            ValueKind::Text(text) => self.secure |= text.holes().any(|hole| hole.secure),
            _ => {}
        }
    }
}

impl<'a> Invocation<'a> {
    /// A call of `function` at `span`.
    pub(crate) fn new(function: &'static Function, span: Span, arguments: &'a [Value]) -> Invocation<'a> {
        Invocation { function, span, arguments, left: Cell::new(MAX_COMPARED) }
    }
}

impl Invocation<'_> {
    /// Whether two values are the same, see [`Value::same_as`]; not decided once the call compared too many.
    pub(super) fn same(&self, a: &Value, b: &Value) -> Truth {
        let mut left = self.left.get();
        let truth = a.same_as_within(b, &mut left);
        self.left.set(left);
        truth
    }

    /// Takes the work of so many comparisons; `None` where there was too much of it.
    pub(super) fn take(&self, comparisons: usize) -> Option<()> {
        self.left.set(self.left.get().checked_sub(comparisons)?);
        Some(())
    }

    /// How many values were compared or merged so far.
    pub(crate) fn compared(&self) -> u64 {
        (MAX_COMPARED - self.left.get()) as u64
    }

    /// The result where the arguments do not decide it: unknown, of the function's type, identified by the
    /// call itself.
    pub(crate) fn unknown(&self) -> Value {
        self.unknown_of(Reason::Computed, self.function.returns)
    }

    /// The result where a limit of the linter is reached.
    pub(super) fn limit(&self) -> Value {
        self.unknown_of(Reason::Limit, self.function.returns)
    }

    /// An unknown result of a type that the function table does not tell.
    pub(super) fn unknown_of(&self, reason: Reason, ty: Option<Type>) -> Value {
        let term = Term::of_call(self.function.id(), self.arguments);
        let taint = self.taint();
        let secrets = match self.function.discloses {
            Discloses::Parts(of) if taint.secure => {
                of(&self.arguments.iter().map(SecretParts::of).collect::<Vec<_>>())
            }
            _ if taint.secure => SecretParts::WHOLE,
            _ => SecretParts::default(),
        };
        let unknown = Unknown::new(reason, term).typed(ty).holding(secrets);
        let secure = unknown.secure;
        let value = Value::new(unknown.into(), Origin::at(self.span));
        Value { secure, assumed: taint.assumed, ..value }
    }

    /// A result computed from all arguments and whatever is in them.
    pub(super) fn result(&self, kind: ValueKind) -> Value {
        self.result_with(kind, self.taint())
    }

    fn result_with(&self, kind: ValueKind, taint: Taint) -> Value {
        let value = Value::new(kind, Origin::at(self.span));
        Value { secure: taint.secure, assumed: taint.assumed, ..value }
    }

    /// A container that holds (parts of) the arguments: each part keeps its own taints, so the container
    /// gets none.
    pub(super) fn container(&self, kind: ValueKind) -> Value {
        Value::new(kind, Origin::at(self.span))
    }

    /// A result that depends on the outside of the arguments only (how many members there are, not what
    /// they are).
    pub(super) fn shallow(&self, kind: ValueKind) -> Value {
        let value = Value::new(kind, Origin::at(self.span));
        let secure = self.tells() && self.arguments.iter().any(|argument| argument.secure);
        let assumed = self.arguments.iter().any(|argument| argument.assumed);
        Value { secure, assumed, ..value }
    }

    /// A decided truth, or an unknown boolean.
    pub(super) fn truth(&self, truth: Truth) -> Value {
        match truth {
            Truth::True => self.shallow(ValueKind::Bool(true)),
            Truth::False => self.shallow(ValueKind::Bool(false)),
            Truth::Unknown => self.unknown(),
        }
    }

    /// A whole number.
    pub(super) fn number(&self, number: i64) -> Value {
        self.shallow(ValueKind::Number(Number::Int(number)))
    }

    /// A known text.
    pub(super) fn string(&self, text: impl Into<String>) -> Value {
        let text: String = text.into();
        if text.len() > MAX_TEXT_BYTES {
            return self.limit();
        }
        self.result(ValueKind::Text(Text::Known(text.into())))
    }

    /// A text, perhaps with holes; one that is nothing but a hole is an unknown string.
    pub(super) fn text_result(&self, text: Text) -> Value {
        self.text_result_with(text, self.taint())
    }

    /// Several texts, see [`Invocation::text_result`]: the arguments are looked through once for all of them.
    pub(super) fn text_results(&self, texts: Vec<Text>) -> Vec<Value> {
        let taint = self.taint();
        texts.into_iter().map(|text| self.text_result_with(text, taint)).collect()
    }

    fn text_result_with(&self, text: Text, taint: Taint) -> Value {
        let only = match &text {
            Text::Symbolic(segments) => match &**segments {
                [Segment::Hole(hole)] => Some(hole.clone()),
                _ => None,
            },
            Text::Known(_) => None,
        };
        match only {
            Some(hole) if hole.reason == Reason::Limit && hole.term == Term::symbol("concat(...)") => {
                self.limit()
            }
            Some(hole) if hole.ty.is_none() => {
                let typed = Unknown { ty: Some(Type::String), ..(*hole).clone() };
                self.result_with(ValueKind::Unknown(Rc::new(typed)), taint)
            }
            Some(hole) if hole.ty == Some(Type::String) => self.result_with(ValueKind::Unknown(hole), taint),
            _ => self.result_with(ValueKind::Text(text), taint),
        }
    }

    /// A text put together from parts, each with its own origin.
    pub(super) fn assembled(&self, pieces: Vec<Piece>) -> Value {
        let text = Text::concat(pieces.iter().map(|piece| piece.text.clone()));
        let value = self.text_result(text);
        let limited = matches!(&value.kind, ValueKind::Unknown(unknown) if unknown.reason == Reason::Limit);
        let pieces = (!limited && !pieces.is_empty() && pieces.len() <= MAX_PIECES).then(|| pieces.into());
        Value { pieces, ..value }
    }

    /// An array of these elements.
    pub(super) fn array(&self, elements: Vec<Value>) -> Value {
        if elements.len() > MAX_ELEMENTS {
            return self.limit();
        }
        self.container(ValueKind::Array(elements.into()))
    }

    /// The argument at `index`; null where it was left out.
    pub(super) fn argument(&self, index: usize) -> &Value {
        argument_or_null(self.arguments, index)
    }

    /// The fully known string at `index`.
    pub(super) fn known_text(&self, index: usize) -> Result<&str, CallFault> {
        self.argument(index).known_text().ok_or_else(|| self.needs(index, "a string"))
    }

    /// The text at `index`, perhaps with holes.
    pub(super) fn text(&self, index: usize) -> Result<Text, CallFault> {
        self.argument(index).text().ok_or_else(|| self.needs(index, "a string"))
    }

    /// The integer at `index`; a string that looks like one is none.
    pub(super) fn int(&self, index: usize) -> Result<i64, CallFault> {
        match self.argument(index).kind {
            ValueKind::Number(Number::Int(number)) => Ok(number),
            _ => Err(self.needs(index, "an integer")),
        }
    }

    /// Whether the argument at `index` is not known as a whole; a text with holes, an array and an object
    /// are known in part.
    pub(super) fn is_unknown(&self, index: usize) -> bool {
        self.argument(index).is_unknown()
    }

    /// A fault of the argument at `index`.
    pub(super) fn fault(&self, index: usize, message: impl Into<String>) -> CallFault {
        CallFault { argument: Some(index), message: message.into() }
    }

    /// A fault of the argument at `index`, which is not of the type that is needed.
    pub(super) fn needs(&self, index: usize, expected: &str) -> CallFault {
        let Function { name, .. } = self.function;
        let message = format!("{name}() needs {expected} here, not {}", describe(self.argument(index)));
        self.fault(index, message)
    }

    fn taint(&self) -> Taint {
        let mut taint = Taint::default();
        let mut visits = MAX_VISITS;
        self.arguments.iter().for_each(|argument| taint.add(argument, &mut visits, 0));
        taint.secure &= self.tells();
        taint
    }

    fn tells(&self) -> bool {
        !matches!(self.function.discloses, Discloses::Nothing)
    }
}

fn argument_or_null(arguments: &[Value], index: usize) -> &Value {
    const NULL: &Value = &Value {
        kind: ValueKind::Null,
        origin: Origin {
            span: crate::span::Span { source: crate::span::SourceId(0), start: 0, end: 0 },
            via: None,
        },
        secure: false,
        assumed: false,
        pieces: None,
        nesting: 0,
    };
    arguments.get(index).unwrap_or(NULL)
}

/// What a value is, with its article.
pub(super) fn describe(value: &Value) -> &'static str {
    match &value.kind {
        ValueKind::Number(Number::Int(_)) => "an integer",
        ValueKind::Absent => "null",
        _ => match value.ty() {
            Some(Type::Null) => "null",
            Some(Type::Bool) => "a boolean",
            Some(Type::Number) => "a number",
            Some(Type::String) => "a string",
            Some(Type::Array) => "an array",
            Some(Type::Object) => "an object",
            None => "an unknown value",
        },
    }
}
