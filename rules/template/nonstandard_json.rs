//! JSON that only some readers take
//!
//! ## Why
//!
//! Resource Manager parses templates with Newtonsoft.Json, which reads more than JSON: commas behind the
//! last member, single quotes, keys without quotes, hexadecimal numbers and `NaN` (Bicep's
//! `TemplateEngine`, 2026-08). Editors, formatters, pipelines and other linters stop at such a place
//! (RFC 8259, 2017-12). Comments, and line breaks in strings, are documented for templates and are no
//! finding. Each kind is reported once a file.
//!
//! ## How to fix
//!
//! Write plain JSON: take the comma away, and put names and strings into double quotes.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "location": { "type": "string" }, // expect: template/nonstandard-json
//!   },
//!   "resources": []
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": '1.0.0.0', // expect: template/nonstandard-json
//!   variables: {}, // expect: template/nonstandard-json
//!   "resources": []
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "variables": { "quote": "it's" },
//!   "resources": []
//! }
//! ```
//!
//! ```jsonc good
//! // file: dataset/orders.json
//! {
//!   "name": "orders",
//!   "properties": {
//!     "linkedServiceName": { "referenceName": "lake", "type": "LinkedServiceReference" },
//!     "type": "Binary",
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "orders" } }
//!   }
//! }
//! // file: linkedService/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://contosolake.dfs.core.windows.net" }
//!   }
//! }
//! ```

use armlint_engine::check::NONSTANDARD_JSON;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: NONSTANDARD_JSON,
    category: Category::Hygiene,
    severity: Severity::Low,
    equivalents: &[],
    references: &["RFC 8259, 2017-12", "Syntax and structure of ARM templates, Comments, 2024-06-20"],
    sentences: &[],
    check: Check::Engine,
};
