//! `union`, `shallowMerge` and `intersection`.
//!
//! A member that is certain to be in the result with a certain value is kept; one that a later, unknown
//! argument may replace is unknown, although its name is not.

use std::collections::HashMap;
use std::rc::Rc;

use super::array::Distinct;
use super::call::{MAX_DEPTH, describe};
use super::{CallResult, Invocation};
use crate::value::{
    Entry, Object, Origin, Reason, SecretParts, Term, Truth, Type, Unknown, Value, ValueKind,
};

/// No object with more members is merged.
const MAX_MEMBERS: usize = 10_000;

/// What a member that is merged costs, and an object within another, in comparisons.
const MEMBER: usize = 16;
const OBJECT: usize = 256;

/// No more pairs of elements are compared.
const MAX_PAIRS: usize = 1_000_000;

pub(super) fn union(call: &Invocation<'_>) -> CallResult {
    let types = call.arguments.iter().filter(|argument| !argument.is_missing()).map(Value::ty);
    let Some(ty) = common_type(call, types.collect())? else {
        let nothing = call.arguments.iter().all(Value::is_missing);
        return Ok(if nothing { call.shallow(ValueKind::Null) } else { call.unknown() });
    };
    if ty == Type::Object {
        let objects: Vec<&Value> = call.arguments.iter().collect();
        return Ok(merge(call, &objects, true));
    }
    if call.arguments.iter().any(Value::is_unknown) {
        return Ok(call.unknown_of(Reason::Computed, Some(Type::Array)));
    }
    let mut distinct = Distinct::default();
    for array in call.arguments {
        for element in array.elements().unwrap_or_default() {
            if distinct.add(call, element.clone().tainted_by(array)).is_none() {
                return Ok(call.limit());
            }
        }
    }
    Ok(call.array(distinct.into_values()))
}

// Array or object: what all arguments must be; `None` where none of them tells.
fn common_type(call: &Invocation<'_>, types: Vec<Option<Type>>) -> Result<Option<Type>, super::CallFault> {
    let name = call.function.name;
    let known = types.iter().flatten().find(|ty| matches!(ty, Type::Array | Type::Object)).copied();
    for (index, argument) in call.arguments.iter().enumerate().filter(|(_, argument)| !argument.is_missing())
    {
        let ty = argument.ty();
        if ty.is_some() && !matches!(ty, Some(Type::Array | Type::Object)) {
            return Err(call.needs(index, "an array or an object"));
        }
        if ty.is_some() && ty != known {
            return Err(call.fault(index, format!("{name}() cannot mix arrays and objects")));
        }
    }
    Ok(known)
}

pub(super) fn shallow_merge(call: &Invocation<'_>) -> CallResult {
    let argument = call.argument(0);
    if argument.is_unknown() && matches!(argument.ty(), None | Some(Type::Array)) {
        return Ok(call.unknown());
    }
    let elements = argument.elements().ok_or_else(|| call.needs(0, "an array of objects"))?;
    let wrong = elements.iter().find(|element| {
        let may_be_object = match element.ty() {
            None => true,
            Some(ty) => ty == Type::Object,
        };
        !element.is_missing() && !may_be_object
    });
    if let Some(wrong) = wrong {
        let message = format!("shallowMerge() needs an array of objects, but it holds {}", describe(wrong));
        return Err(call.fault(0, message));
    }
    let objects: Vec<&Value> = elements.iter().collect();
    Ok(merge(call, &objects, false).tainted_by(argument))
}

fn merge(call: &Invocation<'_>, objects: &[&Value], deep: bool) -> Value {
    let term = Term::of_call(call.function.id(), call.arguments);
    let mut merged = Union {
        call,
        term,
        entries: Vec::new(),
        places: HashMap::new(),
        rest: None,
        deep,
        taint: call.container(ValueKind::Null),
    };
    for object in objects {
        if merged.add(object, 0).is_none() {
            return call.limit();
        }
    }
    let taint = merged.taint.clone();
    call.container(merged.into_object().into()).tainted_by(&taint)
}

struct Union<'c> {
    call: &'c Invocation<'c>,
    /// What stands for the result.
    term: Term,
    entries: Vec<Entry>,
    /// The places of the entries, by key in lower case.
    places: HashMap<String, usize>,
    /// What stands for the members that are not listed.
    rest: Option<Rc<Unknown>>,
    deep: bool,
    /// Carries the taints of the arguments whose members are not listed.
    taint: Value,
}

