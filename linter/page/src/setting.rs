//! A rule whose front matter is the whole check.

use crate::{Applicability, Condition, Confidence, List, Literal, Path, Str};

/// Values of a resource, and what must not hold of them.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Existing resources are judged too.
    pub existing: bool,
    /// What must certainly hold of the resource before anything is judged.
    pub when: List<Condition>,
    /// The values that are judged.
    pub select: List<Path>,
    /// What a selected value means that is not written; the first that fits.
    pub absent_is: List<Meaning>,
    /// What is wrong: all of it certainly holds of the value.
    pub condition: List<Condition>,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The message, with [`PLACEHOLDERS`] in braces.
    pub message: Str,
    /// What to do.
    pub help: Option<Str>,
    /// The change that mends it.
    pub fix: Option<Fix>,
}

/// What the service takes for a value that is not written.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    /// Only with versions of the API before this one.
    pub before: Option<Str>,
    /// The value.
    pub value: Literal,
}

/// A change that mends a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does.
    pub title: Str,
    /// Whether it may be applied without looking.
    pub applicability: Applicability,
    /// The change.
    pub change: Change,
}

/// What a fix changes.
#[derive(Clone, Debug)]
pub enum Change {
    /// The selected member goes.
    Remove,
    /// The selected literal becomes this JSON.
    Replace(Str),
    /// The member at a path of names gets this JSON, and is added where it is missing.
    Set(Path, Str),
}

/// The names that a message may hold in braces.
pub const PLACEHOLDERS: [&str; 3] = ["name", "type", "value"];

/// The text before the first name in braces, the name, and the text behind it.
pub fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}
