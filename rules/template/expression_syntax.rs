//! A template expression does not parse
//!
//! ## Why
//!
//! A string that starts with `[` and ends with `]` is an expression, and Resource Manager refuses the whole
//! template where one does not parse (Syntax and expressions in ARM templates, 2024-06-20). What the
//! expression stands for is not checked either. A text that shall start with a bracket starts with two of
//! them.
//!
//! ## How to fix
//!
//! Mend the expression: each bracket, parenthesis and quote needs its partner, arguments are separated by
//! commas, and a quote within a string is doubled.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "prefix": { "type": "string" } },
//!   "variables": {
//!     "name": "[concat(parameters('prefix'), '-adf']" // expect: template/expression-syntax
//!   },
//!   "resources": []
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [],
//!   "outputs": {
//!     "host": {
//!       "type": "string",
//!       "value": "[format('{0}.blob' environment().suffixes.storage)]" // expect: template/expression-syntax
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "prefix": { "type": "string" } },
//!   "variables": {
//!     "name": "[concat(parameters('prefix'), '-adf')]",
//!     "pattern": "[[a-z]",
//!     "range": "[0-9]+"
//!   },
//!   "resources": []
//! }
//! ```
//!
//! Expressions of Data Factory are none of the template:
//!
//! ```jsonc good
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Wait",
//!         "type": "Wait",
//!         "typeProperties": {
//!           "waitTimeInSeconds": { "type": "Expression", "value": "@int(pipeline().parameters.wait)" }
//!         }
//!       }
//!     ],
//!     "parameters": { "wait": { "type": "string", "defaultValue": "[5" } }
//!   }
//! }
//! ```

use armlint_engine::check::EXPRESSION_SYNTAX;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, RuleSpec};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: EXPRESSION_SYNTAX,
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Syntax and expressions in ARM templates, 2024-06-20"],
    sentences: &[],
    check: Check::Engine,
};
