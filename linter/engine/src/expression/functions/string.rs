//! Functions of strings. Texts with holes stay texts with holes.

use std::rc::Rc;

use super::call::{MAX_ELEMENTS, MAX_TEXT_BYTES, describe};
use super::render;
use super::slice::folded;
use super::{Body, CallResult, Function, Invocation, parts};
use crate::value::{Discloses, Piece, Reason, Segment, Term, Text, Truth, Type, Unknown, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[
    string_function("concat", 0, usize::MAX, None, concat).telling(Discloses::Parts(parts::all)),
    string_function("endsWith", 2, 2, Some(Type::Bool), ends_with).telling(Discloses::Nothing),
    string_function("join", 2, 2, Some(Type::String), join),
    Function {
        name: "like",
        min: 2,
        max: 2,
        returns: Some(Type::Bool),
        discloses: Discloses::Whole,
        body: Body::Known(like),
    }
    .telling(Discloses::Nothing),
    string_function("padLeft", 2, 3, Some(Type::String), pad_left),
    string_function("replace", 3, 3, Some(Type::String), replace),
    string_function("startsWith", 2, 2, Some(Type::Bool), starts_with).telling(Discloses::Nothing),
    string_function("string", 1, 1, Some(Type::String), string),
    string_function("toLower", 1, 1, Some(Type::String), to_lower),
    string_function("toUpper", 1, 1, Some(Type::String), to_upper),
    string_function("trim", 1, 1, Some(Type::String), trim),
];

const fn string_function(
    name: &'static str,
    min: usize,
    max: usize,
    returns: Option<Type>,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function { name, min, max, returns, discloses: Discloses::Whole, body: Body::Partial(body) }
}

fn concat(call: &Invocation<'_>) -> CallResult {
    if let [only] = call.arguments
        && only.is_unknown()
    {
        return Ok(only.clone());
    }
    let types: Vec<Option<Type>> = call.arguments.iter().map(Value::ty).collect();
    if let Some(index) = types.iter().position(|ty| *ty == Some(Type::Object)) {
        return Err(call.needs(index, "a string, a number, a boolean or an array"));
    }
    if types.contains(&Some(Type::Array)) {
        return concat_arrays(call);
    }
    let certain = |ty: &Option<Type>| matches!(ty, Some(Type::String | Type::Number | Type::Bool));
    if types.iter().any(certain) || call.arguments.iter().all(|argument| !argument.is_unknown()) {
        return Ok(call.assembled(call.arguments.iter().flat_map(render::pieces).collect()));
    }
    Ok(call.unknown())
}

fn concat_arrays(call: &Invocation<'_>) -> CallResult {
    let mut elements = Vec::new();
    let mut complete = true;
    for (index, argument) in call.arguments.iter().enumerate() {
        match argument.elements() {
            Some(more) if elements.len() + more.len() > MAX_ELEMENTS => return Ok(call.limit()),
            Some(more) => elements.extend(more.iter().map(|element| element.clone().tainted_by(argument))),
            None if argument.is_unknown() && matches!(argument.ty(), None | Some(Type::Array)) => {
                complete = false;
            }
            None => {
                let message =
                    format!("concat() takes only arrays beside an array, not {}", describe(argument));
                return Err(call.fault(index, message));
            }
        }
    }
    if !complete {
        return Ok(call.unknown_of(Reason::Computed, Some(Type::Array)));
    }
    Ok(call.array(elements))
}

fn join(call: &Invocation<'_>) -> CallResult {
    call.text(1)?;
    if call.is_unknown(0) && matches!(call.argument(0).ty(), None | Some(Type::Array)) {
        return Ok(call.unknown());
    }
    let elements = call.argument(0).elements().ok_or_else(|| call.needs(0, "an array"))?;
    let mut pieces = Vec::new();
    let mut size = 0;
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            pieces.extend(render::pieces(call.argument(1)));
        }
        pieces.extend(render::pieces(element));
        size += pieces.last().and_then(|piece| piece.text.known()).map_or(1, |text| text.len());
        if size > MAX_TEXT_BYTES {
            return Ok(call.limit());
        }
    }
    Ok(call.assembled(pieces))
}

