//! Functions that take a lambda.

use std::collections::HashMap;
use std::rc::Rc;

use smol_str::SmolStr;

use super::EvaluationProblemKind;
use super::evaluate::used_at;
use super::evaluator::STEP;
use super::lazy::lambda_of;
use super::parser::{Call, Expression};
use super::scope::{Frame, TemplateScope};
use crate::span::Span;
use crate::syntax::Number;
use crate::value::{Entry, Object, Origin, SecretParts, Term, Truth, Type, Value, ValueKind};

/// A lambda that stands where no function takes it.
pub(super) fn misplaced(scope: &Rc<TemplateScope>, call: Call<'_>, _span: Span) -> Value {
    let message = "a lambda may only be an argument of a function that takes one".to_string();
    scope.template.problem(EvaluationProblemKind::Evaluation, call.name_span(), message)
}

pub(super) fn variables(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let name = scope.argument(call, 0);
    let found = scope.frames().find_map(|frame| match frame {
        Frame::Lambda { variables, .. } => variables
            .iter()
            .find(|(other, _)| name.known_text().is_some_and(|name| other.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value.clone()),
        _ => None,
    });
    match found {
        Some(value) => used_at(value, span),
        None => {
            let message = format!("no lambda around this has the variable {}", name.term().shown());
            scope.template.problem(EvaluationProblemKind::Undefined, call.argument_span(0), message)
        }
    }
}

struct Lambda<'a> {
    scope: &'a Rc<TemplateScope>,
    names: Vec<SmolStr>,
    body: Expression<'a>,
}

impl<'a> Lambda<'a> {
    fn of(
        scope: &'a Rc<TemplateScope>,
        call: Call<'a>,
        index: usize,
        least: usize,
    ) -> Result<Lambda<'a>, Value> {
        match lambda_of(call, index) {
            Some((names, body)) if names.len() >= least => Ok(Lambda { scope, names, body }),
            _ => {
                let message = format!("`{}` takes a lambda here", call.name());
                Err(scope.template.problem(
                    EvaluationProblemKind::Evaluation,
                    call.argument_span(index),
                    message,
                ))
            }
        }
    }

    fn apply(&self, values: impl IntoIterator<Item = Value>) -> Value {
        let variables = self.names.iter().cloned().zip(values).collect();
        self.scope.within_lambda(variables).evaluate(self.body)
    }

    // What the lambda makes of values of which only the secret parts are known. It may never be called, so
    // nothing is wrong with it.
    fn suppose(&self, parts: &[&SecretParts]) -> Value {
        let span = self.body.span();
        let variable = |(at, name): (usize, &SmolStr)| {
            let parts = parts.get(at).map(|parts| (*parts).clone()).unwrap_or_default();
            let unknown = parts.unknown(Term::variable(name));
            Value { secure: unknown.secure, ..Value::new(unknown.into(), Origin::at(span)) }
        };
        let variables: Vec<Value> = self.names.iter().enumerate().map(variable).collect();
        self.scope.template.evaluator.supposing(span, || self.apply(variables))
    }
}

// The result of a call whose source is not known: `bodies` are what its lambdas make of any element, `secrets`
// which parts of the result are secrets.
fn open(
    call: Call<'_>,
    source: &Value,
    bodies: &[Value],
    secrets: SecretParts,
    ty: Option<Type>,
    span: Span,
) -> Value {
    let terms = std::iter::once(source.term()).chain(bodies.iter().map(Value::term));
    let unknown = secrets.unknown(Term::call(call.name(), terms)).typed(ty);
    let secure = unknown.secure;
    Value { secure, assumed: source.assumed, ..Value::new(unknown.into(), Origin::at(span)) }
}

fn index(position: usize, span: Span) -> Value {
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    Value::new(ValueKind::Number(Number::Int(position)), Origin::at(span))
}

fn array(elements: Vec<Value>, span: Span) -> Value {
    Value::new(ValueKind::Array(elements.into()), Origin::at(span))
}

// What is made of the members of `source`, which taint what is made of them by themselves: only how many
// there are hangs on the source.
fn shaped(value: Value, source: &Value) -> Value {
    Value { assumed: value.assumed || source.assumed, ..value }
}

