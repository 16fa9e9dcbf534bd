//! Suppression of a rule that does not exist, or in a form that is not known
//!
//! ## Why
//!
//! The name is misspelt, or the rule has another one now. Such a suppression suppresses nothing, and nobody
//! would notice.
//!
//! ## How to fix
//!
//! `armlint rules` lists the rules. The forms are `armlint: ignore[rule, rule] reason`,
//! `armlint: ignore-file[rule] until: 2026-12-31 reason`, and in metadata a list `ignore` of objects with
//! `rule`, `reason` and perhaps `until`.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     // armlint: ignore[template/unused-parametre] the pipeline passes it // expect: suppression/unknown
//!     "spare": { "type": "string" } // expect: template/unused-parameter
//!   },
//!   "resources": [
//!     { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
//!   ]
//! }
//! ```
//!
//! ```jsonc bad without=template/unused-parameter
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "metadata": {
//!     "armlint": {
//!       "ignore": [
//!         { "name": "template/unused-parameter", "reason": "the pipeline passes it" } // expect: suppression/unknown
//!       ]
//!     }
//!   },
//!   "parameters": { "spare": { "type": "string" } },
//!   "resources": [
//!     { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     // armlint: ignore[template/unused-parameter] the pipeline passes it to every template
//!     "spare": { "type": "string" }
//!   },
//!   "resources": [
//!     { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "metadata": {
//!     "armlint": {
//!       "ignore": [
//!         { "rule": "template/unused-parameter", "reason": "the pipeline passes it to every template" }
//!       ]
//!     }
//!   },
//!   "parameters": { "spare": { "type": "string" } },
//!   "resources": [
//!     { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};
use armlint_engine::suppression::UNKNOWN;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: UNKNOWN,
    category: Category::Hygiene,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[],
    sentences: &[],
    check: Check::Engine,
};
