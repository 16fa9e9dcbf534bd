//! The name of an artefact is not the name of its file
//!
//! ## Why
//!
//! In a Git folder each artefact stands in a file of its own name, and Data Factory Studio saves it there
//! (Source control in Azure Data Factory, 2024-08). Where the two differ, the artefact is published under the
//! name that the file holds, and the next change in Studio writes a second file beside the first. Often the
//! file is a copy whose name was not changed.
//!
//! ## How to fix
//!
//! Rename the file, or correct the name in it.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: linkedService/ls_lake_test.json
//! {
//!   "name": "ls_lake", // expect: adf/name-file-mismatch
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
//! // file: pipeline/pipeline1.json
//! {
//!   "name": "load sales", // expect: adf/name-file-mismatch
//!   "properties": {
//!     "activities": [ { "name": "Wait", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } } ]
//!   }
//! }
//! ```
//!
//! The file of the factory itself may be named for another environment, and case does not count:
//!
//! ```jsonc good
//! // file: factory/adf-sales-dev.json
//! { "name": "adf-sales-test", "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
//! // file: pipeline/Load sales.json
//! {
//!   "name": "load sales",
//!   "properties": {
//!     "activities": [ { "name": "Wait", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } } ]
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! // file: modules/pipeline.json
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/load",
//!       "properties": {
//!         "activities": [ { "name": "Wait", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } } ]
//!       }
//!     }
//!   ]
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::artefact::Kind;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/name-file-mismatch",
    category: Category::Hygiene,
    severity: Severity::Medium,
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
    let paths: HashMap<_, _> =
        graph.sources.iter().map(|parsed| (parsed.source.id, &parsed.source.path)).collect();
    for resource in graph.resources() {
        let Some(noun) = Kind::declared(resource).map(Kind::noun) else { continue };
        let Some(name) = resource.name.written.known_text() else { continue };
        let Some(stem) = paths.get(&resource.span.source).and_then(|path| stem(path)) else { continue };
        // Of two files with one name, that is what is wrong.
        let twice = graph.named(&resource.ty, &resource.name.key()).nth(1).is_some();
        if twice || stem.to_lowercase() == name.to_lowercase() {
            continue;
        }
        let message = format!("The file of the {noun} `{name}` is named `{stem}.json`");
        let finding = cx.report_on(resource, &resource.place, message);
        finding.help(format!("rename the file to `{name}.json`, or correct the name"));
    }
}

// The name of a file without its folder and `.json`.
fn stem(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}