// The elements of the first argument; where they are not known, `unknown` makes the value of the whole call.
fn elements(
    scope: &Rc<TemplateScope>,
    call: Call<'_>,
    unknown: impl FnOnce(&Value, &SecretParts) -> Value,
) -> Result<(Value, Vec<Value>), Value> {
    let value = scope.argument(call, 0);
    match &value.kind {
        ValueKind::Array(elements) => {
            scope.template.evaluator.charge(elements.len() as u64 * STEP);
            let elements = elements.to_vec();
            Ok((value, elements))
        }
        _ if value.is_unknown() => Err(unknown(&value, &SecretParts::of(&value).of_any())),
        _ => {
            let message = format!("`{}` takes an array", call.name());
            Err(scope.template.problem(EvaluationProblemKind::Evaluation, call.argument_span(0), message))
        }
    }
}

// Early returns carry the value of the whole call.
fn settle(result: Result<Value, Value>) -> Value {
    result.unwrap_or_else(|value| value)
}

pub(super) fn map(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    settle((|| {
        let lambda = Lambda::of(scope, call, 1, 1)?;
        let (source, elements) = elements(scope, call, |source, parts| {
            let body = lambda.suppose(&[parts]);
            let secrets = SecretParts::of(&body).of_elements();
            open(call, source, &[body], secrets, Some(Type::Array), span)
        })?;
        let mapped = elements.into_iter().enumerate();
        let mapped = mapped.map(|(at, element)| lambda.apply([element, index(at, span)])).collect();
        Ok(shaped(array(mapped, span), &source))
    })())
}

pub(super) fn filter(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    settle((|| {
        let lambda = Lambda::of(scope, call, 1, 1)?;
        let unknown = |source: &Value, decision: Value| {
            open(call, source, &[decision], SecretParts::of(source), Some(Type::Array), span)
        };
        let suppose = |source: &Value, parts: &SecretParts| unknown(source, lambda.suppose(&[parts]));
        let (source, elements) = elements(scope, call, suppose)?;
        let mut kept = Vec::new();
        for (at, element) in elements.into_iter().enumerate() {
            let decision = lambda.apply([element.clone(), index(at, span)]);
            match (&decision.kind, decision.truth()) {
                (ValueKind::Bool(_), Truth::True) => kept.push(element),
                (ValueKind::Bool(_), Truth::False) => {}
                (ValueKind::Unknown(_) | ValueKind::OneOf(_), _) => {
                    return Err(unknown(&source, decision));
                }
                _ => {
                    let message = "the lambda of `filter` must return a boolean".to_string();
                    return Err(scope.template.problem(
                        EvaluationProblemKind::Evaluation,
                        lambda.body.span(),
                        message,
                    ));
                }
            }
        }
        Ok(shaped(array(kept, span), &source))
    })())
}

pub(super) fn reduce(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    settle((|| {
        let lambda = Lambda::of(scope, call, 2, 2)?;
        let initial = scope.argument(call, 1);
        let (source, elements) = elements(scope, call, |source, parts| {
            let first = SecretParts::of(&initial);
            let current = first.clone().with(parts);
            let body = lambda.suppose(&[&current, parts]);
            let secrets = first.with(&SecretParts::of(&body));
            open(call, source, &[initial.clone(), body], secrets, None, span)
        })?;
        let steps = elements.into_iter().enumerate();
        let reduced =
            steps.fold(initial, |current, (at, element)| lambda.apply([current, element, index(at, span)]));
        Ok(shaped(used_at(reduced, span), &source))
    })())
}

pub(super) fn sort(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    settle((|| {
        let lambda = Lambda::of(scope, call, 1, 2)?;
        let unknown = |source: &Value, decision: Value| {
            open(call, source, &[decision], SecretParts::of(source), Some(Type::Array), span)
        };
        let suppose = |source: &Value, parts: &SecretParts| unknown(source, lambda.suppose(&[parts, parts]));
        let (source, elements) = elements(scope, call, suppose)?;
        let mut before = |later: &Value, earlier: &Value| {
            let decision = lambda.apply([later.clone(), earlier.clone()]);
            match decision.truth() {
                Truth::Unknown if decision.is_unknown() => Err(unknown(&source, decision)),
                Truth::Unknown => {
                    let message = "the lambda of `sort` must return a boolean".to_string();
                    Err(scope.template.problem(
                        EvaluationProblemKind::Evaluation,
                        lambda.body.span(),
                        message,
                    ))
                }
                truth => Ok(truth.is_true()),
            }
        };
        let sorted = merge_sorted(elements, &mut before)?;
        Ok(shaped(array(sorted, span), &source))
    })())
}

