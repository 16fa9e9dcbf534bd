//! `armlint rules`: the list of rules.

use armlint_engine::rule::Catalogue;
use armlint_workspace::text::page_url;
use serde::Serialize;

use crate::arguments::{ListFormat, RulesArguments};
use crate::error::Error;
use crate::output;
use crate::status::Status;

#[derive(Debug, Serialize)]
struct Entry {
    id: &'static str,
    category: &'static str,
    severity: &'static str,
    level: &'static str,
    title: &'static str,
    equivalents: &'static [&'static str],
    url: String,
}

/// Lists all rules, sorted by id.
pub(crate) fn run(arguments: &RulesArguments) -> Result<Status, Error> {
    let catalogue = armlint_rules::catalogue();
    let ids: Vec<&'static str> = catalogue.rules().iter().map(|rule| rule.id).collect();
    let text = match arguments.format {
        ListFormat::Text => table(&catalogue, &ids),
        ListFormat::Json => json(&catalogue, &ids)?,
    };
    output::to_stdout(text.as_bytes())?;
    Ok(Status::Clean)
}

fn entries(catalogue: &Catalogue, ids: &[&'static str]) -> Vec<Entry> {
    ids.iter()
        .filter_map(|id| catalogue.rule(id))
        .map(|rule| Entry {
            id: rule.id,
            category: rule.category.as_str(),
            severity: rule.severity.as_str(),
            level: rule.level.as_str(),
            title: catalogue.documentation(rule.id).map_or("", |documentation| documentation.title),
            equivalents: rule.equivalents,
            url: page_url(rule.id),
        })
        .collect()
}

/// One line for each of the rules: id, category, severity and title.
pub(crate) fn table(catalogue: &Catalogue, ids: &[&'static str]) -> String {
    let entries = entries(catalogue, ids);
    let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
    let line = |entry: &Entry| {
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
