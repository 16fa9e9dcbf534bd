//! Evaluates expressions.

use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

use super::EvaluationProblemKind;
use super::evaluator::STEP;
use super::functions::{Body, CallFault, Function, Invocation};
use super::parser::{self, Call, Expression, ExpressionKind};
use super::scope::{Frame, TemplateScope};
use super::signature::Signature;
use super::tree::Callee;
use crate::span::Span;
use crate::syntax::{Member, Node, NodeKind, Number};
use crate::value::{
    Discloses, MAX_ALTERNATIVES, Origin, Reason, SecretParts, Term, Text, Type, Unknown, Value, ValueKind,
};

impl TemplateScope {
    /// The value of an expression.
    pub fn evaluate(self: &Rc<Self>, expression: Expression<'_>) -> Value {
        let span = expression.span();
        match expression.kind() {
            ExpressionKind::String(text) => Value::string(text.clone(), span),
            ExpressionKind::Number(number) => Value::new(ValueKind::Number(number), Origin::at(span)),
            ExpressionKind::Invalid => Value::unknown(Reason::Error, self.place(Term::ERROR, span), span),
            kind => self.template.evaluator.step(span, || self.evaluate_step(kind, span)),
        }
    }

    fn evaluate_step(self: &Rc<Self>, kind: ExpressionKind<'_>, span: Span) -> Value {
        match kind {
            ExpressionKind::Property(base, name, name_span) => {
                let base = self.evaluate(base);
                self.member(&base, name, name_span, span)
            }
            ExpressionKind::Index(base, index) => {
                let base = self.evaluate(base);
                let index_value = self.evaluate(index);
                self.indexed(&base, &index_value, index.span(), span)
            }
            ExpressionKind::Call(call) => self.call(call, span),
            ExpressionKind::String(_) | ExpressionKind::Number(_) | ExpressionKind::Invalid => {
                Value::absent(span)
            }
        }
    }

    /// `base.name` used at `span`; a member that certainly is missing is a problem at `at`.
    pub(super) fn member(&self, base: &Value, name: &str, at: Span, span: Span) -> Value {
        let value = base.get(name);
        if value.is_absent() {
            return self.missing(base, name, at, span);
        }
        // Taints, and what is not known before run time, are put on a copy of the elements.
        let copied = value.elements().map_or(0, <[Value]>::len);
        self.template.evaluator.charge(copied as u64 / 4);
        used_at(value, span)
    }

    fn missing(&self, base: &Value, name: &str, at: Span, span: Span) -> Value {
        if base.assumed || matches!(base.kind, ValueKind::OneOf(_)) {
            return Value::unknown(Reason::Computed, base.term().member(name), span).tainted_by(base);
        }
        let message = match &base.kind {
            ValueKind::Object(object) => {
                let keys: Vec<SmolStr> =
                    object.entries().into_iter().map(|entry| entry.key).take(8).collect();
                match keys.is_empty() {
                    true => format!("there is no property `{name}`, and no other either"),
                    false => format!("there is no property `{name}`; there are: {}", keys.join(", ")),
                }
            }
            _ => format!("a value of type {} has no property `{name}`", type_name(base)),
        };
        self.template.problem(EvaluationProblemKind::Evaluation, at, message)
    }

    fn indexed(&self, base: &Value, index: &Value, at: Span, span: Span) -> Value {
        if let Some(name) = index.known_text() {
            // A name that only a default gives may well be another one, which is there.
            let base = base.clone().tainted_by(index);
            return self.member(&base, name, at, span).tainted_by(index);
        }
        let term = || base.term().index(index.term());
        match (&base.kind, &index.kind) {
            (ValueKind::Array(elements), ValueKind::Number(Number::Int(position))) => {
                let element = usize::try_from(*position).ok().and_then(|position| elements.get(position));
                match element {
                    Some(element) => used_at(element.clone(), span).tainted_by(base).tainted_by(index),
                    None if base.assumed || index.assumed => {
                        Value::unknown(Reason::Computed, term(), span).tainted_by(base)
                    }
                    None => {
                        let message =
                            format!("the index {position} is outside of the array of {}", elements.len());
                        self.template.problem(EvaluationProblemKind::Evaluation, at, message)
                    }
                }
            }
            (ValueKind::Unknown(_) | ValueKind::OneOf(_), _)
            | (_, ValueKind::Unknown(_) | ValueKind::OneOf(_))
            | (ValueKind::Object(_), ValueKind::Text(_)) => {
                let secrets = SecretParts::of(base);
                let secrets = match &index.kind {
                    ValueKind::Number(Number::Int(position)) if !secrets.whole && !index.assumed => {
                        secrets.element(*position).map(|parts| (**parts).clone()).unwrap_or_default()
                    }
                    _ => secrets.of_any(),
                };
                let secure = secrets.whole;
                let value = Value::new(secrets.unknown(term()).into(), Origin::at(span));
                Value { secure, assumed: base.assumed || index.assumed, ..value }
            }
            _ => {
                let message =
                    format!("a value of type {} has no index of type {}", type_name(base), type_name(index));
                self.template.problem(EvaluationProblemKind::Evaluation, at, message)
            }
        }
    }

