//! Suppression whose day is over
//!
//! ## Why
//!
//! `until` names the last day that a finding may stay. Behind it the suppression suppresses nothing, and the
//! finding is shown again.
//!
//! ## How to fix
//!
//! Mend the finding and take the suppression away, or agree on another day.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     // armlint: ignore[template/unused-parameter] until: 2020-06-30 goes with the old pipeline // expect: suppression/expired
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
//!         { "rule": "template/unused-parameter", "until": "2020-06-30", "reason": "old pipeline" } // expect: suppression/expired
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
//!     // armlint: ignore[template/unused-parameter] until: 9999-12-31 the pipeline passes it to every template
//!     "spare": { "type": "string" }
//!   },
//!   "resources": [
//!     { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
//!   ]
//! }
//! ```
//!
//! ```jsonc good as-of=2020-06-30
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     // armlint: ignore[template/unused-parameter] until: 2020-06-30 goes with the old pipeline
//!     "spare": { "type": "string" }
//!   },
//!   "resources": [
//!     { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};
use armlint_engine::suppression::EXPIRED;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: EXPIRED,
    category: Category::Hygiene,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[],
    sentences: &[],
    check: Check::Engine,
};
