//! Settings of services that open or weaken them: what a resource writes, what a child of it writes, and what the
//! service takes where nobody writes anything.

use armlint_engine::finding::{Applicability, Confidence, Edit, Finding, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::value::{Presence, Text, Truth, Value, ValueKind, presence};

use crate::facts::{self, ServiceSetting};
use crate::select::{self, Selected};
use crate::{children, wording};

/// A setting that is wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The setting.
    pub setting: ServiceSetting,
    /// What is written; absent where nothing is.
    pub value: Value,
    /// What the service takes.
    pub meaning: String,
    severity: Severity,
    confidence: Confidence,
}

/// What rules say of their settings.
pub struct Wording<'w> {
    /// What is wrong, before a colon: `Clients may use TLS 1.0 or 1.1`.
    pub says: &'w str,
    /// What to do.
    pub help: &'w str,
    /// What its change does; empty where it has none.
    pub title: &'w str,
    /// Whether the change may be applied without looking.
    pub applicability: Applicability,
}

/// Reports what is wrong with the settings of a resource that a rule judges.
pub fn check(rule: &str, wording: &Wording<'_>, resource: &Resource, cx: &mut Context<'_>) {
    for fault in faults(rule, resource, cx.view()) {
        fault.report(wording, resource, cx);
    }
}

/// What is wrong with the settings of a resource that a rule judges. What exists already, is not deployed or belongs to
/// another service is not judged.
pub fn faults(rule: &str, resource: &Resource, view: View<'_>) -> Vec<Fault> {
    if resource.existing || resource.condition.truth.is_false() || is_managed(resource) {
        return Vec::new();
    }
    let settings = facts::settings_of(rule, &resource.ty);
    settings.flat_map(|setting| of_setting(setting, resource, view)).collect()
}

fn of_setting(setting: ServiceSetting, resource: &Resource, view: View<'_>) -> Vec<Fault> {
    let selected: Vec<Selected> = select::select(resource, setting.path);
    let mut found = Vec::new();
    for Selected { value, .. } in selected {
        found.extend(match presence(&value) {
            Presence::Absent => left(setting, value, resource, view),
            Presence::Present => stated(setting, value),
            Presence::Unknown => one_branch(setting, &value),
        });
    }
    found.retain(|_| holds(setting.when, resource));
    found
}

// A value that is written. What the default of a parameter decides is less sure.
fn stated(setting: ServiceSetting, value: Value) -> Option<Fault> {
    if !is_bad(setting.bad, &value).is_true() {
        return one_branch(setting, &value);
    }
    let confidence = if value.assumed { Confidence::Medium } else { Confidence::High };
    Some(Fault { meaning: shown(&value), setting, severity: setting.severity, confidence, value })
}

// One of several values, by a condition that nobody knows.
fn one_branch(setting: ServiceSetting, value: &Value) -> Option<Fault> {
    let ValueKind::OneOf(values) = &value.kind else { return None };
    let bad = values.iter().find(|value| is_bad(setting.bad, value).is_true())?;
    let (severity, confidence) = (setting.severity, Confidence::Low);
    Some(Fault { meaning: shown(bad), setting, severity, confidence, value: value.clone() })
}

// Nothing is written, here or in a child.
fn left(setting: ServiceSetting, value: Value, resource: &Resource, view: View<'_>) -> Option<Fault> {
    let severity = setting.left?;
    if setting.left_is_strict && !view.settings().is_strict() || value.assumed {
        return None;
    }
    let meaning = meaning(setting.absent, resource)?;
    let expected = Value::string(meaning, value.origin.span);
    if !is_bad(setting.bad, &expected).is_true()
        || is_written_by_child(setting.children, resource, view.graph())
    {
        return None;
    }
    Some(Fault { setting, value, meaning: meaning.into(), severity, confidence: Confidence::High })
}

