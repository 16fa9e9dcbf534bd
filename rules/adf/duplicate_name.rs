//! Two artefacts, or two activities, have the same name
//!
//! ## Why
//!
//! Names of pipelines, datasets, linked services, data flows and integration runtimes are unique within a
//! factory, without regard to case (Azure Data Factory naming rules, 2023-07). Of two files with one name in
//! a Git folder only one is published. In a pipeline, `activity('..')` and `dependsOn` find activities by
//! their names and cannot tell two of one name apart; where the two stand in different loops or conditions
//! that is only a note.
//!
//! Resources of a template are looked at by `template/duplicate-resource`.
//!
//! ## How to fix
//!
//! Give one of the two another name, or remove it.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!   }
//! }
//! // file: linkedService/ls_lake_copy1.json
//! {
//!   "name": "LS_Lake", // expect: adf/duplicate-name
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlaketest.dfs.core.windows.net/" }
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
//!         "activities": [
//!           { "name": "Wait", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } },
//!           {
//!             "name": "wait", // expect: adf/duplicate-name
//!             "type": "Wait",
//!             "typeProperties": { "waitTimeInSeconds": 2 }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc good
//! // file: linkedService/sales.json
//! {
//!   "name": "sales",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!   }
//! }
//! // file: dataset/sales.json
//! {
//!   "name": "sales",
//!   "properties": {
//!     "linkedServiceName": { "referenceName": "sales", "type": "LinkedServiceReference" },
//!     "type": "Parquet",
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "sales" } }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "first": { "type": "string" }, "second": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/load",
//!       "properties": {
//!         "activities": [
//!           { "name": "[parameters('first')]", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } },
//!           { "name": "[parameters('second')]", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 2 } }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```

use std::collections::HashMap;

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::{Graph, Resource, ResourceKey};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::Value;

use crate::model::activity::activities;
use crate::model::artefact::Kind;
use crate::model::factory::{Factories, Factory};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/duplicate-name",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Azure Data Factory naming rules, 2023-07"],
    sentences: &[],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect.is_folder() {
        artefacts(graph, cx);
    }
    let factories = cx.derived(Factories::build);
    for factory in factories.list() {
        pipelines(graph, factory, cx);
    }
}

fn artefacts(graph: &Graph, cx: &mut Context<'_>) {
    let mut known: HashMap<ResourceKey, &Resource> = HashMap::new();
    for resource in graph.resources() {
        let Some(noun) = Kind::declared(resource).map(Kind::noun) else { continue };
        let Some(first) = known.get(&resource.key()) else {
            known.insert(resource.key(), resource);
            continue;
        };
        let message = format!("There is another {noun} `{}`", resource.name.display());
        let finding = cx.report_on(resource, &resource.place, message);
        finding.related(first.place, "the first one").help("give one of the two another name, or remove it");
    }
}

fn pipelines(graph: &Graph, factory: &Factory, cx: &mut Context<'_>) {
    for pipeline in factory.pipelines.iter().map(|id| graph.resource(*id)) {
        let mut known: HashMap<String, Span> = HashMap::new();
        let mut places = None;
        for activity in activities(pipeline) {
            let name = activity.get("name");
            let Some(text) = literal(&name) else { continue };
            let Some(first) = known.get(&text.to_lowercase()) else {
                known.insert(text.to_lowercase(), name.origin.span);
                continue;
            };
            // An activity that several alternatives share is one.
            if *first == name.origin.span {
                continue;
            }
            let message = format!("The pipeline has another activity `{text}`");
            let lists = places.get_or_insert_with(|| lists(pipeline));
            let together = lists.get(first) == lists.get(&name.origin.span);
            let finding = cx.report_on(pipeline, &name, message);
            finding.related(*first, "the first one").help("give one of the two another name");
            if !together {
                finding.severity(Severity::Low).confidence(Confidence::Medium);
            }
        }
    }
}

// The list that each activity stands in, by the place of its name.
fn lists(pipeline: &Resource) -> HashMap<Span, usize> {
    let mut lists = vec![pipeline.property("activities")];
    for activity in activities(pipeline) {
        let properties = activity.get("typeProperties");
        for key in ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities"] {
            lists.push(properties.get(key));
        }
        let cases = properties.get("cases");
        lists.extend(cases.elements().unwrap_or_default().iter().map(|case| case.get("activities")));
    }
    let mut found = HashMap::new();
    for (index, list) in lists.iter().enumerate() {
        for activity in list.elements().unwrap_or_default() {
            found.insert(activity.get("name").origin.span, index);
        }
    }
    found
}

fn literal(name: &Value) -> Option<&str> {
    name.known_text().filter(|_| !name.assumed)
}
