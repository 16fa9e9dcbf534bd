//! Functions that take a part of a string or an array, or look for one: `first`, `last`, `take`, `skip`,
//! `substring`, `indexOf`, `lastIndexOf`. Positions in strings count UTF-16 units, as .NET does.

use std::rc::Rc;

use super::string::as_text;
use super::{Body, CallResult, Function, Invocation, parts};
use crate::value::{Discloses, Reason, Term, Text, Truth, Type, Unknown, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    slice_function("first", 1, 1, None, first).telling(Discloses::Parts(parts::any)),
    slice_function("indexFromEnd", 2, 2, None, index_from_end).telling(Discloses::Parts(parts::any)),
    slice_function("indexOf", 2, 2, Some(Type::Number), index_of).telling(Discloses::Nothing),
    slice_function("last", 1, 1, None, last).telling(Discloses::Parts(parts::any)),
    slice_function("lastIndexOf", 2, 2, Some(Type::Number), last_index_of).telling(Discloses::Nothing),
    slice_function("skip", 2, 2, None, skip).telling(Discloses::Parts(parts::all)),
    slice_function("substring", 1, 3, Some(Type::String), substring),
    slice_function("take", 2, 2, None, take).telling(Discloses::Parts(parts::all)),
    slice_function("tryIndexFromEnd", 2, 2, None, try_index_from_end).telling(Discloses::Parts(parts::any)),
];

const fn slice_function(
    name: &'static str,
    min: usize,
    max: usize,
    returns: Option<Type>,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function { name, min, max, returns, discloses: Discloses::Whole, body: Body::Partial(body) }
}

/// A text in which the case of letters does not count; it has as many characters as the text.
pub(super) fn folded(text: &str) -> String {
    let upper = |c: char| {
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(upper), None) => upper,
            _ => c,
        }
    };
    text.chars().map(upper).collect()
}

fn first(call: &Invocation<'_>) -> CallResult {
    end(call, <[Value]>::first, |text| text.prefix().chars().next())
}

fn last(call: &Invocation<'_>) -> CallResult {
    end(call, <[Value]>::last, |text| text.suffix().chars().next_back())
}

fn end(
    call: &Invocation<'_>,
    element: fn(&[Value]) -> Option<&Value>,
    character: fn(&Text) -> Option<char>,
) -> CallResult {
    let value = call.argument(0);
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => Ok(call.shallow(ValueKind::Null)),
        ValueKind::Array(elements) => Ok(element_or_null(call, element(elements))),
        ValueKind::Text(text) => match (character(text), text) {
            (Some(c), _) => Ok(call.string(c.to_string())),
            (None, Text::Known(_)) => Ok(call.string("")),
            (None, Text::Symbolic(_)) => Ok(call.unknown_of(Reason::Computed, Some(Type::String))),
        },
        ValueKind::Unknown(unknown) => match unknown.ty {
            Some(Type::String) => Ok(call.unknown_of(Reason::Computed, Some(Type::String))),
            None | Some(Type::Array) => Ok(call.unknown()),
            _ => Err(call.needs(0, "a string or an array")),
        },
        _ if value.is_unknown() => Ok(call.unknown()),
        _ => Err(call.needs(0, "a string or an array")),
    }
}

fn element_or_null(call: &Invocation<'_>, element: Option<&Value>) -> Value {
    match element {
        Some(element) => element.clone().tainted_by(call.argument(0)),
        None => call.shallow(ValueKind::Null),
    }
}

fn index_from_end(call: &Invocation<'_>) -> CallResult {
    from_end(call, |call| {
        let message = format!("{}() counts beyond the start of the array", call.function.name);
        Err(call.fault(1, message))
    })
}

fn try_index_from_end(call: &Invocation<'_>) -> CallResult {
    if call.argument(0).is_missing() {
        return Ok(call.shallow(ValueKind::Null));
    }
    from_end(call, |call| Ok(call.shallow(ValueKind::Null)))
}

