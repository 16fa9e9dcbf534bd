//! Which rules are wanted for a path, and with which severity.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use armlint_engine::finding::Severity;
use armlint_engine::rule::Catalogue;
use armlint_engine::rule::page::yaml::nearest;
use serde_saphyr::Spanned;

use super::fault::Wrong;
use super::pattern::Patterns;
use super::text::{ConfigText, OverrideText, RuleText, RuleTexts};
use crate::error::{Error, with_slashes};
use crate::selection::{INTERNAL_ERROR, rules_of};

type Rules = HashSet<&'static str>;

/// The choice of rules of a configuration.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    selected: Option<Rules>,
    ignored: Rules,
    severities: HashMap<&'static str, Severity>,
    overrides: Vec<Override>,
}

#[derive(Debug)]
struct Override {
    paths: Patterns,
    selected: Rules,
    ignored: Rules,
    severity: Option<Severity>,
    severities: HashMap<&'static str, Severity>,
}

impl Choice {
    /// Reads the choice; rules and patterns that do not exist are wrong.
    pub(super) fn read(text: &ConfigText, catalogue: &Catalogue) -> Result<Choice, Wrong> {
        let selected = text.select.as_deref().map(|names| rules(names, catalogue)).transpose()?;
        let mut ignored = rules(&text.ignore, catalogue)?;
        let severities = single(&text.rules, catalogue, &mut ignored)?;
        let overrides = text.overrides.iter().map(|text| Override::read(text, catalogue));
        Ok(Choice { selected, ignored, severities, overrides: overrides.collect::<Result<_, _>>()? })
    }

    /// Whether the findings of a rule are wanted at a path relative to the folder of the configuration.
    pub(crate) fn wants(&self, rule: &str, path: &Path) -> bool {
        let selected = self.selected.as_ref().is_none_or(|selected| selected.contains(rule));
        let mut wanted = selected && !self.ignored.contains(rule);
        for part in self.overrides.iter().filter(|part| part.paths.matches(path)) {
            wanted = (wanted || part.selected.contains(rule)) && !part.ignored.contains(rule);
        }
        wanted || rule == INTERNAL_ERROR
    }

    /// The severity that the findings of a rule get at a path; none where they keep their own.
    pub(crate) fn severity(&self, rule: &str, path: &Path) -> Option<Severity> {
        let mut severity = self.severities.get(rule).copied();
        for part in self.overrides.iter().filter(|part| part.paths.matches(path)) {
            severity = part.severities.get(rule).copied().or(part.severity).or(severity);
        }
        severity.filter(|_| rule != INTERNAL_ERROR)
    }
}

impl Override {
    fn read(text: &OverrideText, catalogue: &Catalogue) -> Result<Override, Wrong> {
        let mut ignored = rules(&text.ignore, catalogue)?;
        let severities = single(&text.rules, catalogue, &mut ignored)?;
        Ok(Override {
            paths: patterns(&text.paths)?,
            selected: rules(&text.select, catalogue)?,
            ignored,
            severity: text.severity.map(Severity::from),
            severities,
        })
    }
}

/// Reads patterns.
pub(super) fn patterns(texts: &[Spanned<String>]) -> Result<Patterns, Wrong> {
    let mut patterns = Patterns::default();
    for text in texts {
        if let Some(pattern) = with_slashes(&text.value) {
            let message = format!("`{}` holds a backslash, and patterns take `/`", text.value);
            return Err(Wrong {
                location: text.referenced,
                message,
                hint: Some(format!("write `{pattern}`")),
            });
        }
        patterns.add(&text.value).map_err(|error| Wrong {
            location: text.referenced,
            message: format!("`{}` is no valid pattern: {}", text.value, error.msg),
            hint: None,
        })?;
    }
    Ok(patterns)
}

/// The rules that names stand for.
pub(super) fn rules(names: &[Spanned<String>], catalogue: &Catalogue) -> Result<Rules, Wrong> {
    let mut all = Rules::new();
    for name in names {
        all.extend(rules_of(catalogue, &name.value).map_err(|error| Wrong {
            location: name.referenced,
            message: error.to_string(),
            hint: error.hint(),
        })?);
    }
    Ok(all)
}

// Those that are off are ignored, the others have a severity.
fn single(
    texts: &RuleTexts,
    catalogue: &Catalogue,
    ignored: &mut Rules,
) -> Result<HashMap<&'static str, Severity>, Wrong> {
    let mut severities = HashMap::new();
    for (name, setting) in &texts.0 {
        let Some(rule) = catalogue.rule(&name.value) else {
            let similar = nearest(&name.value, catalogue.rules().iter().map(|rule| rule.id));
            let similar = similar.map(str::to_string);
            let error = Error::UnknownRule { name: name.value.clone(), similar };
            let message = format!("there is no rule `{}`", name.value);
            return Err(Wrong { location: name.referenced, message, hint: error.hint() });
        };
        match setting {
            RuleText::Off => {
                ignored.insert(rule.id);
            }
            RuleText::Severity(severity) => {
                severities.insert(rule.id, Severity::from(*severity));
            }
        }
    }
    Ok(severities)
}
