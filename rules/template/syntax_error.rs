//! A file cannot be read as JSON or YAML
//!
//! ## Why
//!
//! Resource Manager refuses a template that it cannot read, and Data Factory an artefact (JSON, RFC 8259,
//! 2017-12; YAML 1.2.2, 2021-10-01). The linter reads on behind the mistake as well as it can, but what
//! belongs to the broken place is not checked: findings may be missing. Files with such a finding count as
//! checked in part.
//!
//! ## How to fix
//!
//! Mend the place that the finding points at: a bracket or a quote without its partner, a missing comma,
//! a value that is none.
//!
//! ## Examples
//!
//! A quote is missing:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "location": { "type": string } // expect: template/syntax-error
//!   },
//!   "resources": []
//! }
//! ```
//!
//! A comma is missing:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" } // expect: template/syntax-error
//!     "location": { "type": "string" }
//!   },
//!   "resources": []
//! }
//! ```
//!
//! Comments and line breaks inside of strings are documented for templates:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   /* parameters of all stages */
//!   "parameters": {
//!     "factoryName": { "type": "string" } // three to 63 characters
//!   },
//!   "variables": {
//!     "note": "first line
//! second line"
//!   },
//!   "resources": []
//! }
//! ```
//!
//! ```yaml good
//! $schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
//! contentVersion: 1.0.0.0
//! parameters:
//!   factoryName: { type: string }
//! resources: []
//! ```

use armlint_engine::check::SYNTAX_ERROR;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: SYNTAX_ERROR,
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["RFC 8259, 2017-12", "YAML 1.2.2, 2021-10-01"],
    sentences: &[],
    check: Check::Engine,
};
