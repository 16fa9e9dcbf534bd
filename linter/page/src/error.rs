//! What is wrong with a page, and where.

use std::fmt;

use crate::yaml::Said;
use crate::{MAX_NESTING, MAX_OPERATORS, MAX_PAGE_BYTES, PLACEHOLDERS, PathError};

/// Why a text is no page of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageError {
    /// The page, as the reader was told to call it.
    pub page: String,
    /// Where in it; `None` where that is not known.
    pub place: Option<Place>,
    /// What is wrong there.
    pub fault: Fault,
}

/// A place in a page, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

/// What is wrong in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file does not start with front matter between two lines `---`.
    NoFrontMatter,
    /// No YAML, an unknown or missing key, or a value of the wrong type: what the reader says.
    Yaml(Said),
    /// A title that starts with a small letter or ends with a full stop.
    Title,
    /// A section that is not there.
    NoSection(&'static str),
    /// A section that stands where another one belongs: the one that is expected, and the one that is found.
    OtherSection(&'static str, String),
    /// A section without a text.
    EmptySection(&'static str),
    /// A rule of another tool that is not written as `tool:ID`.
    Equivalent(String),
    /// A path that is none, or that a rule may not use.
    Path(PathError),
    /// A name in braces that no message knows.
    Placeholder(String),
    /// More bytes than a page may have.
    TooLarge,
    /// More operators than a page may have, or too deep in each other.
    TooMany,
    /// A regular expression that is none, or too large, and why.
    Pattern(String),
    /// A day or a duration that is none.
    Day(String),
    /// A version that is none.
    Version(String),
    /// A resource type that cannot be one.
    ResourceType(String),
    /// A condition without an operator: it would hold for everything.
    EmptyCondition,
    /// A fix that changes nothing, or two things.
    Fix,
    /// A key that says nothing without another one.
    Needs(&'static str, &'static str),
    /// A key that contradicts another one.
    Excludes(&'static str, &'static str),
}

impl std::error::Error for PageError {}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.page)?;
        if let Some(place) = self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::NoFrontMatter => f.write_str("a page starts with front matter between two lines `---`"),
            Fault::Yaml(Said { message, hint: Some(hint) }) => write!(f, "{message}; {hint}"),
            Fault::Yaml(Said { message, hint: None }) => f.write_str(message),
            Fault::Title => f.write_str("a title starts with a capital and ends without a full stop"),
            Fault::NoSection(heading) => write!(f, "the section `## {heading}` is missing"),
            Fault::OtherSection(heading, found) => {
                write!(f, "the section `## {heading}` is expected here, not `## {found}`")
            }
            Fault::EmptySection(heading) => write!(f, "the section `## {heading}` is empty"),
            Fault::Equivalent(id) => write!(f, "`{id}` does not say which tool: write `tool:ID`"),
            Fault::Path(error) => write!(f, "{error}"),
            Fault::Placeholder(name) => {
                write!(f, "`{{{name}}}` is unknown; a message may hold {{{}}}", PLACEHOLDERS.join("}, {"))
            }
            Fault::TooLarge => write!(f, "a page has at most {MAX_PAGE_BYTES} bytes"),
            Fault::TooMany => write!(
                f,
                "a page has at most {MAX_OPERATORS} operators, which stand at most {MAX_NESTING} deep in each other"
            ),
            Fault::Pattern(said) => write!(f, "it is no regular expression that armlint takes: {said}"),
            Fault::Day(text) => {
                write!(f, "`{text}` is no day such as `2026-01-31` and no duration such as `P1Y`")
            }
            Fault::Version(text) => write!(f, "`{text}` is no version such as `1.29`"),
            Fault::ResourceType(text) => write!(
                f,
                "`{text}` is no resource type: write `Microsoft.Web/sites`, `Microsoft.Web/*`, or `*` with `when`"
            ),
            Fault::EmptyCondition => f.write_str("a condition needs at least one operator"),
            Fault::Fix => f.write_str("a fix has one of `remove: true`, `replace` and `set`"),
            Fault::Needs(key, other) => write!(f, "`{key}` says nothing without `{other}`"),
            Fault::Excludes(key, other) => write!(f, "`{key}` contradicts `{other}`"),
        }
    }
}
