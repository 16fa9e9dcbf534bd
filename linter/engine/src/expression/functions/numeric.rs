//! Arithmetic on 64-bit integers; an overflow is a fault.

use super::call::{MAX_ELEMENTS, describe};
use super::{Body, CallFault, CallResult, Function, Invocation};
use crate::value::{Discloses, Number, Type, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    numeric_function("add", 2, 2, Some(Type::Number), |call| arithmetic(call, i64::checked_add)),
    numeric_function("div", 2, 2, Some(Type::Number), |call| division(call, i64::checked_div)),
    numeric_function("float", 1, 1, Some(Type::Number), float),
    numeric_function("int", 1, 1, Some(Type::Number), int),
    numeric_function("max", 1, usize::MAX, Some(Type::Number), |call| extreme(call, i64::max)),
    numeric_function("min", 1, usize::MAX, Some(Type::Number), |call| extreme(call, i64::min)),
    numeric_function("mod", 2, 2, Some(Type::Number), |call| division(call, i64::checked_rem)),
    numeric_function("mul", 2, 2, Some(Type::Number), |call| arithmetic(call, i64::checked_mul)),
    numeric_function("range", 2, 2, Some(Type::Array), range),
    numeric_function("sub", 2, 2, Some(Type::Number), |call| arithmetic(call, i64::checked_sub)),
];

const fn numeric_function(
    name: &'static str,
    min: usize,
    max: usize,
    returns: Option<Type>,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function { name, min, max, returns, discloses: Discloses::Whole, body: Body::Known(body) }
}

/// The largest count of `range` (learn.microsoft.com, template-functions-numeric / -array, 2024-02-12).
const MAX_RANGE: i64 = 10_000;

/// The largest number that `range` may reach.
const MAX_RANGE_END: i64 = 2_147_483_647;

fn arithmetic(call: &Invocation<'_>, operate: fn(i64, i64) -> Option<i64>) -> CallResult {
    let result = operate(operand(call, 0)?, operand(call, 1)?);
    result.map(|number| call.number(number)).ok_or_else(|| overflow(call))
}

fn division(call: &Invocation<'_>, operate: fn(i64, i64) -> Option<i64>) -> CallResult {
    if operand(call, 1)? == 0 {
        return Err(call.fault(1, format!("{}() cannot divide by zero", call.function.name)));
    }
    arithmetic(call, operate)
}

fn overflow(call: &Invocation<'_>) -> CallFault {
    CallFault { argument: None, message: format!("{}() overflows 64 bits", call.function.name) }
}

// Operands may be strings of digits.
fn operand(call: &Invocation<'_>, index: usize) -> Result<i64, CallFault> {
    match &call.argument(index).kind {
        ValueKind::Number(Number::Int(number)) => Some(*number),
        ValueKind::Number(Number::Float(number)) if number.fract() == 0.0 => whole(*number),
        _ => call.argument(index).known_text().and_then(|text| text.trim().parse().ok()),
    }
    .ok_or_else(|| call.needs(index, "an integer"))
}

fn whole(number: f64) -> Option<i64> {
    // 2^63 itself is not an i64, and the largest f64 below it is.
    (-(2f64.powi(63))..2f64.powi(63)).contains(&number).then_some(number as i64)
}

fn int(call: &Invocation<'_>) -> CallResult {
    match &call.argument(0).kind {
        ValueKind::Number(Number::Int(number)) => Ok(call.number(*number)),
        ValueKind::Number(Number::Float(number)) => match whole(number.trunc()) {
            Some(number) => Ok(call.number(number)),
            None => Err(overflow(call)),
        },
        _ => {
            let text = call.known_text(0).map_err(|_| call.needs(0, "an integer or a string"))?;
            let number = text.trim().parse().map_err(|_| call.fault(0, "int() needs a string of digits"))?;
            Ok(call.number(number))
        }
    }
}

fn float(call: &Invocation<'_>) -> CallResult {
    let number = match &call.argument(0).kind {
        ValueKind::Number(Number::Int(number)) => *number as f64,
        ValueKind::Number(Number::Float(number)) => *number,
        _ => {
            let text = call.known_text(0).map_err(|_| call.needs(0, "a number or a string"))?;
            let number: Option<f64> = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
            number.ok_or_else(|| call.fault(0, "float() needs a string that is a number"))?
        }
    };
    Ok(call.shallow(ValueKind::Number(Number::Float(number))))
}

fn extreme(call: &Invocation<'_>, choose: fn(i64, i64) -> i64) -> CallResult {
    let numbers: &[Value] = match call.arguments {
        [only] => only.elements().unwrap_or(call.arguments),
        all => all,
    };
    let mut result: Option<i64> = None;
    for (index, value) in numbers.iter().enumerate() {
        let ValueKind::Number(Number::Int(number)) = value.kind else {
            let index = if call.arguments.len() == 1 { 0 } else { index };
            let message = format!("{}() needs integers, not {}", call.function.name, describe(value));
            return Err(call.fault(index, message));
        };
        result = Some(result.map_or(number, |result| choose(result, number)));
    }
    result
        .map(|number| call.result(ValueKind::Number(Number::Int(number))))
        .ok_or_else(|| call.fault(0, format!("{}() needs at least one number", call.function.name)))
}

fn range(call: &Invocation<'_>) -> CallResult {
    let (start, count) = (call.int(0)?, call.int(1)?);
    if !(0..=MAX_RANGE).contains(&count) {
        return Err(call.fault(1, format!("range() takes a count from 0 to {MAX_RANGE}, not {count}")));
    }
    let end = start.checked_add(count).filter(|end| *end <= MAX_RANGE_END);
    let end = end.ok_or_else(|| call.fault(0, format!("range() cannot go beyond {MAX_RANGE_END}")))?;
    const { assert!(MAX_RANGE as usize <= MAX_ELEMENTS) };
    Ok(call.array((start..end).map(|number| call.number(number)).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::check;

    #[test]
    fn arithmetic() {
        check(&[
            ("add", json!([1, "2"]), json!(3)),
            ("add", json!([i64::MAX, 1]), json!("!")),
            ("add", json!(["a", 1]), json!("!")),
            ("sub", json!([1, 2]), json!(-1)),
            ("mul", json!([5, "3"]), json!(15)),
            ("mul", json!([i64::MAX, 2]), json!("!")),
            ("div", json!([-7, 2]), json!(-3)),
            ("div", json!([i64::MIN, -1]), json!("!")),
            ("div", json!([1, "0"]), json!("!")),
            ("mod", json!([-7, 3]), json!(-1)),
            ("mod", json!([1, 0]), json!("!")),
            ("min", json!([10, 4, 1, 6]), json!(1)),
            ("max", json!([[6, 4, 8]]), json!(8)),
            ("max", json!([1, "0"]), json!("!")),
            ("max", json!([[]]), json!("!")),
            ("int", json!([" -12 "]), json!(-12)),
            ("int", json!(["1.5"]), json!("!")),
            ("int", json!([2.9]), json!(2)),
            ("int", json!([1e300]), json!("!")),
            ("int", json!([true]), json!("!")),
            ("float", json!(["3.5"]), json!(3.5)),
            ("float", json!(["nan"]), json!("!")),
            ("range", json!([-3, 4]), json!([-3, -2, -1, 0])),
            ("range", json!([1, 10001]), json!("!")),
            ("range", json!([2147483647, 1]), json!("!")),
            ("range", json!([i64::MAX, 1]), json!("!")),
            ("add", json!([{"?int": "n"}, 1]), json!({"$unknown": "add(n, 1)"})),
        ]);
    }
}