impl Union<'_> {
    fn into_object(self) -> Object {
        let object = Object::built(self.entries);
        match self.rest {
            Some(rest) => object.opened((*rest).clone()),
            None => object,
        }
    }

    // `None` where a limit is reached.
    fn add(&mut self, value: &Value, depth: usize) -> Option<()> {
        if depth == MAX_DEPTH {
            return None;
        }
        let Some(object) = value.object() else {
            if value.is_unknown() {
                self.open(value, &SecretParts::of(value).unknown(value.term()), &[]);
            }
            return Some(());
        };
        let entries = object.entries();
        if let Some(rest) = object.rest() {
            self.open(value, &rest, &entries);
        }
        for entry in entries {
            self.put(Entry { value: entry.value.tainted_by(value), ..entry }, depth)?;
        }
        (self.entries.len() <= MAX_MEMBERS).then_some(())
    }

    // Any member may come in that is not one of `but`.
    fn open(&mut self, value: &Value, rest: &Unknown, but: &[Entry]) {
        for entry in &mut self.entries {
            if but.iter().any(|other| other.key.eq_ignore_ascii_case(&entry.key)) {
                continue;
            }
            let term = self.term.member(&entry.key);
            let old = &entry.value;
            entry.value = unknown(term, old.origin.clone(), &[old, &value.get(&entry.key)]);
        }
        let secrets = rest.secret_parts();
        self.rest = Some(Rc::new(match &self.rest {
            Some(own) => own.secret_parts().with(&secrets).unknown(self.term.clone()),
            None => secrets.unknown(rest.term.clone()),
        }));
        self.taint = self.taint.clone().tainted_by(value);
    }

    fn put(&mut self, new: Entry, depth: usize) -> Option<()> {
        self.call.take(MEMBER)?;
        let place = *self.places.entry(new.key.to_ascii_lowercase()).or_insert(self.entries.len());
        let Some(old) = self.entries.get_mut(place) else {
            // An earlier, unknown object may hold an object under the same name.
            let nested = self.rest.as_ref().filter(|_| self.deep && new.value.object().is_some());
            let value = match nested {
                Some(rest) => {
                    let below = Value::new(rest.member(&new.key).into(), self.taint.origin.clone());
                    let below = below.tainted_by(&self.taint);
                    combined(self.call, &below, &new.value, depth)?
                }
                None => new.value,
            };
            self.entries.push(Entry { value, ..new });
            return Some(());
        };
        old.value = if self.deep { combined(self.call, &old.value, &new.value, depth)? } else { new.value };
        old.key_span = new.key_span;
        Some(())
    }
}

// What becomes of two values of one name: objects are merged, anything else is replaced.
fn combined(call: &Invocation<'_>, old: &Value, new: &Value, depth: usize) -> Option<Value> {
    let may_be_object = |value: &Value| {
        value.object().is_some() || (value.is_unknown() && matches!(value.ty(), None | Some(Type::Object)))
    };
    if !may_be_object(old) || !may_be_object(new) {
        return Some(new.clone());
    }
    call.take(OBJECT)?;
    let term = Term::of_call("union", &[old.clone(), new.clone()]);
    if new.is_unknown() {
        return Some(unknown(term, new.origin.clone(), &[old, new]));
    }
    let taint = Value::new(ValueKind::Null, new.origin.clone());
    let mut merged =
        Union { call, term, entries: Vec::new(), places: HashMap::new(), rest: None, deep: true, taint };
    merged.add(old, depth + 1)?;
    merged.add(new, depth + 1)?;
    let taint = merged.taint.clone();
    Some(Value::new(merged.into_object().into(), new.origin.clone()).tainted_by(&taint))
}

fn unknown(term: Term, origin: Origin, from: &[&Value]) -> Value {
    let secrets = SecretParts::of_all(from.iter().copied());
    let unknown = Unknown::new(Reason::Computed, term).holding(secrets);
    from.iter().fold(Value::new(unknown.into(), origin), |value, other| value.tainted_by(other))
}

pub(super) fn intersection(call: &Invocation<'_>) -> CallResult {
    let Some(ty) = common_type(call, call.arguments.iter().map(Value::ty).collect())? else {
        return match call.arguments.iter().position(Value::is_missing) {
            Some(index) => Err(call.needs(index, "an array or an object")),
            None => Ok(call.unknown()),
        };
    };
    if let Some(index) = call.arguments.iter().position(Value::is_missing) {
        return Err(call.needs(index, "an array or an object"));
    }
    let [first, others @ ..] = call.arguments else { return Ok(call.unknown()) };
    let undecided = || Ok(call.unknown_of(Reason::Computed, Some(ty)));
    if call.arguments.iter().any(Value::is_unknown) {
        return undecided();
    }
    match first.object() {
        Some(object) => {
            let kept = common_members(call, object, others);
            kept.map_or_else(undecided, |kept| {
                Ok(call.container(Object::built(kept).into()).tainted_by(first))
            })
        }
        None => {
            let elements = first.elements().unwrap_or_default();
            let pairs = others.iter().filter_map(Value::elements).map(<[Value]>::len).sum::<usize>();
            if pairs.saturating_mul(elements.len()) > MAX_PAIRS {
                return Ok(call.limit());
            }
            let kept = common_elements(call, elements, others);
            kept.map_or_else(undecided, |kept| Ok(call.array(kept).tainted_by(first)))
        }
    }
}

