//! The rules that are known, by id and by resource type.

use std::collections::HashMap;

use super::{Check, Documentation, RuleSpec};

/// All rules and their documentation.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: Vec<&'static RuleSpec>,
    documentation: Vec<Documentation>,
    by_type: HashMap<String, Vec<&'static RuleSpec>>,
}

impl Catalogue {
    /// A catalogue of these rules, sorted by id.
    pub fn new(mut rules: Vec<&'static RuleSpec>, documentation: Vec<Documentation>) -> Catalogue {
        rules.sort_by_key(|rule| rule.id);
        let mut by_type: HashMap<String, Vec<&'static RuleSpec>> = HashMap::new();
        for rule in &rules {
            for ty in rule.check.resource_types() {
                by_type.entry(ty.to_ascii_lowercase()).or_default().push(rule);
            }
        }
        Catalogue { rules, documentation, by_type }
    }

    /// All rules, sorted by id.
    pub fn rules(&self) -> &[&'static RuleSpec] {
        &self.rules
    }

    /// The rules that match resources of a type.
    pub fn of_type(&self, ty: &str) -> &[&'static RuleSpec] {
        self.by_type.get(&ty.to_ascii_lowercase()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The rules that run once for each deployment.
    pub fn whole(&self) -> impl Iterator<Item = &'static RuleSpec> {
        self.rules.iter().copied().filter(|rule| matches!(rule.check, Check::Deployment(_)))
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&'static RuleSpec> {
        self.rules.iter().find(|rule| rule.id == id).copied()
    }

    /// The documentation of a rule.
    pub fn documentation(&self, id: &str) -> Option<Documentation> {
        self.documentation.iter().find(|documentation| documentation.id == id).copied()
    }
}
