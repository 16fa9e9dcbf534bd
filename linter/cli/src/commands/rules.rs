//! `armlint rules`: the list of rules.

use std::path::Path;

use armlint_engine::rule::Catalogue;
use armlint_engine::rule::page::Str;
use armlint_workspace::config::Configurations;
use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::input::Base;
use armlint_workspace::text::page_url;
use serde::Serialize;

use crate::arguments::{ConfigurationArguments, ListFormat, RulesArguments};
use crate::error::{Error, print_problem};
use crate::output;
use crate::status::Status;

#[derive(Debug, Serialize)]
struct Entry<'c> {
    id: &'static str,
    category: &'static str,
    severity: &'static str,
    level: &'static str,
    title: &'c str,
    equivalents: &'c [Str],
    url: Option<String>,
}

/// The rules of the program, and of the packs of the configuration that holds in the current folder.
pub(crate) struct Rules {
    /// The rules.
    pub(crate) catalogue: Catalogue,
    is_whole: bool,
}

impl Rules {
    /// Reads the configuration, and tells what is wrong with packs.
    pub(crate) fn around(arguments: &ConfigurationArguments) -> Result<Rules, Error> {
        let built_in = armlint_rules::catalogue();
        let options = arguments.options();
        let configurations = Configurations::around(Base::current()?, Path::new("."), &options, &built_in);
        let configurations = match configurations {
            Ok(configurations) => configurations,
            // Whoever mends a configuration asks which rules there are.
            Err(error) => {
                print_problem(&error);
                return Ok(Rules { catalogue: built_in, is_whole: false });
            }
        };
        let faults = configurations.faults();
        let is_whole = faults.is_empty();
        faults.into_iter().for_each(|fault| print_problem(&WorkspaceError::Pack(Box::new(fault))));
        Ok(Rules { catalogue: configurations.catalogue(&built_in), is_whole })
    }

    /// Whether all of them could be read.
    pub(crate) fn status(&self) -> Status {
        if self.is_whole { Status::Clean } else { Status::Incomplete }
    }
}

/// Lists all rules, sorted by id, or those that look for the same as one of another tool.
pub(crate) fn run(arguments: &RulesArguments) -> Result<Status, Error> {
    let rules = Rules::around(&arguments.configuration)?;
    let catalogue = &rules.catalogue;
    let ids = match &arguments.equivalent {
        Some(name) => equivalent(catalogue, name),
        None => catalogue.rules().iter().map(|rule| rule.id).collect(),
    };
    if let (Some(name), true) = (&arguments.equivalent, ids.is_empty()) {
        return Err(Error::NoEquivalent { name: name.clone() });
    }
    let text = match arguments.format {
        ListFormat::Text => table(catalogue, &ids),
        ListFormat::Json => json(catalogue, &ids)?,
    };
    output::to_stdout(text.as_bytes())?;
    Ok(rules.status())
}

/// The rules that look for the same as one of another tool: `checkov:CKV_AZURE_3`, or without the tool.
pub(crate) fn equivalent(catalogue: &Catalogue, name: &str) -> Vec<&'static str> {
    let is_meant = |equivalent: &Str| {
        let id = equivalent.split_once(':').map_or(&**equivalent, |(_, id)| id);
        [equivalent, id].iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let rules = catalogue.rules().iter().filter(|rule| rule.equivalents.iter().any(is_meant));
    rules.map(|rule| rule.id).collect()
}

fn entries<'c>(catalogue: &'c Catalogue, ids: &[&'static str]) -> Vec<Entry<'c>> {
    ids.iter()
        .filter_map(|id| catalogue.rule(id))
        .map(|rule| Entry {
            id: rule.id,
            category: rule.category.as_str(),
            severity: rule.severity.as_str(),
            level: rule.level.as_str(),
            title: catalogue.documentation(rule.id).map_or("", |documentation| &documentation.title),
            equivalents: &rule.equivalents,
            url: page_url(catalogue, rule.id),
        })
        .collect()
}

/// One line for each of the rules: id, category, severity and title.
pub(crate) fn table(catalogue: &Catalogue, ids: &[&'static str]) -> String {
    let entries = entries(catalogue, ids);
    let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
    let line = |entry: &Entry<'_>| {
        let Entry { id, category, severity, title, .. } = entry;
        format!("{id:<width$}  {category:<11}  {severity:<8}  {title}").trim_end().to_string() + "\n"
    };
    entries.iter().map(line).collect()
}

fn json(catalogue: &Catalogue, ids: &[&'static str]) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(&entries(catalogue, ids));
    Ok(text.map_err(|error| Error::Stdout(error.into()))? + "\n")
}

#[cfg(test)]
mod tests {
    use armlint_workspace::fixture;

    use super::*;

    #[test]
    fn the_list_has_a_line_for_each_rule() {
        let catalogue = fixture::catalogue();
        let ids: Vec<_> = catalogue.rules().iter().map(|rule| rule.id).collect();
        let text = table(&catalogue, &ids);
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains("adf/secret-literal  secrets      critical  A secret is written"));
        let value: serde_json::Value = serde_json::from_str(&json(&catalogue, &ids).unwrap()).unwrap();
        assert_eq!(value[0]["id"], "adf/public-runtime");
    }
}
