//! `split`, also of texts with holes: names inside an id that is known in part stay names.

use super::call::MAX_ELEMENTS;
use super::string::as_text;
use super::{Body, CallFault, CallResult, Function, Invocation};
use crate::value::{Discloses, Reason, Segment, Text, Type, Unknown, Value, ValueKind};

pub(super) static TABLE: &[Function] = &[Function {
    name: "split",
    min: 2,
    max: 2,
    returns: Some(Type::Array),
    discloses: Discloses::Whole,
    body: Body::Partial(split),
}];

fn split(call: &Invocation<'_>) -> CallResult {
    let text = call.text(0)?;
    let Some(separators) = separators(call)? else { return Ok(call.unknown()) };
    let separators: Vec<&str> = separators.into_iter().filter(|separator| !separator.is_empty()).collect();
    let slash = separators == ["/"];
    let Some(parts) = split_text(&text, &separators) else { return Ok(call.limit()) };
    // A hole is taken to hold no separator where the text around it does: so it is with names. One that
    // stands for an id or an address is not a name; but the parts of a resource id are.
    let names = text.prefix().starts_with("/subscriptions/") || text.prefix().starts_with("/providers/");
    let uncertain = parts.len() == 1 || (slash && !names && text.holes().any(|hole| is_path(hole)));
    if matches!(text, Text::Symbolic(_)) && uncertain {
        return Ok(call.unknown());
    }
    Ok(call.array(call.text_results(parts)))
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

fn separators<'a>(call: &'a Invocation<'_>) -> Result<Option<Vec<&'a str>>, CallFault> {
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

// The parts; `None` where there are more than an array may have.
fn split_text(text: &Text, separators: &[&str]) -> Option<Vec<Text>> {
    let mut parts = Vec::new();
    let mut part: Vec<Text> = Vec::new();
    for segment in text.segments() {
        let Segment::Literal(literal) = &segment else {
            part.push(as_text(segment));
            continue;
        };
        let mut start = 0;
        let mut next = Next::new(literal, separators);
        while let Some((at, length)) = next.behind(start) {
            part.push(Text::Known(literal[start..at].into()));
            parts.push(Text::concat(part.drain(..)));
            start = at + length;
            if parts.len() >= MAX_ELEMENTS {
                return None;
            }
        }
        part.push(Text::Known(literal[start..].into()));
    }
    parts.push(Text::concat(part));
    Some(parts)
}

/// Where each separator stands next in a text: one that is rare is not looked for again at every part.
struct Next<'t> {
    text: &'t str,
    places: Vec<(&'t str, Option<usize>)>,
}

impl<'t> Next<'t> {
    fn new(text: &'t str, separators: &[&'t str]) -> Next<'t> {
        let places = separators.iter().map(|separator| (*separator, text.find(separator)));
        Next { text, places: places.collect() }
    }

    /// The first separator at `start` or behind it, with its length in bytes.
    fn behind(&mut self, start: usize) -> Option<(usize, usize)> {
        for (separator, place) in &mut self.places {
            if place.is_some_and(|place| place < start) {
                *place = self.text[start..].find(*separator).map(|at| start + at);
            }
        }
        let found = self.places.iter().filter_map(|(separator, place)| Some(((*place)?, separator.len())));
        found.min_by_key(|(at, _)| *at)
    }
}
