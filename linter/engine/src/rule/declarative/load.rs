//! Reads YAML rules.

use std::fmt;

use serde::Deserialize;
use serde_saphyr::{Location, Spanned};

use super::condition::{Condition, Literal};
use super::path::{Path, PathError};
use super::{Change, Declarative, FixText, PLACEHOLDERS, placeholder};
use crate::finding::{Applicability, Category, Confidence, Severity};
use crate::rule::{Check, Documentation, RuleSpec};

/// Why a text is no YAML rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The rule, or the file, that was read.
    pub rule: String,
    /// Where in its text; `None` where that is not known.
    pub place: Option<Place>,
    /// What is wrong there.
    pub kind: LoadErrorKind,
}

/// A place in the text of a rule, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

/// What is wrong in a YAML rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadErrorKind {
    /// No YAML, an unknown or missing field, or a value of the wrong type: what the reader says.
    Yaml(String),
    /// A path that is none, or that a rule may not use.
    Path(PathError),
    /// A name in brackets that no message knows.
    Placeholder(String),
    /// A condition without an operator: it would hold for everything.
    EmptyCondition,
    /// A fix that changes nothing, or two things.
    Fix,
    /// A rule without a resource type.
    NoResourceType,
}

impl std::error::Error for LoadError {}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rule)?;
        if let Some(place) = self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        match &self.kind {
            LoadErrorKind::Yaml(message) => write!(f, ": {message}"),
            LoadErrorKind::Path(error) => write!(f, ": {error}"),
            LoadErrorKind::Placeholder(name) => {
                write!(f, ": `{{{name}}}` is unknown; a message may hold {{")?;
                write!(f, "{}}}", PLACEHOLDERS.join("}, {"))
            }
            LoadErrorKind::EmptyCondition => f.write_str(": a condition needs at least one operator"),
            LoadErrorKind::Fix => f.write_str(": a fix has either `remove: true` or `replace`"),
            LoadErrorKind::NoResourceType => f.write_str(": `resource-types` is empty"),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleText {
    title: String,
    category: Category,
    severity: Severity,
    #[serde(default = "high")]
    confidence: Confidence,
    resource_types: Vec<String>,
    select: Spanned<String>,
    condition: Spanned<ConditionText>,
    message: Spanned<String>,
    help: Option<String>,
    why: String,
    how_to_fix: String,
    examples: String,
    #[serde(default)]
    equivalents: Vec<String>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    sentences: Vec<String>,
    fix: Option<Spanned<FixFields>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct ConditionText {
    property: Option<Spanned<String>>,
    exists: Option<bool>,
    absent: Option<bool>,
    equals: Option<Literal>,
    not_equals: Option<Literal>,
    r#in: Option<Vec<Literal>>,
    not_in: Option<Vec<Literal>>,
    starts_with: Option<String>,
    ends_with: Option<String>,
    all: Option<Vec<Spanned<ConditionText>>>,
    any: Option<Vec<Spanned<ConditionText>>>,
    not: Option<Box<Spanned<ConditionText>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FixFields {
    title: String,
    applicability: ApplicabilityText,
    #[serde(default)]
    remove: bool,
    replace: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ApplicabilityText {
    Safe,
    Unsafe,
}

fn high() -> Confidence {
    Confidence::High
}

/// Reads the rule `id` from its text.
///
/// The texts of the rule are leaked, so that findings and reporters can hold them without a lifetime:
/// a rule lives as long as the process, and each is read once.
pub fn load(id: &str, text: &str) -> Result<(RuleSpec, Documentation), LoadError> {
    let fail = |place: Option<Place>, kind| LoadError { rule: id.to_string(), place, kind };
    let rule: RuleText = serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location().and_then(place);
        let message = error.without_snippet().to_string();
        fail(place, LoadErrorKind::Yaml(message.lines().next().unwrap_or("").to_string()))
    })?;
    let located = |(location, kind): (Location, LoadErrorKind)| fail(place(location), kind);
    if rule.resource_types.is_empty() {
        return Err(fail(None, LoadErrorKind::NoResourceType));
    }
    check_message(&rule.message).map_err(located)?;
    let select = path(&rule.select).map_err(located)?;
    let condition = condition(&rule.condition).map_err(located)?;
    let fix = rule.fix.as_ref().map(fix).transpose().map_err(located)?;
    let documentation = documentation(&rule);
    let id = leak(id.to_string());
    let declarative = Declarative {
        resource_types: leak_all(rule.resource_types),
        select,
        condition,
        confidence: rule.confidence,
        message: rule.message.value,
        help: rule.help,
        fix,
    };
    let spec = RuleSpec {
        id,
        category: rule.category,
        severity: rule.severity,
        equivalents: leak_all(rule.equivalents),
        references: leak_all(rule.references),
        sentences: leak_all(rule.sentences),
        check: Check::Declarative(declarative),
    };
    Ok((spec, Documentation { id, text: leak(documentation) }))
}

type Fault = (Location, LoadErrorKind);

fn place(location: Location) -> Option<Place> {
    (location.line() > 0).then(|| Place { line: location.line(), column: location.column() })
}

fn path(text: &Spanned<String>) -> Result<Path, Fault> {
    Path::parse(&text.value).map_err(|error| (text.referenced, LoadErrorKind::Path(error)))
}

fn check_message(message: &Spanned<String>) -> Result<(), Fault> {
    let mut rest = message.value.as_str();
    while let Some((_, name, after)) = placeholder(rest) {
        if !PLACEHOLDERS.contains(&name) {
            return Err((message.referenced, LoadErrorKind::Placeholder(name.to_string())));
        }
        rest = after;
    }
    Ok(())
}

// All operators of one mapping must hold.
fn condition(text: &Spanned<ConditionText>) -> Result<Condition, Fault> {
    let ConditionText {
        property,
        exists,
        absent,
        equals,
        not_equals,
        r#in,
        not_in,
        starts_with,
        ends_with,
        all,
        any,
        not,
    } = &text.value;
    let negated = |condition: Condition| Condition::Not(Box::new(condition));
    let wanted = |condition: Condition, wanted: bool| if wanted { condition } else { negated(condition) };
    let mut parts = Vec::new();
    parts.extend(exists.map(|exists| wanted(Condition::Exists, exists)));
    parts.extend(absent.map(|absent| wanted(Condition::Exists, !absent)));
    parts.extend(equals.iter().map(|literal| Condition::In(vec![literal.clone()])));
    parts.extend(not_equals.iter().map(|literal| negated(Condition::In(vec![literal.clone()]))));
    parts.extend(r#in.iter().map(|literals| Condition::In(literals.clone())));
    parts.extend(not_in.iter().map(|literals| negated(Condition::In(literals.clone()))));
    parts.extend(starts_with.iter().map(|start| Condition::StartsWith(start.clone())));
    parts.extend(ends_with.iter().map(|end| Condition::EndsWith(end.clone())));
    let list = |texts: &[Spanned<ConditionText>]| texts.iter().map(condition).collect::<Result<Vec<_>, _>>();
    if let Some(all) = all {
        parts.push(Condition::All(list(all)?));
    }
    if let Some(any) = any {
        parts.push(Condition::Any(list(any)?));
    }
    if let Some(not) = not {
        parts.push(negated(condition(not)?));
    }
    let whole = match parts.len() {
        0 => return Err((text.referenced, LoadErrorKind::EmptyCondition)),
        1 => parts.swap_remove(0),
        _ => Condition::All(parts),
    };
    Ok(match property {
        Some(property) => Condition::At(path(property)?, Box::new(whole)),
        None => whole,
    })
}

fn fix(text: &Spanned<FixFields>) -> Result<FixText, Fault> {
    let change = match (text.value.remove, &text.value.replace) {
        (true, None) => Change::Remove,
        (false, Some(replacement)) => Change::Replace(replacement.clone()),
        _ => return Err((text.referenced, LoadErrorKind::Fix)),
    };
    let applicability = match text.value.applicability {
        ApplicabilityText::Safe => Applicability::Safe,
        ApplicabilityText::Unsafe => Applicability::Unsafe,
    };
    Ok(FixText { title: text.value.title.clone(), applicability, change })
}

fn documentation(rule: &RuleText) -> String {
    let RuleText { title, why, how_to_fix, examples, .. } = rule;
    let sections = [("Why", why), ("How to fix", how_to_fix), ("Examples", examples)];
    let sections = sections.map(|(heading, text)| format!("\n## {heading}\n\n{}\n", text.trim()));
    format!("{}\n{}", title.trim(), sections.concat())
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn leak_all(texts: Vec<String>) -> &'static [&'static str] {
    Box::leak(texts.into_iter().map(leak).collect())
}
