//! Which rules are wanted for a path, and with which severity.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use armlint_engine::finding::Severity;
use armlint_engine::rule::Catalogue;
use armlint_engine::rule::page::yaml::nearest;
use serde_saphyr::Spanned;

use super::fault::{Wrong, wrong};
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
    single: Single,
    overrides: Vec<Override>,
}

#[derive(Debug)]
struct Override {
    paths: Patterns,
    selected: Rules,
    ignored: Rules,
    severity: Option<Severity>,
    single: Single,
}

/// What is said of rules one by one; the last word counts.
#[derive(Debug, Default)]
struct Single {
    off: Rules,
    severities: HashMap<&'static str, Severity>,
}

impl Choice {
    /// Adds what a text says, which wins over what is there; rules and patterns that do not exist are wrong.
    pub(super) fn extend(&mut self, text: &ConfigText, catalogue: &Catalogue) -> Result<(), Wrong> {
        if let Some(names) = &text.select {
            self.selected = Some(rules(&names.value, catalogue)?);
        }
        self.ignored.extend(rules(&text.ignore, catalogue)?);
        self.single.extend(&text.rules, catalogue)?;
        for text in &text.overrides {
            self.overrides.push(Override::read(text, catalogue)?);
        }
        Ok(())
    }

    /// Whether the findings of a rule are wanted at a path relative to the folder of the configuration.
    pub(crate) fn wants(&self, rule: &str, path: &Path) -> bool {
        let selected = self.selected.as_ref().is_none_or(|selected| selected.contains(rule));
        let mut wanted = selected && !self.ignored.contains(rule) && !self.single.off.contains(rule);
        for part in self.overrides.iter().filter(|part| part.paths.matches(path)) {
            let ignored = part.ignored.contains(rule) || part.single.off.contains(rule);
            wanted = (wanted || part.selected.contains(rule)) && !ignored;
        }
        wanted || rule == INTERNAL_ERROR
    }

    /// The severity that the findings of a rule get at a path; none where they keep their own.
    pub(crate) fn severity(&self, rule: &str, path: &Path) -> Option<Severity> {
        let mut severity = self.single.severities.get(rule).copied();
        for part in self.overrides.iter().filter(|part| part.paths.matches(path)) {
            severity = part.single.severities.get(rule).copied().or(part.severity).or(severity);
        }
        severity.filter(|_| rule != INTERNAL_ERROR)
    }
}

impl Override {
    fn read(text: &OverrideText, catalogue: &Catalogue) -> Result<Override, Wrong> {
        let mut single = Single::default();
        single.extend(&text.rules, catalogue)?;
        Ok(Override {
            paths: patterns(&text.paths)?,
            selected: rules(&text.select, catalogue)?,
            ignored: rules(&text.ignore, catalogue)?,
            severity: text.severity.map(Severity::from),
            single,
        })
    }
}

/// Reads patterns.
pub(super) fn patterns(texts: &[Spanned<String>]) -> Result<Patterns, Wrong> {
    let mut patterns = Patterns::default();
    patterns.extend(texts)?;
    Ok(patterns)
}

impl Patterns {
    /// Adds patterns.
    pub(super) fn extend(&mut self, texts: &[Spanned<String>]) -> Result<(), Wrong> {
        for text in texts {
            if let Some(pattern) = with_slashes(&text.value) {
                let message = format!("`{}` holds a backslash, and patterns take `/`", text.value);
                return Err(Wrong {
                    hint: Some(format!("write `{pattern}`")),
                    ..wrong(text.referenced, message)
                });
            }
            self.add(&text.value).map_err(|error| {
                wrong(text.referenced, format!("`{}` is no valid pattern: {}", text.value, error.msg))
            })?;
        }
        Ok(())
    }
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

impl Single {
    fn extend(&mut self, texts: &RuleTexts, catalogue: &Catalogue) -> Result<(), Wrong> {
        for (name, setting) in &texts.0 {
            let Some(rule) = catalogue.rule(&name.value) else {
                if catalogue.may_have(&name.value) {
                    continue;
                }
                return Err(unknown(name, catalogue));
            };
            match setting {
                RuleText::Off => _ = self.off.insert(rule.id),
                RuleText::Severity(severity) => {
                    self.off.remove(rule.id);
                    self.severities.insert(rule.id, Severity::from(*severity));
                }
            }
        }
        Ok(())
    }
}

fn unknown(name: &Spanned<String>, catalogue: &Catalogue) -> Wrong {
    let similar = nearest(&name.value, catalogue.rules().iter().map(|rule| rule.id)).map(str::to_string);
    let hint = Error::UnknownRule { name: name.value.clone(), similar }.hint();
    Wrong { hint, ..wrong(name.referenced, format!("there is no rule `{}`", name.value)) }
}
