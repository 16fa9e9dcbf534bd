//! Suppression without a reason
//!
//! ## Why
//!
//! Whoever reads it later has to know whether it still holds. Without a reason it suppresses nothing.
//!
//! ## How to fix
//!
//! Say behind the bracket, or under `reason`, why the finding stays. Taking it away, which the fix does,
//! changes no result, but loses what somebody meant: it is no safe fix.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     // armlint: ignore[template/unused-parameter] // expect: suppression/missing-reason
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
//!         { "rule": "template/unused-parameter" } // expect: suppression/missing-reason
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
//!
//! ```yaml good
//! $schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
//! contentVersion: 1.0.0.0
//! parameters:
//!   # armlint: ignore[template/unused-parameter] the pipeline passes it to every template
//!   spare: { type: string }
//! resources:
//!   - { type: Microsoft.Network/privateDnsZones, apiVersion: 2020-06-01, name: contoso.com, location: global }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};
use armlint_engine::suppression::MISSING_REASON;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: MISSING_REASON,
    category: Category::Hygiene,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[],
    sentences: &[],
    check: Check::Engine,
};
