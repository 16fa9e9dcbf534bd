//! Suppression that suppresses nothing
//!
//! ## Why
//!
//! What it was written for has been mended or has moved. It would hide the next finding of the rule at this
//! place, which nobody has judged. It is reported only where all of the file could be checked.
//!
//! ## How to fix
//!
//! Take it away; the fix does. Where the finding has moved, move the suppression.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     // armlint: ignore[template/unused-variable] it is for later // expect: suppression/unused
//!     "spare": { "type": "string" } // expect: template/unused-parameter
//!   },
//!   "resources": [
//!     { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
//!   ]
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "metadata": {
//!     "armlint": {
//!       "ignore": [
//!         { "rule": "template/duplicate-key", "reason": "a tool writes it" }, // expect: suppression/unused
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
use armlint_engine::suppression::UNUSED;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: UNUSED,
    category: Category::Hygiene,
    severity: Severity::Low,
    equivalents: &[],
    references: &[],
    sentences: &[],
    check: Check::Engine,
};
