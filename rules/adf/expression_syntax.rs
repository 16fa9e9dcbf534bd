//! An expression of Data Factory does not parse
//!
//! ## Why
//!
//! A string that starts with `@` is an expression, and `@{...}` puts one into a text (Expressions and
//! functions in Azure Data Factory, 2021-07-16). One that does not parse fails when the pipeline is published
//! or runs. There are no operators: `add(a, b)` and `equals(a, b)` stand for them. A text that shall start
//! with `@` starts with two of them.
//!
//! In linked services and datasets, where a password may well start with `@`, only what is marked as an
//! expression, or speaks of `linkedService()` or `dataset()`, is looked at.
//!
//! ## How to fix
//!
//! Mend the expression: each parenthesis, bracket, brace and quote needs its partner, arguments are
//! separated by commas, strings stand in single quotes, and a quote within a string is doubled.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Wait",
//!         "type": "Wait",
//!         "typeProperties": {
//!           "waitTimeInSeconds": {
//!             "value": "@add(pipeline().parameters.wait, 5", // expect: adf/expression-syntax
//!             "type": "Expression"
//!           }
//!         }
//!       }
//!     ],
//!     "parameters": { "wait": { "type": "int" } }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/load",
//!       "properties": {
//!         "variables": { "folder": { "type": "String" } },
//!         "activities": [
//!           {
//!             "name": "Choose folder",
//!             "type": "SetVariable",
//!             "typeProperties": {
//!               "variableName": "folder",
//!               "value": "sales/@{pipeline().RunId + '-new'}" // expect: adf/expression-syntax
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "Choose folder",
//!         "type": "SetVariable",
//!         "typeProperties": {
//!           "variableName": "folder",
//!           "value": { "value": "@concat('o''brien/', string(add(1, 2)))", "type": "Expression" }
//!         }
//!       },
//!       {
//!         "name": "Choose mail",
//!         "type": "SetVariable",
//!         "typeProperties": { "variableName": "folder", "value": "@@{not an expression" }
//!       }
//!     ],
//!     "variables": { "folder": { "type": "String" } }
//!   }
//! }
//! ```
//!
//! A template has its own expressions, which may make one of Data Factory:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "suffix": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/load",
//!       "properties": {
//!         "variables": { "folder": { "type": "String" } },
//!         "activities": [
//!           {
//!             "name": "Choose folder",
//!             "type": "SetVariable",
//!             "typeProperties": {
//!               "variableName": "folder",
//!               "value": "[concat('@concat(pipeline().RunId, ''', parameters('suffix'), ''')')]"
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::adf_expression::ErrorKind;
use crate::model::dynamic::{Dynamic, HOLDERS};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/expression-syntax",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Expressions and functions in Azure Data Factory and Azure Synapse Analytics, 2021-07-16"],
    sentences: &[],
    check: Check::Resource(HOLDERS, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let dynamic = cx.derived(Dynamic::build);
    for text in dynamic.of(resource) {
        // What is too deep for this reader is not wrong.
        let error = text.content.error.as_ref().filter(|error| error.kind != ErrorKind::TooDeep);
        let Some(error) = error else { continue };
        let span = match error.range.is_empty() {
            true => text.place,
            false => text.span(graph, &error.range),
        };
        let finding = cx.report_on(resource, &span, error.kind.describe());
        finding.help(help(error.kind));
        if !text.typed {
            // A plain string may have been meant as such.
            finding.confidence(Confidence::Medium);
        }
    }
}

fn help(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UnterminatedString => "close the string; a quote within a string is doubled",
        ErrorKind::Trailing => {
            "there are no operators: call `concat`, `add` or `equals`, or write `@{...}` within a text"
        }
        ErrorKind::BareName => {
            "put a text in single quotes; a string that shall start with `@` starts with `@@`"
        }
        ErrorKind::UnclosedInterpolation => "close it with `}`; a plain `@{` is written `@@{`",
        _ => "mend the expression; a string that shall start with `@` starts with `@@`",
    }
}
