//! The linter failed
//!
//! ## Why
//!
//! The linter met something that it was not made for, and stopped a rule, or the check of one deployment.
//! All other findings are right, but some may be missing. It is a mistake of the linter and not of the text.
//!
//! ## How to fix
//!
//! Report it with the text that it was found in. Until it is mended, ignore this rule for the file.
//!
//! ## Examples
//!
//! There is no example of a text that the linter fails on. These are read:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": []
//! }
//! ```
//!
//! ```jsonc good
//! // file: linkedService/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" }
//!   }
//! }
//! ```

use armlint_engine::check::INTERNAL_ERROR;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: INTERNAL_ERROR,
    category: Category::Correctness,
    severity: Severity::Low,
    equivalents: &[],
    references: &[],
    sentences: &[],
    check: Check::Engine,
};
