//! Rules: what they declare, how they are found, what they are given.

pub mod context;
pub mod declarative;
pub mod edit;
pub mod example;
pub mod registry;

pub use armlint_page as page;
pub use armlint_page::Level;
pub use context::{Context, View};
pub use registry::{Catalogue, Rule};

use std::borrow::Cow;

use page::{List, Str};

use crate::finding::{Category, Severity};
use crate::graph::Resource;

/// A rule: its metadata and its check.
///
/// The title, the reasons and the examples stand in the rule's documentation, see [`Documentation`].
#[derive(Debug)]
pub struct RuleSpec {
    /// The id: the path of the rule's page under `rules/`: `adf/secret-literal`.
    pub id: &'static str,
    /// The group that the rule is counted in.
    pub category: Category,
    /// The severity of its findings, unless one sets another.
    pub severity: Severity,
    /// Whether it runs unless asked for.
    pub level: Level,
    /// Rules of other tools that look for the same, as `tool:ID`.
    pub equivalents: List<Str>,
    /// Pages that say why, with their dates.
    pub references: List<Str>,
    /// The rules whose findings say all that this one would: of the same resource, of one that it is a child of, or with
    /// its name in a label.
    pub yields_to: List<Str>,
    /// What runs.
    pub check: Check,
}

impl RuleSpec {
    /// A rule that always runs, with no more metadata than every rule has.
    pub const fn new(id: &'static str, category: Category, severity: Severity, check: Check) -> RuleSpec {
        let level = Level::Default;
        const NONE: List<Str> = Cow::Borrowed(&[]);
        RuleSpec {
            id,
            category,
            severity,
            level,
            equivalents: NONE,
            references: NONE,
            yields_to: NONE,
            check,
        }
    }
}

/// What a rule runs on.
#[expect(clippy::large_enum_variant, reason = "a constant cannot be boxed")]
pub enum Check {
    /// Each resource of one of the types (without regard to case).
    Resource(&'static [&'static str], fn(&Resource, &mut Context<'_>)),
    /// Each deployment, once.
    Deployment(fn(&mut Context<'_>)),
    /// The engine itself: problems of reading and of evaluation that it reports under the rule's id.
    Engine,
    /// Each resource of one of the types, by the front matter of the rule's page.
    Setting(List<Str>, Cow<'static, page::Setting>),
}

impl Check {
    /// The resource types that it runs on; none where it does not run on single resources.
    pub fn resource_types(&self) -> Vec<&str> {
        match self {
            Check::Resource(types, _) => types.to_vec(),
            Check::Setting(types, _) => types.iter().map(|ty| &**ty).collect(),
            Check::Deployment(_) | Check::Engine => Vec::new(),
        }
    }
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Resource(..) => "Resource",
            Check::Deployment(_) => "Deployment",
            Check::Engine => "Engine",
            Check::Setting(..) => "Setting",
        })
    }
}

/// The documentation of a rule, as its page holds it.
#[derive(Clone, Debug)]
pub struct Documentation {
    /// The rule's id.
    pub id: &'static str,
    /// What is wrong, in one sentence.
    pub title: Str,
    /// Markdown: the sections `## Why`, `## How to fix` and `## Examples`.
    pub text: Str,
    /// The line of the page that the text starts in, from 1.
    pub first_line: usize,
}

impl Documentation {
    /// The text of a section without its heading; empty where there is none.
    pub fn section(&self, heading: &str) -> &str {
        let marker = format!("## {heading}\n");
        let starts = |at: &usize| *at == 0 || self.text[..*at].ends_with('\n');
        let found = self.text.match_indices(&marker).map(|(at, _)| at).find(starts);
        let Some(start) = found.map(|at| at + marker.len()) else { return "" };
        let rest = &self.text[start..];
        rest[..rest.find("\n## ").unwrap_or(rest.len())].trim()
    }
}