fn from_end(call: &Invocation<'_>, missing: fn(&Invocation<'_>) -> CallResult) -> CallResult {
    if call.is_unknown(0) && matches!(call.argument(0).ty(), None | Some(Type::Array)) {
        return Ok(call.unknown());
    }
    let elements = call.argument(0).elements().ok_or_else(|| call.needs(0, "an array"))?;
    if call.is_unknown(1) {
        return Ok(call.unknown());
    }
    let index = usize::try_from(call.int(1)?).ok().filter(|index| *index > 0);
    match index.and_then(|index| elements.len().checked_sub(index)).and_then(|index| elements.get(index)) {
        Some(element) => Ok(element.clone().tainted_by(call.argument(0))),
        None => missing(call),
    }
}

fn take(call: &Invocation<'_>) -> CallResult {
    part(call, |elements, count| &elements[..count], |text, count| (0, Some(count.min(text))))
}

fn skip(call: &Invocation<'_>) -> CallResult {
    part(call, |elements, count| &elements[count..], |text, count| (count.min(text), None))
}

type PartRange = (usize, Option<usize>);

fn part(
    call: &Invocation<'_>,
    elements: fn(&[Value], usize) -> &[Value],
    range: fn(usize, usize) -> PartRange,
) -> CallResult {
    let value = call.argument(0);
    let ty = value.ty();
    if value.is_absent() || !matches!(ty, None | Some(Type::String | Type::Array)) {
        return Err(call.needs(0, "a string or an array"));
    }
    if call.is_unknown(1) && matches!(call.argument(1).ty(), None | Some(Type::Number)) {
        return Ok(call.unknown_of(Reason::Computed, ty));
    }
    let count = usize::try_from(call.int(1)?).unwrap_or(0);
    match &value.kind {
        ValueKind::Array(all) => {
            let part = elements(all, count.min(all.len())).to_vec();
            Ok(call.array(part).tainted_by(value))
        }
        ValueKind::Text(Text::Known(text)) => {
            let (start, length) = range(text.encode_utf16().count(), count);
            Ok(cut(text, start, length).map_or_else(|| call.unknown(), |part| call.string(part)))
        }
        ValueKind::Text(_) => {
            let (start, length) = range(usize::MAX, count);
            Ok(cut_symbolic(call, start, length))
        }
        _ if ty == Some(Type::String) => {
            let (start, length) = range(usize::MAX, count);
            Ok(cut_symbolic(call, start, length))
        }
        _ => Ok(call.unknown_of(Reason::Computed, ty)),
    }
}

fn substring(call: &Invocation<'_>) -> CallResult {
    let text = call.text(0)?;
    let unknown =
        |index| call.is_unknown(index) && matches!(call.argument(index).ty(), None | Some(Type::Number));
    if unknown(1) || unknown(2) {
        return Ok(call.unknown());
    }
    let start = if call.arguments.len() > 1 { call.int(1)? } else { 0 };
    let length = if call.arguments.len() > 2 { Some(call.int(2)?) } else { None };
    let start =
        usize::try_from(start).map_err(|_| call.fault(1, "substring() cannot start before the string"))?;
    let length = length.map(usize::try_from).transpose();
    let length = length.map_err(|_| call.fault(2, "substring() cannot take a negative length"))?;
    let Text::Known(text) = text else { return Ok(cut_symbolic(call, start, length)) };
    let size = text.encode_utf16().count();
    let end = length.map_or(Some(size.max(start)), |length| start.checked_add(length));
    if start > size {
        return Err(
            call.fault(1, format!("substring() starts behind the end of a string of {size} characters"))
        );
    }
    if end.is_none_or(|end| end > size) {
        return Err(
            call.fault(2, format!("substring() reaches behind the end of a string of {size} characters"))
        );
    }
    Ok(cut(&text, start, length).map_or_else(|| call.unknown(), |part| call.string(part)))
}

