//! Suppressions of a configuration: by rule, path, and type or name of a resource.

use std::collections::HashSet;
use std::path::Path;

use armlint_engine::finding::Finding;
use armlint_engine::rule::Catalogue;
use armlint_engine::settings::Date;
use armlint_engine::suppression;
use glob::{MatchOptions, Pattern};
use serde_saphyr::{Location, Spanned};

use super::choice::{patterns, rules};
use super::fault::Wrong;
use super::pattern::Patterns;
use super::text::SuppressText;

// Types and names have no case, and a pattern goes over their slashes.
const NAMES: MatchOptions = MatchOptions {
    case_sensitive: false,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

/// One suppression.
#[derive(Debug)]
pub(crate) struct Suppression {
    /// The rule, prefix or category, as written.
    pub(crate) name: String,
    /// Where that is written.
    pub(crate) location: Location,
    rules: HashSet<&'static str>,
    paths: Option<Patterns>,
    ty: Option<Pattern>,
    resource: Option<Pattern>,
    /// Why the findings stay.
    pub(crate) reason: String,
    /// The last day that it holds.
    pub(crate) until: Option<Date>,
    /// It stands in the file itself, and in none that it extends: those may well be of use elsewhere.
    pub(crate) own: bool,
}

impl Suppression {
    /// Reads one; a rule that does not exist, no reason or a day that is none are wrong.
    pub(super) fn read(text: &SuppressText, catalogue: &Catalogue, own: bool) -> Result<Suppression, Wrong> {
        let reason = text.reason.value.trim();
        if reason.is_empty() {
            let message = "the reason is empty: say why the finding stays".to_string();
            return Err(Wrong { location: text.reason.referenced, message, hint: None });
        }
        let until = text.until.as_ref().map(|text| {
            text.value.parse().map_err(|message| Wrong { location: text.referenced, message, hint: None })
        });
        Ok(Suppression {
            name: text.rule.value.clone(),
            location: text.rule.referenced,
            rules: rules(std::slice::from_ref(&text.rule), catalogue)?,
            paths: if text.paths.is_empty() { None } else { Some(patterns(&text.paths)?) },
            ty: pattern(text.resource_type.as_ref())?,
            resource: pattern(text.resource_name.as_ref())?,
            reason: reason.to_string(),
            until: until.transpose()?,
            own,
        })
    }

    /// Whether it speaks of a finding whose file is at this path, relative to the folder of the configuration.
    pub(crate) fn matches(&self, finding: &Finding, path: &Path) -> bool {
        let fits = |pattern: &Option<Pattern>, text: Option<&String>| match (pattern, text) {
            (None, _) => true,
            (Some(pattern), Some(text)) => pattern.matches_with(text, NAMES),
            (Some(_), None) => false,
        };
        let resource = finding.resource.as_ref();
        self.rules.contains(finding.rule)
            && suppression::is_suppressible(finding.rule)
            && self.is_at(path)
            && fits(&self.ty, resource.map(|resource| &resource.ty))
            && fits(&self.resource, resource.map(|resource| &resource.name))
    }

    /// Whether it speaks of a file at this path, likewise.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.matches(path))
    }
}

fn pattern(text: Option<&Spanned<String>>) -> Result<Option<Pattern>, Wrong> {
    let read = |text: &Spanned<String>| {
        Pattern::new(&text.value).map_err(|error| Wrong {
            location: text.referenced,
            message: format!("`{}` is no valid pattern: {}", text.value, error.msg),
            hint: None,
        })
    };
    text.map(read).transpose()
}