    fn call(self: &Rc<Self>, call: Call<'_>, span: Span) -> Value {
        match call.function() {
            Callee::User => self.user_call(call.namespace().unwrap_or_default(), call, span),
            Callee::Missing => {
                let message = format!("there is no function `{}`", call.name());
                self.template.problem(EvaluationProblemKind::UnknownFunction, call.name_span(), message)
            }
            Callee::Lazy(function) => {
                match self.check_count(call, function.name, function.min, function.max) {
                    Some(problem) => problem,
                    None => (function.run)(self, call, span),
                }
            }
            Callee::Known(function) => {
                match self.check_count(call, function.name, function.min, function.max) {
                    Some(problem) => problem,
                    None => self.apply(function, call, &self.arguments(call), span),
                }
            }
        }
    }

    /// Applies a function to each combination of the alternatives of its arguments.
    fn apply(&self, function: &'static Function, call: Call<'_>, arguments: &[Value], span: Span) -> Value {
        let evaluator = &self.template.evaluator;
        evaluator.charge(arguments.iter().map(Value::weight).sum());
        if evaluator.is_exhausted() {
            return evaluator.limit(span);
        }
        let width = arguments.iter().map(|argument| argument.alternatives().len()).product::<usize>();
        let whole = || Term::of_call(function.id(), arguments);
        let result = if width == 1 || matches!(function.body, Body::Container(_)) {
            self.apply_all(function, call, &[arguments], whole, span)
        } else if joins_text(function.name) {
            let holed: Vec<Value> = arguments.iter().map(with_hole).collect();
            self.apply_all(function, call, &[&holed], whole, span)
        } else if width <= MAX_ALTERNATIVES {
            let combined = combinations(arguments);
            let rows: Vec<&[Value]> = combined.iter().map(Vec::as_slice).collect();
            self.apply_all(function, call, &rows, whole, span)
        } else {
            unknown_result(function, arguments, span)
        };
        evaluator.charge(made(&result));
        tainted(function, result, arguments)
    }

    // Applies a function to each row of arguments, of which one is what the deployment will have. What is wrong
    // with some rows only is no error: the row that is taken may be another one.
    fn apply_all(
        &self,
        function: &'static Function,
        call: Call<'_>,
        rows: &[&[Value]],
        whole: impl FnOnce() -> Term,
        span: Span,
    ) -> Value {
        let mut results = Vec::with_capacity(rows.len());
        let mut faults = Vec::new();
        for arguments in rows {
            match self.apply_one(function, arguments, span) {
                Ok(value) => results.push(value),
                Err(fault) => {
                    faults.push(fault);
                    results.push(unknown_result(function, arguments, span));
                }
            }
        }
        if faults.len() == rows.len()
            && let Some(fault) = faults.into_iter().next()
        {
            let at = fault.argument.and_then(|index| call.argument(index));
            let at = at.map_or(span, Expression::span);
            return self.template.problem(EvaluationProblemKind::Evaluation, at, fault.message);
        }
        match (results.len(), results.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                results.extend(last);
                Value::one_of(results, whole, span)
            }
        }
    }

    // An error that only holds for the default of a parameter, or for one value of an unknown, is none of the
    // template's.
    fn apply_one(
        &self,
        function: &'static Function,
        arguments: &[Value],
        span: Span,
    ) -> Result<Value, CallFault> {
        let run = match function.body {
            Body::Known(run) if arguments.iter().all(Value::is_known) => run,
            Body::Known(_) => return Ok(unknown_result(function, arguments, span)),
            Body::Partial(run) | Body::Container(run) => run,
        };
        let known = Invocation::new(function, span, arguments);
        let outcome = run(&known);
        self.template.evaluator.charge(known.compared());
        match outcome {
            Ok(value) => Ok(used_at(value, span)),
            Err(_) if arguments.iter().any(|argument| argument.assumed || argument.is_unknown()) => {
                Ok(unknown_result(function, arguments, span))
            }
            Err(fault) => Err(fault),
        }
    }

    fn user_call(self: &Rc<Self>, namespace: &str, call: Call<'_>, span: Span) -> Value {
        let Some(function) = self.template.names.function(namespace, call.name()) else {
            let message = format!("there is no function `{namespace}.{}`", call.name());
            return self.template.problem(EvaluationProblemKind::UnknownFunction, call.name_span(), message);
        };
        let name = format!("{namespace}.{}", call.name());
        if let Some(problem) = self.check_count(call, &name, function.min, function.max) {
            return problem;
        }
        let declared = function.parameters();
        let missing = declared.len().saturating_sub(call.count());
        let names = declared.iter().map(|declared| declared.value("name").and_then(Node::text));
        let null = Value::new(ValueKind::Null, Origin::at(span));
        let values = call.arguments().map(|argument| self.evaluate(argument));
        let values = values.chain(std::iter::repeat_n(null, missing));
        let parameters = names.zip(values).filter_map(|(name, value)| Some((name?.into(), value)));
        let frame = Frame::Function { parameters: parameters.collect() };
        let scope = self.template.framed(frame);
        match function.member.value.value("output").and_then(|output| output.get("value")) {
            // Each call has a scope of its own: nothing is gained by remembering the result.
            Some(Member { value: Node { kind: NodeKind::String(scalar), span: token }, .. })
                if parser::is_expression(&scalar.text) =>
            {
                let run = || used_at(scope.evaluate_text(scalar, *token), span);
                let value = self.template.evaluator.function(function.member.key_span, run);
                value.unwrap_or_else(|| {
                    let message = format!("the function `{name}` needs itself");
                    self.template.problem(EvaluationProblemKind::Evaluation, call.name_span(), message)
                })
            }
            Some(Member { value: Node { kind: NodeKind::Expression(body), .. }, .. }) => {
                used_at(scope.evaluate((&**body).into()), span)
            }
            Some(value) => used_at(scope.evaluate_node(&value.value, value.key_span), span),
            None => Value::new(ValueKind::Null, Origin::at(span)),
        }
    }

    fn check_count(&self, call: Call<'_>, name: &str, min: usize, max: usize) -> Option<Value> {
        let count = call.count();
        if (min..=max).contains(&count) {
            return None;
        }
        let message = Signature { name, min, max }.mismatch(count);
        Some(self.template.problem(EvaluationProblemKind::ArgumentCount, call.name_span(), message))
    }
}

