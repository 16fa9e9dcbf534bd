//! Rules that are front matter and nothing else: paths select values of a resource, operators judge them.
//!
//! Both go by three-valued logic: what is not known never violates a rule, so that a rule reports only
//! what certainly holds. Whatever relates two resources is a Rust rule.

mod condition;
mod load;
mod path;

pub use load::{Loaded, RuleIds, load};

pub use path::PropertyReader;

use armlint_page::{Change, Condition, Fix, Setting, placeholder};

use condition::Judge;

use super::{Context, edit};
use crate::finding::Edit;
use crate::graph::Resource;
use crate::value::{Text, Truth, Value, ValueKind};

/// Reports every selected value of a resource for which the condition certainly holds.
///
/// What is not deployed is not judged, and what exists already only where the rule asks for it.
pub fn check<'r>(setting: &'r Setting, reader: &PropertyReader<'r>, cx: &mut Context<'_>) {
    let resource = reader.resource();
    let judged = setting.existing || !resource.existing;
    if !judged || resource.condition.truth.is_false() {
        return;
    }
    let judge = Judge { as_of: cx.settings().as_of, version: reader.version(), walk: reader.walk() };
    if !of_resource(&setting.when, reader, &judge).is_true() {
        return;
    }
    for path in setting.select.iter() {
        for value in reader.select(path).iter() {
            let meant = value.is_absent() && !setting.absent_is.is_empty();
            let meant = meant.then(|| judge.meaning(&setting.absent_is, value.clone()));
            let value = meant.as_ref().unwrap_or(value);
            if judge.all(&setting.condition, value).is_true() {
                report(setting, resource, value, cx);
            }
        }
    }
}

// What is asked of properties of the resource is read once for all rules.
fn of_resource<'r>(conditions: &'r [Condition], reader: &PropertyReader<'r>, judge: &Judge<'_>) -> Truth {
    let holds = |condition: &'r Condition| match condition {
        Condition::At(path, absent_is, conditions) => judge.at(&reader.select(path), absent_is, conditions),
        Condition::All(conditions) => of_resource(conditions, reader, judge),
        Condition::Any(conditions) => {
            let any = conditions.iter();
            Truth::any(any.map(|condition| of_resource(std::slice::from_ref(condition), reader, judge)))
        }
        Condition::Not(conditions) => !of_resource(conditions, reader, judge),
        other => judge.all(std::slice::from_ref(other), &reader.resource().body),
    };
    let mut answer = Truth::True;
    for condition in conditions {
        answer = answer.and(holds(condition));
        if answer.is_false() {
            break;
        }
    }
    answer
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
        let (said, is_quoted) = (fill(name), message.matches('`').count() % 2 == 1);
        // A reporter looks for secrets in what is quoted, and nowhere else.
        let is_written = name != "value" || value.text().is_some();
        match is_quoted || !is_written || said == SECRET {
            true => message.push_str(&said),
            false => message.push_str(&format!("`{said}`")),
        }
        rest = after;
    }
    message + rest
}

// What stands for a secret in a message.
const SECRET: &str = "a secret";

// A secret, or what stands for one, is not printed.
fn printable(value: &Value) -> String {
    match &value.kind {
        _ if value.secure => SECRET.into(),
        ValueKind::Absent => "not set".into(),
        ValueKind::Text(Text::Known(text)) if text.bytes().all(|byte| byte == b'*') => SECRET.into(),
        ValueKind::Text(Text::Known(text)) => text.to_string(),
        ValueKind::Bool(_) | ValueKind::Number(_) => value.to_json().to_string(),
        _ => value.term().shown().to_string(),
    }
}

#[cfg(test)]
mod tests;