fn common_members(call: &Invocation<'_>, object: &Object, others: &[Value]) -> Option<Vec<Entry>> {
    if object.is_open() {
        return None;
    }
    let mut kept = Vec::new();
    for entry in object.entries() {
        let everywhere = Truth::all(others.iter().filter_map(Value::object).map(|other| {
            other.get(&entry.key).map_or(Truth::False, |value| call.same(&value, &entry.value))
        }));
        match everywhere {
            Truth::True => kept.push(entry),
            Truth::False => {}
            Truth::Unknown => return None,
        }
    }
    Some(kept)
}

fn common_elements(call: &Invocation<'_>, elements: &[Value], others: &[Value]) -> Option<Vec<Value>> {
    let mut kept = Distinct::default();
    for element in elements {
        let everywhere = Truth::all(
            others
                .iter()
                .filter_map(Value::elements)
                .map(|other| Truth::any(other.iter().map(|value| call.same(value, element)))),
        );
        match everywhere {
            Truth::True => kept.add(call, element.clone())?,
            Truth::False => {}
            Truth::Unknown => return None,
        }
    }
    Some(kept.into_values())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{check, run, value};

    #[test]
    fn known() {
        check(&[
            ("union", json!([[1, 2], [2, 3]]), json!([1, 2, 3])),
            ("union", json!([{"a": {"x": 1}}, {"A": {"y": 2}}]), json!({"a": {"x": 1, "y": 2}})),
            ("union", json!([{"a": [1]}, {"a": [2]}]), json!({"a": [2]})),
            ("union", json!([{"a": 1}, null]), json!({"a": 1})),
            ("union", json!([1]), json!("!")),
            ("union", json!([[1], {"a": 1}]), json!("!")),
            ("shallowMerge", json!([[{"ABC": {"x": 1}}, {"abc": {"y": 2}}]]), json!({"ABC": {"y": 2}})),
            ("shallowMerge", json!([[{"foo": 1}, {"foo": null}, null]]), json!({"foo": null})),
            ("shallowMerge", json!([[1]]), json!("!")),
            ("shallowMerge", json!([1]), json!("!")),
            ("intersection", json!([["a", "b", "a"], ["a", "c"]]), json!(["a"])),
            ("intersection", json!([{"a": 1, "b": 2}, {"A": 1, "b": 3}]), json!({"a": 1})),
            ("intersection", json!(["a", "b"]), json!("!")),
        ]);
    }

    #[test]
    fn a_later_unknown_takes_certainty_away() {
        let object = json!({"a": 1, "b": {"c": 2}});
        let unknown = json!({"?object": "p"});
        let known_last = run("union", &[value(&unknown), value(&object)]).unwrap();
        assert_eq!(known_last.get("a").to_json(), json!(1));
        assert_eq!(known_last.at("b.c").to_json(), json!(2));
        assert!(known_last.at("b.other").is_unknown());
        assert_eq!(known_last.get("other").term().shown().to_string(), "p.other");

        let unknown_last = run("union", &[value(&object), value(&unknown)]).unwrap();
        assert!(unknown_last.get("a").is_unknown());
        let has = run("contains", &[unknown_last, value(&json!("a"))]).unwrap();
        assert_eq!(has.to_json(), json!(true));

        let merged = run("shallowMerge", &[value(&json!([object, unknown, {"a": 3}]))]).unwrap();
        assert_eq!(merged.get("a").to_json(), json!(3));
        assert!(merged.get("b").is_unknown());
    }

    #[test]
    fn unknown_members_and_elements() {
        check(&[
            ("union", json!([{"??": "x"}, {"??": "y"}]), json!({"$unknown": "union(x, y)"})),
            ("union", json!([{"a": {"x": 1}}, {"a": {"?": "s"}}]), json!({"a": {"$unknown": "s"}})),
            ("union", json!([["a"], [{"?": "p"}]]), json!(["a", {"$unknown": "p"}])),
            ("intersection", json!([["a", {"?": "p"}], [{"?": "p"}, "a"]]), json!(["a", {"$unknown": "p"}])),
        ]);
    }
}
