//! Functions that see their arguments before these are evaluated, or that need the scope.

use std::rc::Rc;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

use super::evaluate::used_at;
use super::parser::{Call, Expression};
use super::scope::{Frame, TemplateScope};
use super::{EvaluationProblemKind, context, lambda, resource_id, runtime};
use crate::span::Span;
use crate::syntax::Number;
use crate::value::{
    FunctionId, Object, Origin, Reason, SecretParts, Term, Truth, Type, Unknown, Value, ValueKind,
};

/// A function that is given its call instead of its arguments.
pub(super) struct LazyFunction {
    pub(super) name: &'static str,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) run: Run,
}

pub(super) type Run = fn(&Rc<TemplateScope>, Call<'_>, Span) -> Value;

const ANY: usize = usize::MAX;

const fn lazy(name: &'static str, min: usize, max: usize, run: Run) -> LazyFunction {
    LazyFunction { name, min, max, run }
}

/// Sorted by lower-case name.
static TABLE: &[LazyFunction] = &[
    lazy("and", 2, ANY, and),
    lazy("coalesce", 1, ANY, coalesce),
    lazy("copyIndex", 0, 2, copy_index),
    lazy("deployer", 0, 0, context::deployer),
    lazy("deployment", 0, 0, context::deployment),
    lazy("environment", 0, 0, context::environment),
    lazy("extensionResourceId", 3, ANY, resource_id::extension_resource_id),
    lazy("extensions", 1, 1, runtime::run_time),
    lazy("externalInputs", 1, 1, runtime::run_time),
    lazy("fail", 1, 1, fail),
    lazy("filter", 2, 2, lambda::filter),
    lazy("getSecret", 2, 3, runtime::secret),
    lazy("groupBy", 2, 3, lambda::group_by),
    lazy("if", 3, 3, if_),
    lazy("lambda", 1, ANY, lambda::misplaced),
    lazy("lambdaVariables", 1, 1, lambda::variables),
    lazy("listOutputsWithSecureValues", 2, 3, runtime::list_outputs),
    lazy("managementGroup", 0, 0, context::management_group),
    lazy("managementGroupResourceId", 2, ANY, resource_id::management_group_resource_id),
    lazy("map", 2, 2, lambda::map),
    lazy("mapValues", 2, 2, lambda::map_values),
    lazy("newGuid", 0, 0, runtime::run_time),
    lazy("or", 2, ANY, or),
    lazy("parameters", 1, 1, parameters),
    lazy("pickZones", 3, 5, runtime::run_time),
    lazy("providers", 1, 2, runtime::run_time),
    lazy("reduce", 3, 3, lambda::reduce),
    lazy("reference", 1, 3, runtime::reference),
    lazy("references", 1, 2, runtime::references),
    lazy("resourceGroup", 0, 0, context::resource_group),
    lazy("resourceId", 2, ANY, resource_id::resource_id),
    lazy("resourceInfo", 1, 1, runtime::resource_info),
    lazy("roleDefinitions", 1, 1, runtime::run_time),
    lazy("sort", 2, 2, lambda::sort),
    lazy("subscription", 0, 0, context::subscription),
    lazy("subscriptionResourceId", 2, ANY, resource_id::subscription_resource_id),
    lazy("tenant", 0, 0, context::tenant),
    lazy("tenantResourceId", 2, ANY, resource_id::tenant_resource_id),
    lazy("toLogicalZone", 3, 3, runtime::run_time),
    lazy("toLogicalZones", 3, 3, runtime::run_time),
    lazy("toObject", 2, 3, lambda::to_object),
    lazy("toPhysicalZone", 3, 3, runtime::run_time),
    lazy("toPhysicalZones", 3, 3, runtime::run_time),
    lazy("tryGet", 2, ANY, try_get),
    lazy("utcNow", 0, 1, runtime::run_time),
    lazy("variables", 1, 1, variables),
];

/// `list`, `listKeys`, `listAccountSas`, ...: every name that starts with `list`.
static LIST: LazyFunction = lazy("list*", 1, 3, runtime::secret);

/// The function with this name, without regard to case.
pub(super) fn find(name: &str) -> Option<&'static LazyFunction> {
    static BY_NAME: LazyLock<FxHashMap<SmolStr, &LazyFunction>> = LazyLock::new(|| {
        TABLE.iter().map(|function| (function.name.to_ascii_lowercase_smolstr(), function)).collect()
    });
    let lower = name.to_ascii_lowercase_smolstr();
    BY_NAME.get(&lower).copied().or_else(|| lower.starts_with("list").then_some(&LIST))
}

