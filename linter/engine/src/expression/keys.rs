//! Which texts of a template are expressions: what its keys say of the values under them.

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyContent {
    /// Expressions of the template.
    Expressions,
    /// Texts for readers and constants: nothing evaluates them.
    Constants,
}

/// What stands under a key, wherever in a template the key is (Azure Resource Manager, template syntax, 2025-04).
pub fn content(key: &str) -> KeyContent {
    const CONSTANTS: [&str; 6] =
        ["metadata", "comments", "$schema", "contentVersion", "languageVersion", "apiProfile"];
    if CONSTANTS.iter().any(|own| key.eq_ignore_ascii_case(own)) {
        KeyContent::Constants
    } else {
        KeyContent::Expressions
    }
}
