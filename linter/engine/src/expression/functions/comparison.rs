//! Comparisons and plain logic; `and`, `or`, `if` and `coalesce` evaluate on demand and are not here.

use std::cmp::Ordering;

use super::call::describe;
use super::{Body, CallFault, CallResult, Function, Invocation};
use crate::value::{Discloses, Number, Truth, Type, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    known("bool", 1, Some(Type::Bool), bool),
    Function {
        name: "equals",
        min: 2,
        max: 2,
        returns: Some(Type::Bool),
        discloses: Discloses::Whole,
        body: Body::Partial(equals),
    }
    .telling(Discloses::Nothing),
    known("false", 0, Some(Type::Bool), |call| Ok(call.truth(Truth::False))),
    known("greater", 2, Some(Type::Bool), |call| compare(call, Ordering::is_gt)).telling(Discloses::Nothing),
    known("greaterOrEquals", 2, Some(Type::Bool), |call| compare(call, Ordering::is_ge))
        .telling(Discloses::Nothing),
    known("less", 2, Some(Type::Bool), |call| compare(call, Ordering::is_lt)).telling(Discloses::Nothing),
    known("lessOrEquals", 2, Some(Type::Bool), |call| compare(call, Ordering::is_le))
        .telling(Discloses::Nothing),
    known("not", 1, Some(Type::Bool), not).telling(Discloses::Nothing),
    known("null", 0, Some(Type::Null), |call| Ok(call.shallow(ValueKind::Null))),
    known("true", 0, Some(Type::Bool), |call| Ok(call.truth(Truth::True))),
];

const fn known(
    name: &'static str,
    count: usize,
    returns: Option<Type>,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function { name, min: count, max: count, returns, discloses: Discloses::Whole, body: Body::Known(body) }
}

fn equals(call: &Invocation<'_>) -> CallResult {
    Ok(call.truth(call.argument(0).same_as(call.argument(1))))
}

fn not(call: &Invocation<'_>) -> CallResult {
    match call.argument(0).kind {
        ValueKind::Bool(value) => Ok(call.truth(Truth::from(!value))),
        _ => Err(call.needs(0, "a boolean")),
    }
}

fn bool(call: &Invocation<'_>) -> CallResult {
    let truth = match &call.argument(0).kind {
        ValueKind::Bool(value) => Some(*value),
        ValueKind::Number(Number::Int(value)) => Some(*value != 0),
        _ => match call.known_text(0).map_err(|_| call.needs(0, "a boolean, an integer or a string"))?.trim()
        {
            "1" => Some(true),
            "0" => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        },
    };
    let truth = truth.ok_or_else(|| call.fault(0, "bool() needs 'true', 'false', '1' or '0'"))?;
    Ok(call.truth(Truth::from(truth)))
}

fn compare(call: &Invocation<'_>, holds: fn(Ordering) -> bool) -> CallResult {
    let order = order(call)?;
    // No order between the two (NaN): no comparison holds.
    Ok(call.truth(Truth::from(order.is_some_and(holds))))
}

fn order(call: &Invocation<'_>) -> Result<Option<Ordering>, CallFault> {
    let (a, b) = (call.argument(0), call.argument(1));
    match (&a.kind, &b.kind) {
        (ValueKind::Number(Number::Int(a)), ValueKind::Number(Number::Int(b))) => Ok(Some(a.cmp(b))),
        (ValueKind::Number(a), ValueKind::Number(b)) => Ok(as_float(*a).partial_cmp(&as_float(*b))),
        _ => match (a.known_text(), b.known_text()) {
            (Some(a), Some(b)) => Ok(Some(culture_order(a, b))),
            _ => Err(mismatch(call, a, b)),
        },
    }
}

fn mismatch(call: &Invocation<'_>, a: &Value, b: &Value) -> CallFault {
    let (a, b) = (describe(a), describe(b));
    let message = format!("{}() compares two numbers or two strings, not {a} and {b}", call.function.name);
    CallFault { argument: None, message }
}

fn as_float(number: Number) -> f64 {
    match number {
        Number::Int(value) => value as f64,
        Number::Float(value) => value,
    }
}

/// The order of strings of the service: case only breaks ties, and lower case sorts before upper
/// (learn.microsoft.com, template-functions-comparison, 2023-08-22: `greater('A', 'a')` is true).
fn culture_order(a: &str, b: &str) -> Ordering {
    let lower = |text: &str| text.to_lowercase();
    lower(a).cmp(&lower(b)).then_with(|| b.chars().cmp(a.chars()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::check;

    #[test]
    fn known() {
        check(&[
            ("equals", json!([1, "1"]), json!(false)),
            ("equals", json!(["a", "A"]), json!(false)),
            ("equals", json!([[1, {"A": 2}], [1, {"a": 2}]]), json!(true)),
            ("equals", json!([null, null]), json!(true)),
            ("greater", json!(["A", "a"]), json!(true)),
            ("less", json!(["A", "a"]), json!(false)),
            ("less", json!(["a", "B"]), json!(true)),
            ("greaterOrEquals", json!([2, 2]), json!(true)),
            ("lessOrEquals", json!([3, 2]), json!(false)),
            ("less", json!([1, "2"]), json!("!")),
            ("less", json!([true, false]), json!("!")),
            ("not", json!([false]), json!(true)),
            ("not", json!(["x"]), json!("!")),
            ("bool", json!(["True"]), json!(true)),
            ("bool", json!(["0"]), json!(false)),
            ("bool", json!([7]), json!(true)),
            ("bool", json!(["maybe"]), json!("!")),
            ("true", json!([]), json!(true)),
            ("null", json!([]), json!(null)),
        ]);
    }

    #[test]
    fn partly_known() {
        check(&[
            ("equals", json!([{"?": "p"}, {"?": "p"}]), json!(true)),
            ("equals", json!([{"?": "p"}, 1]), json!(false)),
            ("equals", json!([["a", {"?": "p"}], ["b", {"?": "p"}]]), json!(false)),
            ("equals", json!([{"?": "p"}, "x"]), json!({"$unknown": "equals(p, 'x')"})),
            ("not", json!([{"?bool": "p"}]), json!({"$unknown": "not(p)"})),
        ]);
    }
}
