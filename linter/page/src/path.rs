//! Paths into values: JSONPath as far as it never selects by what may be unknown.

use std::fmt;

use jsonpath_rust::parser::model::{Segment, Selector};
use jsonpath_rust::parser::parse_json_path;

use crate::{List, Str};

/// A JSONPath of names, indexes, wildcards and lists of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub List<List<Step>>);

/// One way down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The member of this name.
    Name(Str),
    /// The element at this index; from the end where it is negative.
    Index(i64),
    /// All members or elements.
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
    /// A path with a choice, where one member is set.
    Choice,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::Syntax(message) => write!(f, "it is no JSONPath: {message}"),
            PathError::Filter => f.write_str("filters are refused; judge in `condition` instead"),
            PathError::Descendant => f.write_str("`..` is refused; write the path from the root"),
            PathError::Slice => f.write_str("slices are refused; select `[*]` or one index"),
            PathError::Choice => f.write_str("a fix sets one member: its path has names only"),
        }
    }
}

impl Path {
    /// Reads a path that starts with `$`.
    pub fn parse(text: &str) -> Result<Path, PathError> {
        let query =
            parse_json_path(text).map_err(|error| PathError::Syntax(last_line(&error.to_string())))?;
        let segments = query.segments.iter().map(|segment| match segment {
            Segment::Descendant(_) => Err(PathError::Descendant),
            Segment::Selector(selector) => Ok(vec![step(selector)?].into()),
            Segment::Selectors(selectors) => {
                selectors.iter().map(step).collect::<Result<Vec<_>, _>>().map(List::from)
            }
        });
        segments.collect::<Result<Vec<_>, _>>().map(|segments| Path(segments.into()))
    }

    /// The names of a path that is nothing but names.
    pub fn names(&self) -> Option<Vec<&str>> {
        let name = |steps: &'_ List<Step>| matches!(**steps, [Step::Name(_)]);
        if !self.0.iter().all(name) {
            return None;
        }
        let names = self.0.iter().flat_map(|steps| steps.iter()).filter_map(|step| match step {
            Step::Name(name) => Some(name.as_ref()),
            Step::Index(_) | Step::Each => None,
        });
        Some(names.collect())
    }
}

// The parser draws its errors over several lines; the last one says what it wanted.
fn last_line(message: &str) -> String {
    message.lines().next_back().map(|line| line.trim().trim_start_matches("= ")).unwrap_or("").to_string()
}

fn step(selector: &Selector) -> Result<Step, PathError> {
    match selector {
        Selector::Name(name) => Ok(Step::Name(name.clone().into())),
        Selector::Index(index) => Ok(Step::Index(*index)),
        Selector::Wildcard => Ok(Step::Each),
        Selector::Slice(..) => Err(PathError::Slice),
        Selector::Filter(_) => Err(PathError::Filter),
    }
}
