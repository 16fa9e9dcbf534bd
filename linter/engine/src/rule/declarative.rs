//! Rules written in YAML.

/// The selectors and operators of a YAML rule.
#[derive(Debug)]
pub struct Declarative {}

impl Declarative {
    /// The resource types that the rule matches.
    pub fn resource_types(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// Runs a rule on a resource.
pub fn run(_rule: &Declarative, _resource: &crate::graph::Resource, _context: &mut super::Context<'_>) {}
