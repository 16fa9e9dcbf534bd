//! A key stands twice in an object
//!
//! ## Why
//!
//! Of two members with one key only the last counts: Resource Manager and Data Factory drop the first
//! without a word, and whoever reads the file believes either (RFC 8259 leaves it open, 2017-12). Often a
//! block was copied and its key forgotten, so that a setting is not the one that stands higher up. Keys that
//! differ in letter case only are reported with low confidence: an object keeps both, but a look-up by name
//! finds one.
//!
//! ## How to fix
//!
//! Remove the member that is not meant, or give it the key that was meant.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/lake",
//!     "properties": {
//!       "type": "AzureBlobFS",
//!       "typeProperties": {
//!         "url": "https://contosolake.dfs.core.windows.net",
//!         "url": "https://contosoraw.dfs.core.windows.net" // expect: template/duplicate-key
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc bad
//! // file: linkedService/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "description": "raw zone",
//!     "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" },
//!     "description": "landing zone" // expect: template/duplicate-key
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "contoso-adf/lake",
//!     "properties": {
//!       "type": "AzureBlobFS",
//!       "description": "url is that of the raw zone",
//!       "typeProperties": { "url": "https://contosoraw.dfs.core.windows.net" }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "variables": {
//!     "zones": [ { "name": "raw" }, { "name": "landing" } ]
//!   },
//!   "resources": []
//! }
//! ```

use armlint_engine::check::DUPLICATE_KEY;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: DUPLICATE_KEY,
    category: Category::Correctness,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["RFC 8259, 2017-12"],
    sentences: &[],
    check: Check::Engine,
};