/// The names of these functions, but for those that start with `list`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|function| function.name)
}

impl TemplateScope {
    /// The evaluated arguments of a call.
    pub(super) fn arguments(self: &Rc<Self>, call: Call<'_>) -> Vec<Value> {
        call.arguments().map(|argument| self.evaluate(argument)).collect()
    }

    /// The evaluated argument of a call at a position; absent where there are not so many.
    pub(super) fn argument(self: &Rc<Self>, call: Call<'_>, position: usize) -> Value {
        let argument = call.argument(position);
        argument.map_or_else(|| Value::absent(call.name_span()), |argument| self.evaluate(argument))
    }

    /// What is left of a call whose result is not known.
    pub(super) fn unknown_call(
        &self,
        reason: Reason,
        name: &str,
        arguments: &[Value],
        ty: Option<Type>,
        span: Span,
    ) -> Value {
        let term = Term::of_call(name, arguments);
        let secrets = match SecretParts::of_all(arguments).is_empty() {
            true => SecretParts::default(),
            false => SecretParts::WHOLE,
        };
        unknown(Unknown::new(reason, term).typed(ty).holding(secrets), arguments, span)
    }
}

fn if_(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let (Some(then), Some(otherwise)) = (call.argument(1), call.argument(2)) else {
        return Value::absent(span);
    };
    let condition = scope.argument(call, 0);
    match scope.decides(&condition) {
        Truth::True => used_at(scope.evaluate(then), span).tainted_by(&condition),
        Truth::False => used_at(scope.evaluate(otherwise), span).tainted_by(&condition),
        _ if !matches!(condition.ty(), None | Some(Type::Bool | Type::String)) => {
            let message = "the condition of `if` is no boolean".to_string();
            scope.template.problem(EvaluationProblemKind::Evaluation, call.argument_span(0), message)
        }
        _ => {
            let arms = vec![scope.evaluate(then), scope.evaluate(otherwise)];
            let mut arguments = vec![condition];
            arguments.extend(arms.iter().cloned());
            Value::one_of(arms, || Term::of_call("if", &arguments), span)
        }
    }
}

fn and(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    fold(scope, call, span, Truth::False)
}

fn or(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    fold(scope, call, span, Truth::True)
}

// Stops at the first argument that decides.
fn fold(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span, deciding: Truth) -> Value {
    let mut arguments = Vec::new();
    for argument in call.arguments() {
        let value = scope.evaluate(argument);
        let truth = value.truth();
        if truth == Truth::Unknown && !matches!(value.ty(), None | Some(Type::Bool | Type::String)) {
            let message = format!("an argument of `{}` is no boolean", call.name());
            return scope.template.problem(EvaluationProblemKind::Evaluation, argument.span(), message);
        }
        if truth == deciding {
            let kind = ValueKind::Bool(deciding.is_true());
            return Value { assumed: value.assumed, ..Value::new(kind, Origin::at(span)) };
        }
        arguments.push(value);
    }
    if arguments.iter().any(|value| value.truth() == Truth::Unknown) {
        let name = if deciding.is_true() { "or" } else { "and" };
        let term = Term::of_call(silent(name), &arguments);
        return unknown(Unknown::new(Reason::Computed, term).typed(Some(Type::Bool)), &arguments, span);
    }
    let value = Value::new(ValueKind::Bool(deciding.is_false()), Origin::at(span));
    Value { assumed: arguments.iter().any(|argument| argument.assumed), ..value }
}

fn coalesce(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let mut open: Vec<Value> = Vec::new();
    let mut arguments: Vec<Value> = Vec::new();
    // The last argument is what is left where all before it are null.
    let mut ends_null = true;
    for argument in call.arguments() {
        let value = scope.evaluate(argument);
        let (null, set): (Vec<&Value>, Vec<&Value>) =
            value.alternatives().iter().partition(|alternative| alternative.is_missing());
        open.extend(set.iter().map(|alternative| (*alternative).clone().tainted_by(&value)));
        ends_null = !null.is_empty();
        let certain = null.is_empty() && !set.iter().any(|alternative| alternative.is_unknown());
        if !set.is_empty() {
            arguments.push(value);
        }
        if certain {
            break;
        }
    }
    if ends_null {
        open.push(Value::new(ValueKind::Null, Origin::at(span)));
    }
    match open.as_slice() {
        [only] => used_at(only.clone(), span),
        _ => Value::one_of(open, || Term::of_call("coalesce", &arguments), span),
    }
}