// The part of a text by UTF-16 units; half a surrogate pair is U+FFFD. None where it starts behind the end.
fn cut(text: &str, start: usize, length: Option<usize>) -> Option<String> {
    if text.is_ascii() {
        let rest = text.get(start..)?;
        return Some(rest[..length.unwrap_or(rest.len()).min(rest.len())].to_owned());
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    let rest = units.get(start..)?;
    Some(String::from_utf16_lossy(&rest[..length.unwrap_or(rest.len()).min(rest.len())]))
}

// What is certain of a part of a text with holes: where the cut falls into the literal at the start, the
// literal is cut; where the length goes beyond it, the rest is a hole.
fn cut_symbolic(call: &Invocation<'_>, start: usize, length: Option<usize>) -> Value {
    let ty = Some(Type::String);
    let Some(text) = call.argument(0).text() else { return call.unknown_of(Reason::Computed, ty) };
    let prefix = text.prefix();
    let size = prefix.encode_utf16().count();
    let Some(kept) = cut(prefix, start, length) else { return call.unknown_of(Reason::Computed, ty) };
    if length.is_some_and(|length| start.saturating_add(length) <= size) {
        return call.text_result(Text::Known(kept.into()));
    }
    if start == 0 && length.is_none() {
        return call.text_result(text);
    }
    let behind = usize::from(!prefix.is_empty());
    let rest = Text::concat(text.segments().into_iter().skip(behind).map(as_text));
    let rest = match length {
        None => rest,
        Some(length) => {
            let left = length - (size - start);
            let left = Term::integer(i64::try_from(left).unwrap_or(i64::MAX));
            let secure = rest.holes().any(|hole| hole.secure);
            let term = match call.function.name {
                "take" => Term::call("take", [Term::from(rest), left]),
                _ => Term::call("substring", [Term::from(rest), Term::integer(0), left]),
            };
            Text::hole(Rc::new(Unknown { secure, ty, ..Unknown::new(Reason::Computed, term) }))
        }
    };
    call.text_result(Text::concat([Text::Known(kept.into()), rest]))
}

fn index_of(call: &Invocation<'_>) -> CallResult {
    index(call, |text, needle| text.find(needle), |same| same.iter().position(|same| !same.is_false()))
}

fn last_index_of(call: &Invocation<'_>) -> CallResult {
    index(call, |text, needle| text.rfind(needle), |same| same.iter().rposition(|same| !same.is_false()))
}

fn index(
    call: &Invocation<'_>,
    find: fn(&str, &str) -> Option<usize>,
    candidate: fn(&[Truth]) -> Option<usize>,
) -> CallResult {
    let value = call.argument(0);
    if let Some(elements) = value.elements() {
        let same: Vec<Truth> = elements.iter().map(|element| call.same(element, call.argument(1))).collect();
        return Ok(match candidate(&same) {
            None => call.number(-1),
            Some(at) if same.get(at).is_some_and(|same| same.is_true()) => call.number(position(at)),
            Some(_) => call.unknown(),
        });
    }
    if value.is_unknown() && matches!(value.ty(), None | Some(Type::Array)) {
        return Ok(call.unknown());
    }
    let text = value.text().ok_or_else(|| call.needs(0, "a string or an array"))?;
    let needle = call.text(1)?;
    let Some(needle) = needle.known() else { return Ok(call.unknown()) };
    let needle = folded(needle);
    match text {
        Text::Known(text) => {
            let text = folded(&text);
            let found = find(&text, &needle).map(|at| position(text[..at].encode_utf16().count()));
            Ok(call.number(found.unwrap_or(-1)))
        }
        Text::Symbolic(_) if call.function.name == "indexOf" => {
            let prefix = folded(text.prefix());
            let found = find(&prefix, &needle).map(|at| position(prefix[..at].encode_utf16().count()));
            Ok(found.map_or_else(|| call.unknown(), |at| call.number(at)))
        }
        Text::Symbolic(_) => Ok(call.unknown()),
    }
}

fn position(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{check, run, value};

    #[test]
    fn known() {
        check(&[
            ("first", json!(["one"]), json!("o")),
            ("first", json!([""]), json!("")),
            ("first", json!([[]]), json!(null)),
            ("first", json!([[7, 8]]), json!(7)),
            ("last", json!(["one"]), json!("e")),
            ("last", json!([1]), json!("!")),
            ("indexFromEnd", json!([["a", "b"], 2]), json!("a")),
            ("indexFromEnd", json!([["a", "b"], 3]), json!("!")),
            ("indexFromEnd", json!([["a", "b"], 0]), json!("!")),
            ("tryIndexFromEnd", json!([["a", "b"], 3]), json!(null)),
            ("tryIndexFromEnd", json!([null, 3]), json!(null)),
            ("indexOf", json!(["ABC", "bc"]), json!(1)),
            ("indexOf", json!(["aéb", "B"]), json!(2)),
            ("indexOf", json!(["abc", "z"]), json!(-1)),
            ("indexOf", json!([[1, [2], "x"], [2]]), json!(1)),
            ("indexOf", json!([["X"], "x"]), json!(-1)),
            ("lastIndexOf", json!(["abab", "AB"]), json!(2)),
            ("lastIndexOf", json!([[1, 2, 1], 1]), json!(2)),
            ("skip", json!(["abc", -1]), json!("abc")),
            ("skip", json!(["abc", 9]), json!("")),
            ("skip", json!([[1, 2], 1]), json!([2])),
            ("skip", json!([[1, 2], "1"]), json!("!")),
            ("take", json!(["abc", 2]), json!("ab")),
            ("take", json!(["a😀b", 3]), json!("a😀")),
            ("take", json!([[1, 2], 9]), json!([1, 2])),
            ("take", json!([[1, 2], -9]), json!([])),
            ("substring", json!(["abc", 3]), json!("")),
            ("substring", json!(["abc", 4]), json!("!")),
            ("substring", json!(["abc", 1, 2]), json!("bc")),
            ("substring", json!(["abc", 2, 5]), json!("!")),
            ("substring", json!(["abc", 0, -1]), json!("!")),
            ("substring", json!(["abc", -1, 1]), json!("!")),
        ]);
    }

    #[test]
    fn symbolic() {
        let text =
            run("concat", &[value(&json!("abc")), value(&json!({"?": "p"})), value(&json!("z"))]).unwrap();
        let cases: &[(&str, &[i64], serde_json::Value)] = &[
            ("first", &[], json!("a")),
            ("last", &[], json!("z")),
            ("take", &[2], json!("ab")),
            ("take", &[24], json!({"$unknown": "concat('abc', take(concat(p, 'z'), 21))"})),
            ("skip", &[2], json!({"$unknown": "concat('c', p, 'z')"})),
            ("skip", &[3], json!({"$unknown": "concat(p, 'z')"})),
            ("skip", &[4], json!({"$unknown": "skip(concat('abc', p, 'z'), 4)"})),
            ("substring", &[1, 2], json!("bc")),
            ("substring", &[0, 5], json!({"$unknown": "concat('abc', substring(concat(p, 'z'), 0, 2))"})),
        ];
        for (name, numbers, expected) in cases {
            let mut arguments = vec![text.clone()];
            arguments.extend(numbers.iter().map(|number| value(&json!(number))));
            assert_eq!(&run(name, &arguments).unwrap().to_json(), expected, "{name}{numbers:?}");
        }
        let at = |needle: &str| run("indexOf", &[text.clone(), value(&json!(needle))]).unwrap().to_json();
        assert_eq!(at("C"), json!(2));
        assert_eq!(at("z"), json!({"$unknown": "indexOf(concat('abc', p, 'z'), 'z')"}));
    }

    #[test]
    fn unknown_elements() {
        check(&[
            ("first", json!([{"?array": "a"}]), json!({"$unknown": "first(a)"})),
            ("first", json!([{"?bool": "a"}]), json!("!")),
            (
                "indexOf",
                json!([[{"?": "p"}, "x"], "x"]),
                json!({"$unknown": "indexOf(createArray(p, 'x'), 'x')"}),
            ),
            ("indexOf", json!([["x", {"?": "p"}], "x"]), json!(0)),
            ("take", json!([{"?": "p"}, 3]), json!({"$unknown": "take(p, 3)"})),
            ("substring", json!([{"?": "p"}, 3]), json!({"$unknown": "substring(p, 3)"})),
        ]);
    }
}
