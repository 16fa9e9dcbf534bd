//! The rules that are known, by id and by resource type.

use super::{Documentation, RuleSpec};

/// All rules and their documentation.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: Vec<&'static RuleSpec>,
    documentation: Vec<Documentation>,
}

impl Catalogue {
    /// A catalogue of these rules, sorted by id.
    pub fn new(mut rules: Vec<&'static RuleSpec>, documentation: Vec<Documentation>) -> Catalogue {
        rules.sort_by_key(|rule| rule.id);
        Catalogue { rules, documentation }
    }

    /// All rules, sorted by id.
    pub fn rules(&self) -> &[&'static RuleSpec] {
        &self.rules
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
