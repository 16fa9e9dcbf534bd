//! A file of a Git folder holds another kind of artefact than its folder
//!
//! ## Why
//!
//! The folder says what an artefact is: a file in `dataset/` is published as a dataset, whatever it holds
//! (Source control in Azure Data Factory, 2024-08). A linked service there cannot be loaded, and what refers
//! to it does not find it.
//!
//! ## How to fix
//!
//! Move the file into the folder of its kind.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
//! // file: dataset/ls_lake.json
//! {
//!   "name": "ls_lake", // expect: adf/misplaced-artefact
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!   }
//! }
//! // file: dataset/sales.json
//! {
//!   "name": "sales",
//!   "properties": {
//!     "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!     "type": "Parquet",
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "sales" } }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
//! // file: trigger/load.json
//! {
//!   "name": "load", // expect: adf/misplaced-artefact
//!   "properties": {
//!     "activities": [ { "name": "Wait", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } } ]
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!   }
//! }
//! // file: trigger/nightly.json
//! {
//!   "name": "nightly",
//!   "properties": {
//!     "type": "ScheduleTrigger",
//!     "pipelines": [],
//!     "typeProperties": { "recurrence": { "frequency": "Day", "interval": 1 } }
//!   }
//! }
//! ```
//!
//! A template names the type of a resource itself:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/sales",
//!       "properties": {
//!         "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!         "type": "Parquet",
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "sales" } }
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::artefact::Kind;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/misplaced-artefact",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Source control in Azure Data Factory, 2024-08"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_folder() {
        return;
    }
    for resource in graph.resources() {
        if let Some((declared, content)) = Kind::misplaced(resource) {
            let message =
                format!("The file holds a {} and lies in the folder of {}s", content.noun(), declared.noun());
            let finding = cx.report_on(resource, &resource.place, message);
            finding.help(format!("move it to `{}/`", content.folder()));
        }
    }
}
