//! Functions that make arrays; elements that are not known stay in their places.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::call::{MAX_ELEMENTS, describe};
use super::{Body, CallResult, Function, Invocation, parts};
use crate::value::{Discloses, Number, Type, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    array_function("array", 1, 1, array).telling(Discloses::Parts(parts::elements)),
    Function {
        name: "createArray",
        min: 0,
        max: usize::MAX,
        returns: Some(Type::Array),
        discloses: Discloses::Parts(parts::elements),
        body: Body::Container(create_array),
    },
    array_function("distinct", 1, 1, distinct).telling(Discloses::Parts(parts::all)),
    array_function("flatten", 1, 1, flatten).telling(Discloses::Parts(parts::any)),
];

const fn array_function(
    name: &'static str,
    min: usize,
    max: usize,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function {
        name,
        min,
        max,
        returns: Some(Type::Array),
        discloses: Discloses::Whole,
        body: Body::Partial(body),
    }
}

/// How many values other than known strings and integers are compared with each other.
const MAX_COMPARED: usize = 2000;

/// Values without those that certainly equal an earlier one.
#[derive(Default)]
pub(super) struct Distinct {
    kept: Vec<Value>,
    strings: HashSet<SmolStr>,
    integers: HashSet<i64>,
    others: Vec<usize>,
}

impl Distinct {
    /// Adds a value; `None` where a limit is reached.
    pub(super) fn add(&mut self, call: &Invocation<'_>, value: Value) -> Option<()> {
        let new = if let Some(text) = value.known_text() {
            self.strings.insert(text.into())
        } else if let ValueKind::Number(Number::Int(number)) = value.kind {
            self.integers.insert(number)
        } else {
            let others = self.others.iter().filter_map(|index| self.kept.get(*index));
            let new = !others.into_iter().any(|other| call.same(other, &value).is_true());
            if new {
                self.others.push(self.kept.len());
            }
            new
        };
        if new {
            self.kept.push(value);
        }
        (self.others.len() <= MAX_COMPARED && self.kept.len() <= MAX_ELEMENTS).then_some(())
    }

    /// The values in their order.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.kept
    }
}

fn array(call: &Invocation<'_>) -> CallResult {
    let value = call.argument(0);
    match &value.kind {
        ValueKind::Array(_) => Ok(value.clone()),
        _ if value.is_unknown() && value.ty() == Some(Type::Array) => Ok(value.clone()),
        _ if value.is_unknown() && value.ty().is_none() => Ok(call.unknown()),
        _ => Ok(call.array(vec![value.clone()])),
    }
}

fn create_array(call: &Invocation<'_>) -> CallResult {
    Ok(call.array(call.arguments.to_vec()))
}

fn distinct(call: &Invocation<'_>) -> CallResult {
    if call.is_unknown(0) && matches!(call.argument(0).ty(), None | Some(Type::Array)) {
        return Ok(call.unknown());
    }
    let elements = call.argument(0).elements().ok_or_else(|| call.needs(0, "an array"))?;
    let mut distinct = Distinct::default();
    for element in elements {
        if distinct.add(call, element.clone()).is_none() {
            return Ok(call.limit());
        }
    }
    Ok(call.array(distinct.into_values()).tainted_by(call.argument(0)))
}

fn flatten(call: &Invocation<'_>) -> CallResult {
    if call.is_unknown(0) && matches!(call.argument(0).ty(), None | Some(Type::Array)) {
        return Ok(call.unknown());
    }
    let arrays = call.argument(0).elements().ok_or_else(|| call.needs(0, "an array"))?;
    let mut flat: Vec<Value> = Vec::new();
    let mut complete = true;
    for array in arrays {
        match array.elements() {
            Some(elements) if flat.len() + elements.len() > MAX_ELEMENTS => return Ok(call.limit()),
            Some(elements) => flat.extend(elements.iter().map(|element| element.clone().tainted_by(array))),
            None if array.is_unknown() && matches!(array.ty(), None | Some(Type::Array)) => complete = false,
            None => {
                let message = format!("flatten() needs an array of arrays, but it holds {}", describe(array));
                return Err(call.fault(0, message));
            }
        }
    }
    if !complete {
        return Ok(call.unknown());
    }
    Ok(call.array(flat).tainted_by(call.argument(0)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{SPAN, check, run, value};
    use super::*;

    #[test]
    fn arrays() {
        let p = json!({"?": "p"});
        let unknown = |residue: &str| json!({ "$unknown": residue });
        check(&[
            ("array", json!([1]), json!([1])),
            ("array", json!([[1]]), json!([[1]][0])),
            ("array", json!([p]), json!([unknown("p")])),
            ("array", json!([{"??": "x"}]), unknown("array(x)")),
            ("createArray", json!([]), json!([])),
            ("createArray", json!([1, p]), json!([1, unknown("p")])),
            ("distinct", json!([[1, 2, 1, "1", [3], [3], p, p]]), json!([1, 2, "1", [3], unknown("p")])),
            ("distinct", json!([1]), json!("!")),
            ("flatten", json!([[[1, [2]], [3]]]), json!([1, [2], 3])),
            ("flatten", json!([[1]]), json!("!")),
            ("flatten", json!([[[1], {"?array": "a"}]]), unknown("flatten(createArray(createArray(1), a))")),
        ]);
    }

    #[test]
    fn each_element_keeps_its_own_taint() {
        let secret = Value { secure: true, ..Value::string("s", SPAN) };
        let array = run("createArray", &[value(&json!(1)), secret]).unwrap();
        let secure: Vec<bool> = array.elements().unwrap().iter().map(|element| element.secure).collect();
        assert_eq!(secure, [false, true]);
        assert!(run("string", &[array]).unwrap().secure);
    }
}