/// The value used at another place; where it was decided is kept.
pub(super) fn used_at(value: Value, span: Span) -> Value {
    Value { origin: Origin { span, via: value.origin.via }, ..value }
}

/// The unknown result of a function.
pub(super) fn unknown_result(function: &'static Function, arguments: &[Value], span: Span) -> Value {
    Invocation::new(function, span, arguments).unknown()
}

// A container carries no secret of its own: what is in it does, and a function that computes the members
// taints them. How many there are may hang on an assumption, but for the two functions that are given each.
fn tainted(function: &Function, result: Value, arguments: &[Value]) -> Value {
    let container = matches!(result.kind, ValueKind::Array(_) | ValueKind::Object(_));
    if container && ["createArray", "createObject"].contains(&function.name) {
        return result;
    }
    // What an unknown result tells of its arguments is decided with it.
    let untold = match function.discloses {
        Discloses::Nothing => true,
        Discloses::Parts(_) => matches!(result.kind, ValueKind::Unknown(_)),
        Discloses::Whole => false,
    };
    let mut result = result;
    for argument in arguments {
        if container || untold {
            result.assumed |= argument.assumed;
        } else if argument.secure {
            result = result.tainted_by(argument).secured();
        } else {
            result = result.tainted_by(argument);
        }
    }
    result
}

// The work that a result stands for: elements and text that did not exist before.
fn made(result: &Value) -> u64 {
    match &result.kind {
        ValueKind::Array(elements) => elements.len() as u64 * STEP,
        ValueKind::Object(object) => object.len_written() as u64 * STEP,
        ValueKind::Text(Text::Known(text)) => text.len() as u64 / 4,
        ValueKind::Text(Text::Symbolic(segments)) => segments.len() as u64 * STEP,
        _ => 0,
    }
}

/// The name of a value's type for messages.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value.ty() {
        Some(Type::Null) => "null",
        Some(Type::Bool) => "bool",
        Some(Type::Number) => "int",
        Some(Type::String) => "string",
        Some(Type::Array) => "array",
        Some(Type::Object) => "object",
        None => "unknown",
    }
}

// Names are joined from parts: a part with alternatives stays one part, so that equal names stay equal.
fn joins_text(function: &str) -> bool {
    ["concat", "format", "toLower", "toUpper"].contains(&function)
}

fn with_hole(value: &Value) -> Value {
    match (&value.kind, value.text()) {
        (ValueKind::OneOf(_), Some(text)) => Value { kind: ValueKind::Text(text), ..value.clone() },
        (ValueKind::OneOf(_), None) => {
            let unknown = Unknown::new(Reason::Computed, value.term()).typed(value.ty());
            Value { kind: unknown.into(), ..value.clone() }
        }
        _ => value.clone(),
    }
}

fn combinations(arguments: &[Value]) -> Vec<Vec<Value>> {
    arguments.iter().fold(vec![Vec::new()], |rows, argument| {
        let extend = |row: &Vec<Value>| {
            let row = row.clone();
            argument.alternatives().iter().map(move |alternative| {
                let mut row = row.clone();
                row.push(alternative.clone().tainted_by(argument));
                row
            })
        };
        rows.iter().flat_map(extend).collect()
    })
}

/// The text of a value for a name or an id: a hole where it is none.
pub(super) fn name_text(value: &Value) -> Text {
    value.text().unwrap_or_else(|| match &value.kind {
        ValueKind::Number(Number::Int(number)) => Text::Known(format_smolstr!("{number}")),
        _ => Text::hole(Rc::new(Unknown::new(Reason::Computed, value.term()))),
    })
}
