//! Which rules the user wants to see.

use std::collections::HashSet;

use armlint_engine::finding::Category;
use armlint_engine::rule::Catalogue;

use crate::error::Error;

/// The rule under which the engine reports its own faults; no selection hides it.
pub const INTERNAL_ERROR: &str = armlint_engine::check::INTERNAL_ERROR;

/// A choice of rules; by default all of them.
#[derive(Debug, Default)]
pub struct Selection {
    selected: Option<HashSet<&'static str>>,
    ignored: HashSet<&'static str>,
}

impl Selection {
    /// Reads the names of `--select` and `--ignore`. Without a name to select, all rules are.
    pub fn new(catalogue: &Catalogue, select: &[String], ignore: &[String]) -> Result<Selection, Error> {
        let selected = match select {
            [] => None,
            names => Some(rules_of_all(catalogue, names)?),
        };
        Ok(Selection { selected, ignored: rules_of_all(catalogue, ignore)? })
    }

    /// Whether rules were selected by name.
    pub(crate) fn selects(&self) -> bool {
        self.selected.is_some()
    }

    /// Whether the findings of a rule are wanted.
    pub fn wants(&self, rule: &str) -> bool {
        let selected = self.selected.as_ref().is_none_or(|selected| selected.contains(rule));
        rule == INTERNAL_ERROR || (selected && !self.ignored.contains(rule))
    }
}

fn rules_of_all(catalogue: &Catalogue, names: &[String]) -> Result<HashSet<&'static str>, Error> {
    let mut all = HashSet::new();
    for name in names {
        all.extend(rules_of(catalogue, name.trim())?);
    }
    Ok(all)
}

/// The ids of the rules that a name stands for: an id, a prefix that ends with `/`, or a category.
pub fn rules_of(catalogue: &Catalogue, name: &str) -> Result<Vec<&'static str>, Error> {
    let category = Category::ALL.into_iter().find(|category| category.as_str() == name);
    let matches = |id: &str| id == name || (name.ends_with('/') && id.starts_with(name));
    let ids: Vec<_> = catalogue
        .rules()
        .iter()
        .filter(|rule| matches(rule.id) || category == Some(rule.category))
        .map(|rule| rule.id)
        .collect();
    match ids.is_empty() && category.is_none() && !catalogue.may_have(name) {
        true => Err(Error::UnknownRule { name: name.to_string(), similar: similar(catalogue, name) }),
        false => Ok(ids),
    }
}

/// The rule, prefix or category that looks most like a name that does not exist.
fn similar(catalogue: &Catalogue, name: &str) -> Option<String> {
    let wanted = name.to_ascii_lowercase().replace('_', "-");
    let ids = catalogue.rules().iter().map(|rule| rule.id);
    let prefixes = ids.clone().filter_map(|id| id.find('/').map(|slash| &id[..=slash]));
    let categories = Category::ALL.into_iter().map(Category::as_str);
    let mut best: Option<(f64, &str)> = None;
    for candidate in ids.chain(prefixes).chain(categories) {
        let last = candidate.trim_end_matches('/').rsplit('/').next().unwrap_or(candidate);
        let score = strsim::jaro_winkler(&wanted, candidate).max(strsim::jaro_winkler(&wanted, last));
        if score > best.map_or(0.8, |(score, _)| score) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn ids_prefixes_and_categories_select() {
        let catalogue = fixture::catalogue();
        let all = Selection::new(&catalogue, &[], &[]).unwrap();
        assert!(all.wants("adf/secret-literal") && all.wants("template/unread"));
        let adf = Selection::new(&catalogue, &names(&["adf/"]), &names(&["network"])).unwrap();
        assert!(adf.wants("adf/secret-literal"));
        assert!(!adf.wants("adf/public-runtime") && !adf.wants("template/unread"));
        assert!(adf.wants(INTERNAL_ERROR));
        let network = Selection::new(&catalogue, &names(&["network"]), &[]).unwrap();
        assert!(network.wants("adf/public-runtime") && !network.wants("adf/secret-literal"));
    }

    #[test]
    fn a_category_without_rules_is_no_error() {
        assert!(rules_of(&fixture::catalogue(), "hygiene").unwrap().is_empty());
    }

    #[test]
    fn unknown_names_come_with_a_proposal() {
        let catalogue = fixture::catalogue();
        for (name, expected) in [
            ("adf/secret-litteral", Some("adf/secret-literal")),
            ("secret-literal", Some("adf/secret-literal")),
            ("adf", Some("adf/")),
            ("netwrok", Some("network")),
            ("xyzzy", None),
        ] {
            match rules_of(&catalogue, name) {
                Err(Error::UnknownRule { similar, .. }) => assert_eq!(similar.as_deref(), expected, "{name}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}
