//! A rule is a page: Markdown with YAML front matter. This package reads pages: those of the catalogue when it is
//! built, and those of users when they are loaded.
//!
//! What it gives is plain data that can be written as a constant, so that the catalogue reads nothing when the program
//! starts. Texts and lists are borrowed there, and owned in a page that was just read.

use std::borrow::Cow;

mod condition;
mod day;
mod error;
mod front;
mod levels;
mod path;
mod pattern;
mod ports;
mod setting;
mod version;
pub mod yaml;

pub use condition::{Carried, Condition, Literal, Order};
pub use day::Day;
pub use error::{Fault, PageError, Place};
pub use levels::{Applicability, Category, Confidence, Level, Severity};
pub use path::{Path, PathError, Step};
pub use pattern::Pattern;
pub use ports::{Ports, port_ranges};
pub use setting::{Change, Fix, Meaning, PLACEHOLDERS, Setting, placeholder};
pub use version::Version;

/// A text of a page: a constant, or owned.
pub type Str = Cow<'static, str>;

/// A list of a page: a constant, or owned.
pub type List<T> = Cow<'static, [T]>;

/// The most bytes that a page may have.
pub const MAX_PAGE_BYTES: usize = 256 * 1024;

/// The most operators that the front matter of a page may have.
pub const MAX_OPERATORS: usize = 200;

/// How deep operators may stand in each other.
pub const MAX_NESTING: usize = 16;

/// The sections that every page has, in this order.
pub const SECTIONS: [&str; 3] = ["Why", "How to fix", "Examples"];

/// A rule as its page has it.
#[derive(Clone, Debug)]
pub struct Page {
    /// What is wrong, in one sentence without a full stop.
    pub title: String,
    /// The group that the rule is counted in.
    pub category: Category,
    /// The severity of its findings, unless code sets another.
    pub severity: Severity,
    /// Whether the rule runs unless asked for.
    pub level: Level,
    /// The types of the resources that it runs on, one by one; none for a rule of whole deployments.
    pub resource_types: Vec<String>,
    /// The engine reports under its name: there is nothing to run.
    pub by_engine: bool,
    /// What is judged, where the front matter is the whole check.
    pub setting: Option<Setting>,
    /// The same rules of other tools, as `tool:ID`.
    pub equivalents: Vec<String>,
    /// Pages that say why, with their dates.
    pub references: Vec<String>,
    /// The rules whose findings say all that this one would: of the same resource, of one that it is a child of, or with
    /// its name in a label.
    pub yields_to: Vec<String>,
    /// The Markdown behind the front matter, from the heading of the first section.
    pub text: String,
    /// The line of the file that `text` starts in, from 1.
    pub first_line: usize,
}

impl Page {
    /// Reads a page; `name` is what errors call it.
    pub fn read(name: &str, file: &str) -> Result<Page, PageError> {
        if file.len() > MAX_PAGE_BYTES {
            return Err(PageError { page: name.to_string(), place: None, fault: Fault::TooLarge });
        }
        let file = file.replace("\r\n", "\n");
        front::read(&file).map_err(|(place, fault)| PageError { page: name.to_string(), place, fault })
    }
}

#[cfg(test)]
mod tests;