fn string(call: &Invocation<'_>) -> CallResult {
    let value = call.argument(0);
    if value.ty() == Some(Type::String) {
        return Ok(value.clone());
    }
    if let Some(text) = render::scalar(value)
        && (!value.is_unknown() || matches!(value.ty(), Some(Type::Number)))
    {
        return Ok(call.text_result(text));
    }
    if value.is_unknown() {
        return Ok(call.unknown());
    }
    Ok(render::json(value, '"').map_or_else(|| call.unknown(), |text| call.text_result(text)))
}

fn to_lower(call: &Invocation<'_>) -> CallResult {
    mapped(call, |text| text.to_lowercase())
}

fn to_upper(call: &Invocation<'_>) -> CallResult {
    mapped(call, |text| text.to_uppercase())
}

// A function that works on each character alone, so that the parts of the text stay apart.
fn mapped(call: &Invocation<'_>, change: fn(&str) -> String) -> CallResult {
    call.text(0)?;
    let pieces = call.argument(0).pieces();
    let map = |piece: Piece| Piece { text: piece.text.map(call.function.name, change), ..piece };
    Ok(call.assembled(pieces.into_iter().map(map).collect()))
}

fn trim(call: &Invocation<'_>) -> CallResult {
    let text = call.text(0)?;
    if let Text::Known(text) = &text {
        return Ok(call.string(text.trim()));
    }
    let mut segments = text.segments();
    // White space beside a hole at an end goes too where the hole is empty.
    let blank_within = match segments.as_slice() {
        [Segment::Hole(_), Segment::Literal(text), ..] if text.starts_with(char::is_whitespace) => true,
        [.., Segment::Literal(text), Segment::Hole(_)] if text.ends_with(char::is_whitespace) => true,
        [Segment::Literal(text), ..] | [.., Segment::Literal(text)] if text.trim().is_empty() => true,
        _ => false,
    };
    if blank_within {
        return Ok(call.unknown());
    }
    let trimmed = |hole: &Rc<Unknown>| {
        let term = Term::call("trim", [hole.term.clone()]);
        Segment::Hole(Rc::new(Unknown { term, ..(**hole).clone() }))
    };
    let last = segments.len().saturating_sub(1);
    for (index, segment) in segments.iter_mut().enumerate() {
        match segment {
            Segment::Literal(text) if index == 0 => *text = text.trim_start().into(),
            Segment::Literal(text) if index == last => *text = text.trim_end().into(),
            Segment::Hole(hole) if index == 0 || index == last => *segment = trimmed(hole),
            _ => {}
        }
    }
    Ok(call.text_result(Text::concat(segments.into_iter().map(as_text))))
}

/// A segment as a text of its own.
pub(super) fn as_text(segment: Segment) -> Text {
    match segment {
        Segment::Literal(text) => Text::Known(text),
        Segment::Hole(hole) => Text::hole(hole),
    }
}

fn pad_left(call: &Invocation<'_>) -> CallResult {
    let value = call.argument(0);
    if !matches!(value.ty(), None | Some(Type::String | Type::Number)) || value.is_absent() {
        return Err(call.needs(0, "a string or an integer"));
    }
    let pad = match call.arguments.get(2) {
        None => Some(' '),
        Some(value) => match value.known_text().map(|text| (text.chars().next(), text.chars().count())) {
            Some((Some(pad), 1)) => Some(pad),
            None if matches!(value.ty(), None | Some(Type::String)) => None,
            _ => return Err(call.needs(2, "one character")),
        },
    };
    if call.is_unknown(1) && matches!(call.argument(1).ty(), None | Some(Type::Number)) {
        return Ok(call.unknown());
    }
    let width = call.int(1)?;
    let (Some(text), Some(pad)) = (render::scalar(value), pad) else { return Ok(call.unknown()) };
    let width = usize::try_from(width).unwrap_or(0);
    if width > MAX_TEXT_BYTES {
        return Ok(call.limit());
    }
    let Text::Known(text) = text else { return Ok(pad_symbolic(call, &text, width)) };
    let missing = width.saturating_sub(text.encode_utf16().count());
    let mut padded = String::from(pad).repeat(missing);
    padded.push_str(&text);
    Ok(call.string(padded))
}

