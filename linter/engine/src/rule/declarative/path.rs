//! Paths into values: JSONPath as far as it never selects by what may be unknown.

use std::fmt;

use jsonpath_rust::parser::model::{Segment, Selector};
use jsonpath_rust::parser::parse_json_path;

use crate::value::{Reason, Term, Value, ValueKind};

/// A JSONPath of names, indexes, wildcards and lists of these.
#[derive(Debug)]
pub(super) struct Path(Vec<Vec<Step>>);

#[derive(Debug)]
enum Step {
    Name(String),
    Index(i64),
    Each,
}

/// Why a text is no path of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// It is no JSONPath; the text says where it ends to be one.
    Syntax(String),
    /// `[?...]`: on an unknown value a filter would silently select nothing.
    Filter,
    /// `..`: where something is unknown, anything may be below it.
    Descendant,
    /// `[a:b]`: it depends on the length of the array.
    Slice,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::Syntax(message) => write!(f, "it is no JSONPath: {message}"),
            PathError::Filter => f.write_str("filters are refused; judge in `condition` instead"),
            PathError::Descendant => f.write_str("`..` is refused; write the path from the root"),
            PathError::Slice => f.write_str("slices are refused; select `[*]` or one index"),
        }
    }
}

impl Path {
    /// Reads a path that starts with `$`.
    pub(super) fn parse(text: &str) -> Result<Path, PathError> {
        let query =
            parse_json_path(text).map_err(|error| PathError::Syntax(first_line(&error.to_string())))?;
        let segments = query.segments.iter().map(|segment| match segment {
            Segment::Descendant(_) => Err(PathError::Descendant),
            Segment::Selector(selector) => Ok(vec![step(selector)?]),
            Segment::Selectors(selectors) => selectors.iter().map(step).collect(),
        });
        segments.collect::<Result<_, _>>().map(Path)
    }

    /// The values at the path. A name that is not there selects an absent value, which points at what
    /// encloses it; something unknown selects an unknown value.
    pub(super) fn select(&self, root: &Value) -> Vec<Value> {
        let mut values = vec![root.clone()];
        for steps in &self.0 {
            values =
                values.iter().flat_map(|value| steps.iter().flat_map(|step| take(step, value))).collect();
        }
        values
    }
}

// The parser draws its errors over several lines; the last one says what it wanted.
fn first_line(message: &str) -> String {
    message.lines().rev().map(|line| line.trim().trim_start_matches("= ")).next().unwrap_or("").to_string()
}

fn step(selector: &Selector) -> Result<Step, PathError> {
    match selector {
        Selector::Name(name) => Ok(Step::Name(name.clone())),
        Selector::Index(index) => Ok(Step::Index(*index)),
        Selector::Wildcard => Ok(Step::Each),
        Selector::Slice(..) => Err(PathError::Slice),
        Selector::Filter(_) => Err(PathError::Filter),
    }
}

fn take(step: &Step, value: &Value) -> Vec<Value> {
    match step {
        Step::Name(name) => vec![value.get(name)],
        Step::Index(index) => vec![element(value, *index)],
        Step::Each => each(value),
    }
}

fn element(value: &Value, index: i64) -> Value {
    let span = value.origin.span;
    if value.is_unknown() {
        return below(value, Term::integer(index));
    }
    let elements = value.elements().unwrap_or(&[]);
    let at = if index < 0 { elements.len() as i64 + index } else { index };
    let found = usize::try_from(at).ok().and_then(|at| elements.get(at));
    found.map_or_else(|| Value::absent(span), |element| element.clone().tainted_by(value))
}

fn each(value: &Value) -> Vec<Value> {
    match &value.kind {
        ValueKind::Array(elements) => {
            elements.iter().map(|element| element.clone().tainted_by(value)).collect()
        }
        ValueKind::Object(object) => {
            let entries = object.entries().into_iter().map(|entry| entry.value.tainted_by(value));
            let rest = object.is_open().then(|| below(value, Term::symbol("*")));
            entries.chain(rest).collect()
        }
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => vec![below(value, Term::symbol("*"))],
        _ => Vec::new(),
    }
}

fn below(value: &Value, step: Term) -> Value {
    Value::unknown(Reason::Computed, value.term().index(step), value.origin.span).tainted_by(value)
}
