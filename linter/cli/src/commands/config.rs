//! `armlint config`: what holds for a file, and where each value is from.

use armlint_workspace::config::{Configurations, Effective, EffectiveValue, ValueOrigin};
use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::input::Base;
use armlint_workspace::text::printable;
use serde_json::{Map, Value, json};

use crate::arguments::{ConfigArguments, ListFormat};
use crate::error::{Error, print_problem};
use crate::output;
use crate::status::Status;

/// Says it.
pub(crate) fn run(arguments: &ConfigArguments) -> Result<Status, Error> {
    let (base, options) = (Base::current()?, arguments.settings.options());
    let shown = base.shown(&arguments.path);
    let folder = match arguments.path.is_dir() {
        true => arguments.path.as_path(),
        false => arguments.path.parent().unwrap_or(&arguments.path),
    };
    let catalogue = armlint_rules::catalogue();
    let configurations = Configurations::around(base.clone(), folder, &options, &catalogue)?;
    let effective = configurations.effective(&shown, &options);
    let text = match arguments.format {
        ListFormat::Text => text(&shown, &effective),
        ListFormat::Json => format!("{:#}\n", json(&shown, &effective)),
    };
    output::to_stdout(text.as_bytes())?;
    let faults = configurations.faults();
    let status = if faults.is_empty() { Status::Clean } else { Status::Incomplete };
    faults.into_iter().for_each(|fault| print_problem(&WorkspaceError::Pack(Box::new(fault))));
    Ok(status)
}

fn text(shown: &str, effective: &Effective) -> String {
    let files: Vec<String> = effective.files.iter().map(|file| format!("`{}`", printable(file))).collect();
    let by = match files.as_slice() {
        [] => "without a configuration".to_string(),
        [only] => format!("by {only}"),
        [own, others @ ..] => format!("by {own}, which extends {}", others.join(", ")),
    };
    let mut text = format!("`{}` is checked {by}\n\n", printable(shown));
    let mut rows: Vec<[String; 3]> = Vec::new();
    for key in &effective.keys {
        let said: Vec<(&Value, &ValueOrigin)> = match &key.value {
            EffectiveValue::One(value, from) => vec![(value, from)],
            EffectiveValue::List(list) => list.iter().map(|(value, from)| (value, from)).collect(),
        };
        for (at, (value, from)) in said.into_iter().enumerate() {
            let name = if at == 0 { key.name } else { "" };
            rows.push([name.to_string(), printable(&plain(value)), origin(from)]);
        }
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(60);
    let (first, second) = (width(0), width(1));
    for [name, value, from] in &rows {
        text.push_str(&format!("{name:<first$}  {value:<second$}  {from}\n"));
    }
    text
}

// A value as YAML would have it in one line.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "all".to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => format!("[{}]", values.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let is_said =
                |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
            let said = members.iter().filter(|(_, value)| is_said(value));
            let said: Vec<String> = said.map(|(key, value)| format!("{key}: {}", plain(value))).collect();
            format!("{{{}}}", said.join(", "))
        }
        other => other.to_string(),
    }
}

fn origin(from: &ValueOrigin) -> String {
    match from {
        ValueOrigin::Default => "default".to_string(),
        ValueOrigin::CommandLine => "command line".to_string(),
        ValueOrigin::File(file, line, column) => format!("{}:{line}:{column}", printable(file)),
    }
}

fn json(shown: &str, effective: &Effective) -> Value {
    let from = |from: &ValueOrigin| match from {
        ValueOrigin::Default => json!("default"),
        ValueOrigin::CommandLine => json!("command-line"),
        ValueOrigin::File(file, line, column) => json!({ "file": file, "line": line, "column": column }),
    };
    let one = |(value, origin): (&Value, &ValueOrigin)| json!({ "value": value, "from": from(origin) });
    let keys = effective.keys.iter().map(|key| {
        let said = match &key.value {
            EffectiveValue::One(value, origin) => one((value, origin)),
            EffectiveValue::List(list) => list.iter().map(|(value, origin)| one((value, origin))).collect(),
        };
        (key.name.to_string(), said)
    });
    let values: Map<String, Value> = keys.collect();
    json!({ "version": 1, "path": shown, "files": effective.files, "values": values })
}
