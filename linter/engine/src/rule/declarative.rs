//! Rules written in YAML.

/// The selectors and operators of a YAML rule.
#[derive(Debug)]
pub struct Declarative {}