/// What a service takes for a property that is not written: the first meaning that the version of the API fits.
pub fn meaning(meanings: &'static str, resource: &Resource) -> Option<&'static str> {
    let version = resource.body.get("apiVersion");
    for meaning in meanings.split(';').filter(|meaning| !meaning.is_empty()) {
        match (meaning.split_once('<'), version.known_text()) {
            (None, _) => return Some(meaning),
            (Some((value, before)), Some(version)) if version < before => return Some(value),
            (Some(_), Some(_)) => {}
            // A version that is not known decides nothing.
            (Some(_), None) => return None,
        }
    }
    None
}

// Whether a child says it, or may do so.
fn is_written_by_child(rows: &str, resource: &Resource, graph: &Graph) -> bool {
    rows.split(',').filter_map(|row| row.split_once(':')).any(|(child, path)| {
        let Some((ty, name)) = child.rsplit_once('/') else { return false };
        let ty = format!("{}/{ty}", resource.ty);
        children::of(graph, resource, &ty).any(|(child, belongs)| {
            let is_it = child.name.last().equals_ignore_case(&Text::Known(name.into()));
            let says = match presence(&child.body.at(path)) {
                Presence::Absent => Truth::False,
                Presence::Present => Truth::True,
                Presence::Unknown => Truth::Unknown,
            };
            !is_it.and(belongs).and(says).is_false()
        })
    })
}

/// Whether a value is one of those in a cell of a table: `|` stands between them, and one that ends in `*` is a
/// beginning.
pub fn is_bad(bad: &str, value: &Value) -> Truth {
    let (prefixes, words): (Vec<&str>, Vec<&str>) =
        bad.split('|').partition(|one| one.len() > 1 && one.ends_with('*'));
    let starts = |value: &Value| {
        let starts = prefixes.iter().map(|prefix| {
            let start = prefix.trim_end_matches('*');
            value.text().map_or(Truth::False, |text| text.starts_with(start))
        });
        Truth::any(starts)
    };
    let word = select::matches(value, &words.join("|"));
    let start = Truth::unanimous(value.alternatives().iter().map(starts));
    if prefixes.is_empty() {
        word
    } else if words.is_empty() {
        start
    } else {
        word.or(start)
    }
}

/// Whether all conditions of a cell certainly hold of a resource: `path=value|value;!path=value`, where `?` is anything
/// that is written.
pub fn holds(conditions: &str, resource: &Resource) -> bool {
    conditions.split(';').filter(|condition| !condition.is_empty()).all(|condition| {
        let (negated, condition) =
            condition.strip_prefix('!').map_or((false, condition), |rest| (true, rest));
        let Some((path, values)) = condition.split_once('=') else { return false };
        let truth = match values {
            "?" => Truth::any(select::select(resource, path).iter().map(|one| match presence(&one.value) {
                Presence::Present => Truth::True,
                Presence::Absent => Truth::False,
                Presence::Unknown => Truth::Unknown,
            })),
            _ => select::is_one_of(resource, path, values),
        };
        if negated { truth.is_false() } else { truth.is_true() }
    })
}

// What another service made for itself, and keeps as it likes.
fn is_managed(resource: &Resource) -> bool {
    presence(&resource.body.get("managedBy")) != Presence::Absent
}

// The word in a message; nothing that may be a secret is judged here.
fn shown(value: &Value) -> String {
    match &value.kind {
        _ if value.secure => "a secret".into(),
        ValueKind::Text(Text::Known(text)) => text.to_string(),
        ValueKind::Bool(_) | ValueKind::Number(_) => value.to_json().to_string(),
        _ => "an expression".into(),
    }
}

impl Fault {
    /// Reports it.
    pub fn report<'c>(
        &self,
        wording: &Wording<'_>,
        resource: &Resource,
        cx: &'c mut Context<'_>,
    ) -> &'c mut Finding {
        let edit = self.edit(resource, cx.graph());
        let message = format!("{}: {}", wording.says, self.says(resource));
        let finding = cx.report_on(resource, &self.value, message);
        finding.severity(self.severity).confidence(self.confidence).traced(&self.value).help(wording.help);
        finding.fix(wording.title, wording.applicability, edit);
        finding
    }

    /// What is written, or what holds since nothing is.
    pub fn says(&self, resource: &Resource) -> String {
        let (key, meaning) = (key(self.setting.path), &self.meaning);
        let name = wording::called(resource, "the resource");
        match &self.value.kind {
            ValueKind::Absent | ValueKind::Null => {
                format!("`{key}` of {name} is not set, which stands for `{meaning}`")
            }
            ValueKind::OneOf(_) => format!("`{key}` of {name} may be `{meaning}`"),
            _ => format!("`{key}` of {name} is `{meaning}`"),
        }
    }

    fn edit(&self, resource: &Resource, graph: &Graph) -> Option<Edit> {
        let ServiceSetting { path, set, .. } = self.setting;
        let path = match path.strip_prefix("{name:") {
            Some(rest) => rest.split_once("}.")?.1,
            None => path,
        };
        if set.is_empty() || matches!(self.value.kind, ValueKind::OneOf(_)) || path.contains(['[', '{', '*'])
        {
            return None;
        }
        let names: Vec<&str> = path.split('.').collect();
        edit::set(graph, &resource.body, &names, set)
    }
}

// The last key of a path, or the last but one of `{name:x}.properties.value`.
fn key(path: &str) -> &str {
    if let Some(name) = path.strip_prefix("{name:").and_then(|rest| rest.strip_suffix("}.properties.value")) {
        return name;
    }
    if let Some(key) = path.strip_suffix("\"]").and_then(|path| path.rsplit('.').next()) {
        return key;
    }
    let path = path.trim_end_matches("[*]");
    path.rsplit(['.', '}']).find(|key| !key.is_empty()).unwrap_or(path)
}
