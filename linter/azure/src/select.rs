//! What a path of a table of facts leads to in a resource.
//!
//! Keys are separated by dots. `[*]` is each element of a list, `*` each member, `["a.b"]` a key with dots;
//! `{key:Value}` goes on only with an object whose member `key` is that or is not written, and `{name:x}` at the start
//! only with a resource whose own name is `x`.

use armlint_engine::graph::Resource;
use armlint_engine::value::{Text, Truth, Value, ValueKind};

/// A value that a path leads to.
#[derive(Clone, Debug)]
pub struct Selected {
    /// The value; absent where the last key is not written.
    pub value: Value,
    /// The member `name` of the nearest element of a list, or the key of the nearest member that stands for any.
    pub name: Option<Text>,
    /// A condition decides whether it is there.
    pub conditional: bool,
    /// It is a member of something unknown, which may have no such member.
    pub guessed: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Step<'p> {
    Key(&'p str),
    Elements,
    Members,
    Only(&'p str, &'p str),
}

/// The values at a path of a resource.
pub fn select(resource: &Resource, path: &str) -> Vec<Selected> {
    let mut steps = steps(path).into_iter().peekable();
    if let Some(Step::Only("name", name)) = steps.peek() {
        if !resource.name.last().equals_ignore_case(&Text::Known((*name).into())).is_true() {
            return Vec::new();
        }
        steps.next();
    }
    below(&resource.body, steps)
}

/// The values at a path below a value.
pub fn select_in(value: &Value, path: &str) -> Vec<Selected> {
    below(value, steps(path).into_iter())
}

fn below<'p>(value: &Value, steps: impl Iterator<Item = Step<'p>>) -> Vec<Selected> {
    let first = Selected { value: value.clone(), name: None, conditional: false, guessed: false };
    let mut found = vec![first];
    for step in steps {
        found = found.iter().flat_map(|selected| take(&step, selected)).collect();
    }
    found
}

fn take(step: &Step<'_>, from: &Selected) -> Vec<Selected> {
    let one = |value: Value| vec![Selected { value, ..from.clone() }];
    let value = &from.value;
    match step {
        Step::Key(key) => {
            let guessed = from.guessed || matches!(value.kind, ValueKind::Unknown(_));
            vec![Selected { value: value.get(key), guessed, ..from.clone() }]
        }
        Step::Only(key, expected) => {
            let own = value.get(key);
            if own.is_missing() || !own.is_text(expected).is_false() {
                one(value.clone())
            } else {
                Vec::new()
            }
        }
        Step::Elements | Step::Members => alternatives(step, from),
    }
}

fn alternatives(step: &Step<'_>, from: &Selected) -> Vec<Selected> {
    let conditional = from.conditional || matches!(from.value.kind, ValueKind::OneOf(_));
    let all = from.value.alternatives().iter().map(|value| value.clone().tainted_by(&from.value));
    all.flat_map(|value| each(step, &value, from))
        .map(|selected| Selected { conditional, ..selected })
        .collect()
}

fn each(step: &Step<'_>, value: &Value, from: &Selected) -> Vec<Selected> {
    if *step == Step::Elements {
        let elements = value.elements().unwrap_or_default().iter();
        let named = elements.map(|element| Selected {
            value: element.clone().tainted_by(value),
            name: element.get("name").text().or_else(|| from.name.clone()),
            conditional: false,
            guessed: from.guessed,
        });
        return named.collect();
    }
    let entries = value.object().map(|object| object.entries()).unwrap_or_default().into_iter();
    let named = entries.map(|entry| Selected {
        value: entry.value.tainted_by(value),
        name: Some(Text::Known(entry.key)),
        conditional: false,
        guessed: from.guessed,
    });
    named.collect()
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut found = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, behind) = next(rest);
        found.extend(step);
        rest = behind.strip_prefix('.').unwrap_or(behind);
    }
    found
}

// The first step of a path, and what is left.
fn next(path: &str) -> (Option<Step<'_>>, &str) {
    if let Some(rest) = path.strip_prefix("[*]") {
        return (Some(Step::Elements), rest);
    }
    if let Some((key, rest)) = path.strip_prefix("[\"").and_then(|rest| rest.split_once("\"]")) {
        return (Some(Step::Key(key)), rest);
    }
    if let Some((only, rest)) = path.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return (only.split_once(':').map(|(key, value)| Step::Only(key, value)), rest);
    }
    let end = path.find(['.', '[', '{']).unwrap_or(path.len());
    let (key, rest) = path.split_at(end.max(1));
    (Some(if key == "*" { Step::Members } else { Step::Key(key) }), rest)
}

/// Whether one of the values at `path` certainly is one of `values`, which `|` stands between; in any case, and a text
/// as well as the number or boolean that it writes.
pub fn is_one_of(resource: &Resource, path: &str, values: &str) -> Truth {
    Truth::any(select(resource, path).iter().map(|selected| matches(&selected.value, values)))
}

/// Whether a value is one of `values`, which `|` stands between.
pub fn matches(value: &Value, values: &str) -> Truth {
    let one = |value: &Value| match &value.kind {
        ValueKind::Unknown(_) => Truth::Unknown,
        ValueKind::Bool(_) | ValueKind::Number(_) => {
            let written = value.to_json().to_string();
            Truth::from(values.split('|').any(|expected| expected.eq_ignore_ascii_case(&written)))
        }
        _ => Truth::any(values.split('|').map(|expected| value.is_text(expected))),
    };
    Truth::unanimous(value.alternatives().iter().map(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_steps() {
        use Step::{Elements, Key, Members, Only};
        let cases: [(&str, &[Step<'_>]); 4] = [
            ("properties.a[*].b", &[Key("properties"), Key("a"), Elements, Key("b")]),
            (
                "{name:web}.properties.*.value",
                &[Only("name", "web"), Key("properties"), Members, Key("value")],
            ),
            (
                "properties{type:A.B/c}.x[*]{k:v}",
                &[Key("properties"), Only("type", "A.B/c"), Key("x"), Elements, Only("k", "v")],
            ),
            ("properties.custom[\"a.b.C\"]", &[Key("properties"), Key("custom"), Key("a.b.C")]),
        ];
        for (path, expected) in cases {
            assert_eq!(steps(path), expected, "{path}");
        }
    }
}