// The padding goes in front of all, so the known end stays.
fn pad_symbolic(call: &Invocation<'_>, text: &Text, width: usize) -> Value {
    let suffix = text.suffix();
    if suffix.encode_utf16().count() >= width {
        return call.text_result(text.clone());
    }
    let hole = render::hole(&call.unknown());
    if suffix.is_empty() {
        return call.text_result(Text::hole(hole));
    }
    let mut front = text.segments();
    front.pop();
    let front = Term::from(Text::concat(front.into_iter().map(as_text)));
    let width = i64::try_from(width - suffix.encode_utf16().count()).unwrap_or(i64::MAX);
    let pad = call.arguments.get(2).map(Value::term);
    let term = Term::call("padLeft", [front, Term::integer(width)].into_iter().chain(pad));
    let hole = Unknown { term, ..(*hole).clone() };
    call.text_result(Text::concat([Text::hole(Rc::new(hole)), Text::Known(suffix.into())]))
}

fn replace(call: &Invocation<'_>) -> CallResult {
    let text = call.text(0)?;
    let (needle, with) = (call.text(1)?, call.text(2)?);
    let (Some(needle), Some(with)) = (needle.known(), with.known()) else { return Ok(call.unknown()) };
    if needle.is_empty() {
        return Err(call.fault(1, "replace() cannot look for an empty string"));
    }
    let segments = text.segments();
    let found: usize = segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text.matches(needle.as_str()).count(),
            Segment::Hole(_) => 0,
        })
        .sum();
    if found.saturating_mul(with.len()) > MAX_TEXT_BYTES {
        return Ok(call.limit());
    }
    if may_straddle(&segments, needle) {
        return Ok(call.unknown());
    }
    // A hole beside a known URL or path is taken to be a name, which holds no slash.
    let keep_holes = found > 0 && needle.contains('/');
    let parts = segments.into_iter().map(|segment| match segment {
        Segment::Literal(text) => Text::Known(text.replace(needle.as_str(), with).into()),
        Segment::Hole(hole) if keep_holes => Text::hole(hole),
        Segment::Hole(hole) => {
            let value = Value::new(ValueKind::Unknown(hole.clone()), call.argument(0).origin.clone());
            let arguments = [value, call.argument(1).clone(), call.argument(2).clone()];
            let term = Term::of_call("replace", &arguments);
            Text::hole(Rc::new(Unknown { term, ..(*hole).clone() }))
        }
    });
    Ok(call.text_result(Text::concat(parts)))
}

// Whether the needle may be found partly in a literal and partly in a hole beside it.
fn may_straddle(segments: &[Segment], needle: &str) -> bool {
    let needle_chars = needle.chars().count();
    if segments.len() == 1 || needle_chars == 1 {
        return false;
    }
    let holes_touch = segments.windows(2).any(|pair| matches!(pair, [Segment::Hole(_), Segment::Hole(_)]));
    holes_touch
        || segments.iter().enumerate().any(|(index, segment)| {
            let Segment::Literal(text) = segment else { return false };
            let (first, last) = (index == 0, index + 1 == segments.len());
            let starts = |cut: usize| text.starts_with(&needle[cut..]);
            let ends = |cut: usize| text.ends_with(&needle[..cut]);
            let mut cuts = needle.char_indices().map(|(cut, _)| cut).skip(1);
            cuts.any(|cut| (!first && starts(cut)) || (!last && ends(cut)))
                || (!first && !last && needle.contains(text.as_str()))
        })
}

fn starts_with(call: &Invocation<'_>) -> CallResult {
    affix(call, |text, affix| folded(text).starts_with(&folded(affix)), Text::starts_with, Text::prefix)
}

