//! `split`, also of texts with holes: names inside an id that is known in part stay names.

use super::call::MAX_ELEMENTS;
use super::string::as_text;
use super::{Body, Call, Fault, Function, Outcome};
use crate::value::{Discloses, Reason, Segment, Text, Type, Unknown, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[Function {
    name: "split",
    min: 2,
    max: 2,
    returns: Some(Type::Array),
    discloses: Discloses::Whole,
    body: Body::Partial(split),
}];

fn split(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let Some(separators) = separators(call)? else { return Ok(call.unknown()) };
    let separators: Vec<&str> = separators.into_iter().filter(|separator| !separator.is_empty()).collect();
    let slash = separators == ["/"];
    let parts = split_text(&text, &separators);
    // A hole is taken to hold no separator where the text around it does: so it is with names. One that
    // stands for an id or an address is not a name; but the parts of a resource id are.
    let names = text.prefix().starts_with("/subscriptions/") || text.prefix().starts_with("/providers/");
    let uncertain = parts.len() == 1 || (slash && !names && text.holes().any(|hole| is_path(hole)));
    if matches!(text, Text::Symbolic(_)) && uncertain {
        return Ok(call.unknown());
    }
    if parts.len() > MAX_ELEMENTS {
        return Ok(call.limit());
    }
    let parts = parts.into_iter().map(|part| call.text_result(part)).collect();
    Ok(call.array(parts))
}

// What is known of the deployment's place is an id of one segment, or a name.
fn is_path(hole: &Unknown) -> bool {
    const WORDS: [&str; 11] =
        ["id", "ids", "uri", "url", "endpoint", "path", "scope", "prefix", "cidr", "image", "location"];
    if hole.reason == Reason::Context {
        return false;
    }
    let end = hole.term.last_key().unwrap_or_default().to_ascii_lowercase();
    hole.term.reference().is_some() || WORDS.iter().any(|word| end.ends_with(word))
}

fn separators<'a>(call: &'a Call<'_>) -> Result<Option<Vec<&'a str>>, Fault> {
    let argument = call.argument(1);
    if argument.is_unknown() && matches!(argument.ty(), None | Some(Type::String | Type::Array)) {
        return Ok(None);
    }
    let elements = match &argument.kind {
        ValueKind::Text(_) => std::slice::from_ref(argument),
        ValueKind::Array(elements) => elements,
        _ => return Err(call.needs(1, "a string or an array of strings")),
    };
    if elements.iter().any(|element| !matches!(element.ty(), None | Some(Type::String))) {
        return Err(call.fault(1, "split() needs strings as delimiters"));
    }
    Ok(elements.iter().map(Value::known_text).collect())
}

fn split_text(text: &Text, separators: &[&str]) -> Vec<Text> {
    let mut parts = Vec::new();
    let mut part: Vec<Text> = Vec::new();
    for segment in text.segments() {
        let Segment::Literal(mut rest) = segment else {
            part.push(as_text(segment));
            continue;
        };
        while let Some((at, length)) = first_of(&rest, separators) {
            part.push(Text::Known(rest[..at].into()));
            parts.push(Text::concat(part.drain(..)));
            rest = rest[at + length..].into();
        }
        part.push(Text::Known(rest));
    }
    parts.push(Text::concat(part));
    parts
}

fn first_of(text: &str, separators: &[&str]) -> Option<(usize, usize)> {
    let found = separators.iter().filter_map(|separator| Some((text.find(separator)?, separator.len())));
    found.min_by_key(|(at, _)| *at)
}
