//! Rules that are front matter and nothing else: paths select values of a resource, operators judge them.
//!
//! Both go by three-valued logic: what is not known never violates a rule, so that a rule reports only
//! what certainly holds. Whatever relates two resources is a Rust rule.

mod condition;
mod load;
mod path;

pub use load::load;

use armlint_page::{Change, Fix, Meaning, Setting, placeholder};

use super::{Context, edit};
use crate::finding::Edit;
use crate::graph::Resource;
use crate::value::{Text, Truth, Value, ValueKind};

/// Reports every selected value of a resource for which the condition certainly holds.
///
/// What is not deployed is not judged, and what exists already only where the rule asks for it.
pub fn check(setting: &Setting, resource: &Resource, cx: &mut Context<'_>) {
    let judged = setting.existing || !resource.existing;
    if !judged
        || resource.condition.truth.is_false()
        || !condition::all(&setting.when, &resource.body).is_true()
    {
        return;
    }
    for value in selected(setting, resource) {
        report(setting, resource, &value, cx);
    }
}

// The values for which the condition certainly holds.
fn selected(setting: &Setting, resource: &Resource) -> Vec<Value> {
    let values = setting.select.iter().flat_map(|path| path::select(path, &resource.body));
    let values = values.map(|value| match value.is_absent() {
        true => meaning(&setting.absent_is, resource, value),
        false => value,
    });
    values.filter(|value| condition::all(&setting.condition, value).is_true()).collect()
}

// What the service takes for a value that is not written, at the place where it is missing.
fn meaning(meanings: &[Meaning], resource: &Resource, absent: Value) -> Value {
    let version = resource.body.get("apiVersion");
    let fits = |meaning: &Meaning| match (&meaning.before, version.known_text()) {
        (None, _) => Truth::True,
        (Some(before), Some(version)) => Truth::from(version < before.as_ref()),
        (Some(_), None) => Truth::Unknown,
    };
    // A version that is not known decides nothing.
    let first = meanings.iter().map(|meaning| (meaning, fits(meaning))).find(|(_, fits)| !fits.is_false());
    match first {
        Some((meaning, Truth::True)) => condition::value(&meaning.value, absent.origin.span),
        Some(_) => Value::unknown(crate::value::Reason::Computed, version.term(), absent.origin.span),
        None => absent,
    }
}

fn report(setting: &Setting, resource: &Resource, value: &Value, cx: &mut Context<'_>) {
    let change = setting.fix.as_ref().and_then(|fix| Some((fix, changed(fix, resource, value, cx)?)));
    let finding = cx.report_on(resource, value, message(setting, resource, value));
    finding.confidence(setting.confidence).traced(value);
    if let Some(help) = &setting.help {
        finding.help(help.as_ref());
    }
    if let Some((fix, edit)) = change {
        finding.fix(&fix.title, fix.applicability, vec![edit]);
    }
}

fn changed(fix: &Fix, resource: &Resource, value: &Value, cx: &Context<'_>) -> Option<Edit> {
    let graph = cx.graph();
    match &fix.change {
        Change::Remove => edit::remove(graph, value.origin.span),
        Change::Replace(json) => edit::replace_literal(graph, value, json),
        Change::Set(path, json) => edit::set(graph, &resource.body, &path.names()?, json),
    }
}

fn message(setting: &Setting, resource: &Resource, value: &Value) -> String {
    let fill = |name: &str| match name {
        "name" => resource.name.display().to_string(),
        "type" => resource.ty.to_string(),
        _ => printable(value),
    };
    let mut message = String::new();
    let mut rest = setting.message.as_ref();
    while let Some((before, name, after)) = placeholder(rest) {
        message.push_str(before);
        message.push_str(&fill(name));
        rest = after;
    }
    message + rest
}

// A secret, or what stands for one, is not printed.
fn printable(value: &Value) -> String {
    match &value.kind {
        _ if value.secure => "a secret".into(),
        ValueKind::Absent => "not set".into(),
        ValueKind::Text(Text::Known(text)) if text.bytes().all(|byte| byte == b'*') => "a secret".into(),
        ValueKind::Text(Text::Known(text)) => text.to_string(),
        ValueKind::Bool(_) | ValueKind::Number(_) => value.to_json().to_string(),
        _ => value.term().shown().to_string(),
    }
}

#[cfg(test)]
mod tests;
