//! Rules written in YAML: a JSONPath selects values of a resource, operators judge them.
//!
//! Both go by three-valued logic: what is not known never violates a rule, so that a rule reports only
//! what certainly holds. Whatever relates two resources is a Rust rule.

mod condition;
pub mod fix;
mod load;
mod path;

pub use load::{LoadError, LoadErrorKind, Place, load};
pub use path::PathError;

use condition::Condition;
use path::Path;

use super::Context;
use crate::finding::{Applicability, Confidence};
use crate::graph::Resource;
use crate::value::{Text, Value, ValueKind};

/// The selectors and operators of a YAML rule.
#[derive(Debug)]
pub struct Declarative {
    resource_types: &'static [&'static str],
    select: Path,
    condition: Condition,
    confidence: Confidence,
    message: String,
    help: Option<String>,
    fix: Option<FixText>,
}

#[derive(Debug)]
struct FixText {
    title: String,
    applicability: Applicability,
    change: Change,
}

#[derive(Debug)]
enum Change {
    Remove,
    Replace(String),
}

/// The names that a message may hold in brackets.
const PLACEHOLDERS: [&str; 3] = ["name", "type", "value"];

impl Declarative {
    /// The resource types that it runs on, to be compared without regard to case.
    pub fn resource_types(&self) -> &'static [&'static str] {
        self.resource_types
    }

    /// Reports every selected value of a resource for which the condition certainly holds.
    pub fn check(&self, resource: &Resource, cx: &mut Context<'_>) {
        for value in self.select.select(&resource.body) {
            if !self.condition.holds(&value).is_true() {
                continue;
            }
            let fix = self.fix.as_ref().and_then(|fix| {
                let edit = match &fix.change {
                    Change::Remove => fix::remove(cx.graph(), value.origin.span),
                    Change::Replace(text) => {
                        fix::replace(&value, &serde_json::Value::from(text.as_str()).to_string())
                    }
                };
                edit.map(|edit| (fix, edit))
            });
            let finding = cx.report_on(resource, &value, self.message(resource, &value));
            finding.confidence(self.confidence).traced(&value);
            if let Some(help) = &self.help {
                finding.help(help.as_str());
            }
            if let Some((fix, edit)) = fix {
                finding.fix(&fix.title, fix.applicability, vec![edit]);
            }
        }
    }

    fn message(&self, resource: &Resource, value: &Value) -> String {
        let fill = |name: &str| match name {
            "name" => resource.name.display().to_string(),
            "type" => resource.ty.to_string(),
            _ => printable(value),
        };
        let mut message = String::new();
        let mut rest = self.message.as_str();
        while let Some((before, name, after)) = placeholder(rest) {
            message.push_str(before);
            message.push_str(&fill(name));
            rest = after;
        }
        message + rest
    }
}

// The text before the first placeholder, its name, and the text behind it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

// A secret, or what stands for one, is not printed.
fn printable(value: &Value) -> String {
    match &value.kind {
        _ if value.secure => "a secret".into(),
        ValueKind::Text(Text::Known(text)) if text.bytes().all(|byte| byte == b'*') => "a secret".into(),
        ValueKind::Text(Text::Known(text)) => text.to_string(),
        ValueKind::Bool(_) | ValueKind::Number(_) => value.to_json().to_string(),
        _ => value.term().shown().to_string(),
    }
}

#[cfg(test)]
mod tests;
