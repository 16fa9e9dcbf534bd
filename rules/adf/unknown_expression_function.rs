//! An expression of Data Factory calls a function that does not exist
//!
//! ## Why
//!
//! An expression with an unknown function is refused when the pipeline is published or runs. A name is only
//! reported where neither Data Factory (Expressions and functions in Azure Data Factory, 2021-07-16) nor
//! Logic Apps, whose language it is (Reference guide to workflow expression functions, 2024-09), knows it.
//! Functions of data flows and of templates are others: there is `toUpper` here and no `upper`, and no
//! `format` at all.
//!
//! ## How to fix
//!
//! Correct the name, or use a function that does the same.
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
//!         "name": "Choose folder",
//!         "type": "SetVariable",
//!         "typeProperties": {
//!           "variableName": "folder",
//!           "value": {
//!             "value": "@concat('sales/', formatDate(utcNow(), 'yyyy'))", // expect: adf/unknown-expression-function
//!             "type": "Expression"
//!           }
//!         }
//!       }
//!     ],
//!     "variables": { "folder": { "type": "String" } }
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
//!               "value": "sales/@{lower(pipeline().RunId)}" // expect: adf/unknown-expression-function
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
//!           "value": "sales/@{tolower(formatDateTime(utcnow(), 'yyyy'))}/@{slice('lower(x)', 0, 2)}"
//!         }
//!       }
//!     ],
//!     "variables": { "folder": { "type": "String" } }
//!   }
//! }
//! ```
//!
//! Parameters of data flows are expressions of data flows:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/load",
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "Transform",
//!             "type": "ExecuteDataFlow",
//!             "typeProperties": {
//!               "dataflow": {
//!                 "referenceName": "transform",
//!                 "type": "DataFlowReference",
//!                 "parameters": { "folder": { "value": "lower('@{pipeline().RunId}')", "type": "Expression" } }
//!               }
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```

use std::collections::BTreeMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::adf_expression::{is_function, nearest_function};
use crate::model::dynamic::{Dynamic, HOLDERS};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/unknown-expression-function",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Expressions and functions in Azure Data Factory and Azure Synapse Analytics, 2021-07-16",
        "Reference guide to workflow expression functions in Azure Logic Apps and Power Automate, 2024-09",
    ],
    sentences: &[],
    check: Check::Resource(HOLDERS, check),
};

// More places of one name help nobody.
const MAX_PLACES: usize = 8;

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let dynamic = cx.derived(Dynamic::build);
    let mut unknown: BTreeMap<_, Vec<Span>> = BTreeMap::new();
    for text in dynamic.of(resource) {
        for chain in text.content.chains() {
            if !is_function(&chain.call.name) {
                let places = unknown.entry(chain.call.name.clone()).or_default();
                if places.len() < MAX_PLACES {
                    places.push(text.span(graph, &chain.call.name_range));
                }
            }
        }
    }
    for (name, places) in unknown {
        let Some((first, more)) = places.split_first() else { continue };
        let finding = cx.report_on(resource, first, format!("There is no function `{name}`"));
        for place in more {
            finding.related(*place, "here as well");
        }
        finding.help(match nearest_function(&name) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use a function of the expression language of pipelines".to_string(),
        });
    }
}