fn parameters(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let name = scope.argument(call, 0);
    let Some(name) = name.known_text() else {
        return scope.unknown_call(Reason::Computed, "parameters", &[name], None, span);
    };
    for frame in scope.frames() {
        if let Frame::Function { parameters, .. } = frame {
            let found = parameters.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
            return match found {
                Some((_, value)) => used_at(value.clone(), span),
                None => {
                    let message = format!("the function has no parameter `{name}`");
                    scope.template.problem(EvaluationProblemKind::Undefined, call.argument_span(0), message)
                }
            };
        }
    }
    scope.template.parameter(name, call.argument_span(0)).moved_to(span)
}

fn variables(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let name = scope.argument(call, 0);
    match name.known_text() {
        Some(name) => scope.template.variable(name, call.argument_span(0)).moved_to(span),
        None => scope.unknown_call(Reason::Computed, "variables", &[name], None, span),
    }
}

impl Value {
    // A problem was reported at the name; a value is used at the whole call.
    fn moved_to(self, span: Span) -> Value {
        used_at(self, span)
    }
}

fn copy_index(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    if arguments.iter().any(|argument| !argument.is_known()) {
        let ty = Some(Type::Number);
        return scope.unknown_call(Reason::Computed, "copyIndex", &arguments, ty, span);
    }
    let name = arguments.iter().find_map(Value::known_text);
    let offset = arguments.iter().find_map(|argument| match argument.kind {
        ValueKind::Number(Number::Int(offset)) => Some(offset),
        _ => None,
    });
    let index = scope.frames().find_map(|frame| match (frame, name) {
        (Frame::Copy { name: other, index, .. }, Some(name)) if other.eq_ignore_ascii_case(name) => {
            Some(index)
        }
        (Frame::Copy { resource: true, index, .. }, None) => Some(index),
        _ => None,
    });
    // A loop without resource frame: `copyIndex()` in a variable loop of an old template.
    let index = index.or_else(|| {
        scope.frames().find_map(|frame| match frame {
            Frame::Copy { index, .. } if name.is_none() => Some(index),
            _ => None,
        })
    });
    match index {
        None => {
            let message = match name {
                Some(name) => format!("there is no copy loop `{name}` around this `copyIndex`"),
                None => "`copyIndex` stands outside of a copy loop".to_string(),
            };
            scope.template.problem(EvaluationProblemKind::Evaluation, call.name_span(), message)
        }
        Some(index) => match index.kind {
            ValueKind::Number(Number::Int(position)) => {
                let position = position.saturating_add(offset.unwrap_or(0));
                Value::new(ValueKind::Number(Number::Int(position)), Origin::at(span))
            }
            _ => shifted(index, offset.unwrap_or(0), span),
        },
    }
}

// The index of an instance that stands for all of a loop.
fn shifted(index: &Value, offset: i64, span: Span) -> Value {
    let shifted = match &index.kind {
        ValueKind::Unknown(unknown) => unknown.term.shifted(offset).map(|term| (unknown, term)),
        _ => None,
    };
    match shifted {
        Some((unknown, term)) => {
            let kind = ValueKind::from(Unknown { term, ..(**unknown).clone() });
            used_at(Value { kind, ..index.clone() }, span)
        }
        None => used_at(index.clone(), span),
    }
}

// The result of a call that is not known; it hangs on the assumptions that its arguments hang on.
fn unknown(unknown: Unknown, arguments: &[Value], span: Span) -> Value {
    let secure = unknown.secure;
    let assumed = arguments.iter().any(|argument| argument.assumed);
    Value { secure, assumed, ..Value::new(unknown.into(), Origin::at(span)) }
}

// A function whose result tells nothing of its arguments.
fn silent(name: &str) -> FunctionId {
    FunctionId { name: name.into(), discloses: false }
}

fn fail(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let message = match arguments.first().and_then(Value::known_text) {
        Some(text) => format!("the template fails: {text}"),
        None => "the template fails".to_string(),
    };
    scope.template.problem(EvaluationProblemKind::Evaluation, span, message)
}

