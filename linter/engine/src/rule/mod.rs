//! Rules: what they declare, how they are found, what they are given.

pub mod context;
pub mod declarative;
pub mod example;
pub mod registry;

pub use context::Context;
pub use registry::Catalogue;

use crate::finding::{Category, Severity};
use crate::graph::Resource;

/// A rule: its metadata and its check.
///
/// The title, the reasons and the examples stand in the rule's documentation, see [`Documentation`].
#[derive(Debug)]
pub struct RuleSpec {
    /// The id: the path of the rule's file under `rules/`, with hyphens: `adf/secret-literal`.
    pub id: &'static str,
    /// The group that the rule is counted in.
    pub category: Category,
    /// The severity of its findings, unless one sets another.
    pub severity: Severity,
    /// Rules of other linters that look for the same.
    pub equivalents: &'static [&'static str],
    /// Pages that say why, with their dates.
    pub references: &'static [&'static str],
    /// The sentences of the two documents about Private Link and the managed virtual network that the
    /// rule enforces or surfaces, by their numbers in `docs/seeds.md`: `A10`, `B22`.
    pub sentences: &'static [&'static str],
    /// What runs.
    pub check: Check,
}

/// What a rule runs on.
pub enum Check {
    /// Each resource of one of the types (without regard to case).
    Resource(&'static [&'static str], fn(&Resource, &mut Context<'_>)),
    /// Each deployment, once.
    Deployment(fn(&mut Context<'_>)),
    /// The engine itself: problems of reading and of evaluation that it reports under the rule's id.
    Engine,
    /// Selectors and operators of a YAML rule.
    Declarative(declarative::Declarative),
}

impl Check {
    /// The resource types that it runs on; none where it does not run on single resources.
    pub fn resource_types(&self) -> &'static [&'static str] {
        match self {
            Check::Resource(types, _) => types,
            Check::Declarative(rule) => rule.resource_types(),
            Check::Deployment(_) | Check::Engine => &[],
        }
    }
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Resource(..) => "Resource",
            Check::Deployment(_) => "Deployment",
            Check::Engine => "Engine",
            Check::Declarative(_) => "Declarative",
        })
    }
}

/// The documentation of a rule, as its file holds it.
#[derive(Clone, Copy, Debug)]
pub struct Documentation {
    /// The rule's id.
    pub id: &'static str,
    /// Markdown: the title in the first line, then the sections `## Why`, `## How to fix` and
    /// `## Examples`.
    pub text: &'static str,
}

impl Documentation {
    /// The first line: what is wrong, in one sentence.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or("").trim_start_matches('#').trim()
    }

    /// The text of a section without its heading; empty where there is none.
    pub fn section(&self, heading: &str) -> &'static str {
        let marker = format!("\n## {heading}\n");
        let Some(start) = self.text.find(&marker).map(|at| at + marker.len()) else { return "" };
        let rest = &self.text[start..];
        rest[..rest.find("\n## ").unwrap_or(rest.len())].trim()
    }
}