fn ends_with(call: &Invocation<'_>) -> CallResult {
    affix(call, |text, affix| folded(text).ends_with(&folded(affix)), Text::ends_with, Text::suffix)
}

fn affix(
    call: &Invocation<'_>,
    known: fn(&str, &str) -> bool,
    partial: fn(&Text, &str) -> Truth,
    certain: fn(&Text) -> &str,
) -> CallResult {
    let (text, affix) = (call.text(0)?, call.text(1)?);
    let truth = match (&text, &affix) {
        (Text::Known(text), Text::Known(affix)) => Truth::from(known(text, affix)),
        (_, Text::Known(affix)) => partial(&text, affix),
        _ if text == affix => Truth::True,
        _ => match partial(&text, certain(&affix)) {
            Truth::False => Truth::False,
            _ => Truth::Unknown,
        },
    };
    Ok(call.truth(truth))
}

fn like(call: &Invocation<'_>) -> CallResult {
    let (text, pattern) = (folded(call.known_text(0)?), folded(call.known_text(1)?));
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return Ok(call.truth(Truth::False)) };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return Ok(call.truth(Truth::from(rest.is_empty()))) };
    for part in parts {
        let Some(at) = rest.find(part) else { return Ok(call.truth(Truth::False)) };
        rest = &rest[at + part.len()..];
    }
    Ok(call.truth(Truth::from(rest.ends_with(last))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{SPAN, check, run, value};
    use super::*;

    #[test]
    fn known_strings() {
        check(&[
            ("concat", json!([]), json!("")),
            ("concat", json!(["a", 1, true]), json!("a1True")),
            ("concat", json!([[1], ["x"]]), json!([1, "x"])),
            ("concat", json!(["a", [1]]), json!("!")),
            ("concat", json!([{"a": 1}]), json!("!")),
            ("join", json!([["abc", 123, true], "/"]), json!("abc/123/True")),
            ("join", json!([[], "/"]), json!("")),
            ("join", json!([1, "/"]), json!("!")),
            ("padLeft", json!(["abc", 5]), json!("  abc")),
            ("padLeft", json!([7, 3, "0"]), json!("007")),
            ("padLeft", json!(["abcd", 3, "0"]), json!("abcd")),
            ("padLeft", json!(["a", 3, "00"]), json!("!")),
            ("padLeft", json!([true, 3]), json!("!")),
            ("replace", json!(["foot", "t", "d"]), json!("food")),
            ("replace", json!(["foot", "T", "d"]), json!("foot")),
            ("replace", json!(["foot", "", "d"]), json!("!")),
            ("split", json!(["a,,b", ","]), json!(["a", "", "b"])),
            ("split", json!(["", ","]), json!([""])),
            ("split", json!(["a;b,c", [";", ","]]), json!(["a", "b", "c"])),
            ("split", json!(["a", 1]), json!("!")),
            ("startsWith", json!(["Abc", "aB"]), json!(true)),
            ("endsWith", json!(["Hello", "LO"]), json!(true)),
            (
                "string",
                json!([{"a": [1, "x", null, true, "q\"'"]}]),
                json!(r#"{"a":[1,"x",null,true,"q\"'"]}"#),
            ),
            ("string", json!([true]), json!("True")),
            ("string", json!([null]), json!("")),
            ("string", json!([[1.0, 2.5]]), json!("[1.0,2.5]")),
            ("toLower", json!(["ÀB"]), json!("àb")),
            ("toUpper", json!([1]), json!("!")),
            ("trim", json!([" \t\n a b "]), json!("a b")),
            ("like", json!(["Standard_D2s", "standard_*s"]), json!(true)),
            ("like", json!(["abc", "a*d"]), json!(false)),
            ("like", json!(["abc", "abc*"]), json!(true)),
            ("like", json!(["ab", "*a*a*"]), json!(false)),
            ("like", json!(["abc", "abcd"]), json!(false)),
        ]);
    }

    #[test]
    fn holes_stay() {
        let p = json!({"?": "parameters('p')"});
        let unknown = |residue: &str| json!({ "$unknown": residue });
        check(&[
            ("concat", json!([p]), unknown("parameters('p')")),
            ("concat", json!(["a", p, 1]), unknown("concat('a', parameters('p'), '1')")),
            ("concat", json!([[1], {"??": "x"}]), unknown("concat(createArray(1), x)")),
            ("concat", json!([{"??": "x"}, {"??": "y"}]), unknown("concat(x, y)")),
            ("toLower", json!([p]), unknown("toLower(parameters('p'))")),
            ("join", json!([["a", p], "-"]), unknown("concat('a-', parameters('p'))")),
            ("string", json!([{"a": p}]), unknown("concat('{\"a\":\"', parameters('p'), '\"}')")),
            ("startsWith", json!([p, "x"]), unknown("startsWith(parameters('p'), 'x')")),
            ("split", json!([p, "/"]), unknown("split(parameters('p'), '/')")),
            ("replace", json!([p, "-", ""]), unknown("replace(parameters('p'), '-', '')")),
        ]);
    }

    fn symbolic(parts: serde_json::Value) -> Value {
        let parts: Vec<Value> = parts.as_array().unwrap().iter().map(value).collect();
        run("concat", &parts).unwrap()
    }

    #[test]
    fn parts_of_a_symbolic_text() {
        let name = json!({"?": "parameters('name')"});
        let id = symbolic(json!(["/subscriptions/", {"?": "s"}, "/providers/x/", name]));
        let parts = run("split", &[id.clone(), Value::string("/", SPAN)]).unwrap();
        assert_eq!(parts.elements().map(<[Value]>::len), Some(6));
        let last = run("last", &[parts]).unwrap();
        assert!(last.same_as(&value(&name)).is_true());

        let url = symbolic(json!(["https://", name, ".vault.azure.net/"]));
        let host = run("replace", &[url, Value::string("https://", SPAN), Value::string("", SPAN)]).unwrap();
        assert_eq!(host.term().shown().to_string(), "concat(parameters('name'), '.vault.azure.net/')");

        let child = symbolic(json!([{"?": "parameters('vnetId')"}, "/subnets/", name]));
        assert!(run("split", &[child, Value::string("/", SPAN)]).unwrap().is_unknown());

        let padded = symbolic(json!([{"??": "n"}, "-x"]));
        let padded = run("padLeft", &[padded, value(&json!(6)), Value::string("0", SPAN)]).unwrap();
        assert_eq!(padded.term().shown().to_string(), "concat(padLeft(n, 4, '0'), '-x')");
    }

    #[test]
    fn parts_keep_their_origin_and_taint() {
        let secret = Value { secure: true, ..value(&json!({"?": "parameters('key')"})) };
        let text = run("concat", &[Value::string("AccountKey=", SPAN), secret]).unwrap();
        assert!(text.secure);
        let pieces = text.pieces();
        assert_eq!(pieces.iter().map(|piece| piece.secure).collect::<Vec<_>>(), [false, true]);
        let lower = run("toLower", &[text]).unwrap();
        assert!(lower.secure);
        assert_eq!(lower.pieces().len(), 2);
        assert_eq!(lower.pieces()[0].text, Text::Known("accountkey=".into()));
    }

    #[test]
    fn growth_is_bounded() {
        let mut text = Value::string("x".repeat(1000), SPAN);
        for _ in 0..40 {
            text = run("concat", &[text.clone(), text]).unwrap();
        }
        assert!(text.is_unknown());
        let long = Value::string("a".repeat(10_000), SPAN);
        let with = Value::string("b".repeat(10_000), SPAN);
        assert!(run("replace", &[long, Value::string("a", SPAN), with]).unwrap().is_unknown());
        assert!(
            run("padLeft", &[Value::string("a", SPAN), value(&json!(1_000_000_000))]).unwrap().is_unknown()
        );
    }
}