/// `tryGet(container, key, ...)`: null where something on the way is missing.
fn try_get(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let Some((container, keys)) = arguments.split_first() else { return Value::absent(span) };
    let null = || Value::new(ValueKind::Null, Origin::at(span));
    let mut value = container.clone();
    for key in keys {
        if value.is_missing() {
            return null().tainted_by(container);
        }
        value = match got(&value, key) {
            Got::Value(value) => value,
            Got::Unknown => {
                let secrets = SecretParts::of(&value).of_any();
                let found = secrets.unknown(Term::of_call("tryGet", &arguments));
                return unknown(found, &arguments, span);
            }
            Got::Wrong(expected) => {
                let message =
                    format!("`tryGet` takes {expected}, not {}", super::evaluate::type_name(&value));
                return scope.template.problem(
                    EvaluationProblemKind::Evaluation,
                    call.argument_span(0),
                    message,
                );
            }
        };
    }
    if value.is_missing() { null().tainted_by(container) } else { used_at(value, span) }
}

enum Got {
    Value(Value),
    Unknown,
    /// The value is not what the key asks for.
    Wrong(&'static str),
}

// One step of `tryGet`: a key, an index, or an index from the end.
fn got(value: &Value, key: &Value) -> Got {
    let null = || Value::new(ValueKind::Null, Origin::at(value.origin.span));
    if let ValueKind::OneOf(values) = &value.kind {
        let mut found = Vec::with_capacity(values.len());
        let mut wrong = None;
        for value in values.iter() {
            match got(value, key) {
                Got::Value(value) => found.push(value),
                Got::Unknown => return Got::Unknown,
                Got::Wrong(expected) => wrong = Some(expected),
            }
        }
        return match wrong {
            Some(expected) if found.is_empty() => Got::Wrong(expected),
            _ => Got::Value(Value::one_of(
                found,
                || Term::of_call("tryGet", &[value.clone(), key.clone()]),
                value.origin.span,
            )),
        };
    }
    match (&value.kind, &key.kind) {
        (ValueKind::Null | ValueKind::Absent, _) => Got::Value(null()),
        (ValueKind::Unknown(_) | ValueKind::Object(_), _) if key.known_text().is_some() => {
            Got::Value(value.get(key.known_text().unwrap_or_default()))
        }
        (ValueKind::Unknown(_), _) => Got::Unknown,
        (_, ValueKind::Unknown(_) | ValueKind::OneOf(_)) => Got::Unknown,
        (ValueKind::Object(_), ValueKind::Text(_)) => Got::Unknown,
        (ValueKind::Array(elements), ValueKind::Number(Number::Int(index))) => {
            let element = usize::try_from(*index).ok().and_then(|index| elements.get(index));
            Got::Value(element.cloned().unwrap_or_else(null).tainted_by(value))
        }
        (ValueKind::Array(elements), ValueKind::Object(place)) => match from_end(place, elements.len()) {
            Some(index) => {
                let element = index.and_then(|index| elements.get(index));
                Got::Value(element.cloned().unwrap_or_else(null).tainted_by(value))
            }
            None => Got::Unknown,
        },
        (ValueKind::Array(_), _) => Got::Wrong("an index for an array"),
        (ValueKind::Object(_), _) => Got::Wrong("a key for an object"),
        _ => Got::Wrong("an object or array"),
    }
}

// The index that `{"value": 1, "fromEnd": true}` means, as Bicep writes `array[?^1]`; `None` where it is not
// known, and no index where it lies before the first element.
fn from_end(place: &Object, length: usize) -> Option<Option<usize>> {
    let number = match place.get("value")?.kind {
        ValueKind::Number(Number::Int(number)) => usize::try_from(number).ok()?,
        _ => return None,
    };
    match place.get("fromEnd").map_or(Truth::False, |value| value.truth()) {
        Truth::True => Some(length.checked_sub(number).filter(|_| number > 0)),
        Truth::False => Some(Some(number)),
        Truth::Unknown => None,
    }
}

/// The lambda that an argument must be: the names of its variables and its body.
pub(super) fn lambda_of(call: Call<'_>, position: usize) -> Option<(Vec<SmolStr>, Expression<'_>)> {
    let (names, body) = call.argument(position)?.lambda()?;
    let names = names.map(|name| name.literal().cloned());
    Some((names.collect::<Option<Vec<_>>>()?, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted() {
        let names: Vec<String> = TABLE.iter().map(|function| function.name.to_ascii_lowercase()).collect();
        assert!(names.is_sorted());
        assert!(find("RESOURCEID").is_some() && find("listSecrets").is_some() && find("nope").is_none());
    }
}