// Sorts with n log n questions; an element goes before an earlier one only where `before(it, earlier)` holds,
// so that the order is stable, and any answers give some order.
fn merge_sorted(
    mut elements: Vec<Value>,
    before: &mut impl FnMut(&Value, &Value) -> Result<bool, Value>,
) -> Result<Vec<Value>, Value> {
    if elements.len() < 2 {
        return Ok(elements);
    }
    let right = elements.split_off(elements.len() / 2);
    let mut sorted = Vec::with_capacity(elements.len() + right.len());
    let mut left = merge_sorted(elements, before)?.into_iter().peekable();
    let mut right = merge_sorted(right, before)?.into_iter().peekable();
    while let (Some(earlier), Some(later)) = (left.peek(), right.peek()) {
        let next = if before(later, earlier)? { right.next() } else { left.next() };
        sorted.extend(next);
    }
    sorted.extend(left);
    sorted.extend(right);
    Ok(sorted)
}

// The entries that key and value lambdas make of the elements.
fn keyed(
    scope: &Rc<TemplateScope>,
    call: Call<'_>,
    span: Span,
) -> Result<(Value, Vec<(SmolStr, Value)>), Value> {
    let key = Lambda::of(scope, call, 1, 1)?;
    let value = if call.count() > 2 { Some(Lambda::of(scope, call, 2, 1)?) } else { None };
    let suppose = |source: &Value, name: Value, item: Option<Value>, parts: &SecretParts| {
        let held = item.as_ref().map_or_else(|| parts.clone(), SecretParts::of);
        // Groups are arrays of the items.
        let held = if call.name().eq_ignore_ascii_case("groupBy") { held.of_elements() } else { held };
        let bodies: Vec<Value> = std::iter::once(name).chain(item).collect();
        open(call, source, &bodies, held.of_elements(), Some(Type::Object), span)
    };
    let any_item = |parts: &SecretParts| value.as_ref().map(|value| value.suppose(&[parts]));
    let (source, elements) = elements(scope, call, |source, parts| {
        suppose(source, key.suppose(&[parts]), any_item(parts), parts)
    })?;
    let mut entries = Vec::new();
    for element in elements {
        let name = key.apply([element.clone()]);
        let Some(known) = name.known_text() else {
            if name.is_unknown() || name.text().is_some() {
                let parts = SecretParts::of(&source).of_any();
                return Err(suppose(&source, name, any_item(&parts), &parts));
            }
            let message = format!("the key lambda of `{}` must return a string", call.name());
            return Err(scope.template.problem(EvaluationProblemKind::Evaluation, key.body.span(), message));
        };
        let item = match &value {
            Some(value) => value.apply([element]),
            None => element,
        };
        entries.push((SmolStr::from(known), item));
    }
    Ok((source, entries))
}

fn object(entries: impl IntoIterator<Item = (SmolStr, Value)>, span: Span) -> Value {
    let entries = entries.into_iter().map(|(key, value)| Entry { key, value, key_span: None });
    Value::new(Object::built(entries).into(), Origin::at(span))
}

pub(super) fn to_object(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    settle((|| {
        let (source, entries) = keyed(scope, call, span)?;
        Ok(shaped(object(entries, span), &source))
    })())
}

pub(super) fn group_by(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    settle((|| {
        let (source, entries) = keyed(scope, call, span)?;
        let mut groups: Vec<(SmolStr, Vec<Value>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (key, value) in entries {
            let place = *places.entry(key.to_ascii_lowercase()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, group)) => group.push(value),
                None => groups.push((key, vec![value])),
            }
        }
        let groups = groups.into_iter().map(|(key, group)| (key, array(group, span)));
        Ok(shaped(object(groups, span), &source))
    })())
}

pub(super) fn map_values(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    settle((|| {
        let lambda = Lambda::of(scope, call, 1, 1)?;
        let source = scope.argument(call, 0);
        match &source.kind {
            ValueKind::Object(written) if !written.is_open() => {
                let mapped = written.entries().into_iter();
                let inherit = |value: Value| value.tainted_by(&source);
                let mapped = mapped.map(|entry| (entry.key, lambda.apply([inherit(entry.value)])));
                Ok(shaped(object(mapped, span), &source))
            }
            ValueKind::Object(_) | ValueKind::Unknown(_) | ValueKind::OneOf(_) => {
                let body = lambda.suppose(&[&SecretParts::of(&source).of_any()]);
                let secrets = SecretParts::of(&body).of_elements();
                Ok(open(call, &source, &[body], secrets, Some(Type::Object), span))
            }
            _ => {
                let message = "`mapValues` takes an object".to_string();
                Err(scope.template.problem(EvaluationProblemKind::Evaluation, call.argument_span(0), message))
            }
        }
    })())
}
