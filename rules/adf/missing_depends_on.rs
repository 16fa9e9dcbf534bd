//! An artefact refers to another one of the template and does not depend on it
//!
//! ## Why
//!
//! Data Factory refuses an artefact whose references lead to nothing: a dataset without its linked service, a
//! pipeline without its dataset, a linked service without its integration runtime or its Key Vault
//! (MicrosoftDocs/azure-docs issue 41373, 2019-10-24). Resource Manager deploys resources of a template at
//! the same time unless `dependsOn` says otherwise, and a name within the properties says nothing to it
//! (Define the order for deploying resources in ARM templates, 2024-06-20). Whether the deployment of a new
//! factory works is then a matter of luck; a later one finds what the first one made.
//!
//! Templates that a factory exports are left out.
//!
//! ## How to fix
//!
//! Add the resource to `dependsOn`. In Bicep, take its name from the resource (`name: service.name`), which
//! adds the dependency.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factory": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factory'), '/ls_lake')]",
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factory'), '/sales')]",
//!       "properties": {
//!         "linkedServiceName": {
//!           "referenceName": "ls_lake", // expect: adf/missing-depends-on
//!           "type": "LinkedServiceReference"
//!         },
//!         "type": "Parquet",
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "sales" } }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {
//!     "factory": {
//!       "existing": true,
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales"
//!     },
//!     "details": {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', 'adf-sales', 'details')]",
//!       "properties": {
//!         "activities": [ { "name": "Wait", "type": "Wait", "typeProperties": { "waitTimeInSeconds": 1 } } ]
//!       }
//!     },
//!     "load": {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', 'adf-sales', 'load')]",
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "Run the rest",
//!             "type": "ExecutePipeline",
//!             "typeProperties": {
//!               "pipeline": {
//!                 "referenceName": "details", // expect: adf/missing-depends-on
//!                 "type": "PipelineReference"
//!               }
//!             }
//!           }
//!         ]
//!       },
//!       "dependsOn": [ "factory" ]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factory": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factory'), '/ls_lake')]",
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factory'), '/sales')]",
//!       "dependsOn": [
//!         "[resourceId('Microsoft.DataFactory/factories/linkedservices', parameters('factory'), 'ls_lake')]"
//!       ],
//!       "properties": {
//!         "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!         "type": "Parquet",
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "sales" } }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! One dependency may lead to the next:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "resources": {
//!     "lake": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/ls_lake",
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!       }
//!     },
//!     "sales": {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/sales",
//!       "dependsOn": [ "lake" ],
//!       "properties": {
//!         "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!         "type": "Parquet",
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "sales" } }
//!       }
//!     },
//!     "load": {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/load",
//!       "dependsOn": [ "sales" ],
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "Look",
//!             "type": "GetMetadata",
//!             "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!             "typeProperties": { "dataset": { "referenceName": "sales", "type": "DatasetReference" } }
//!           }
//!         ]
//!       }
//!     }
//!   }
//! }
//! ```

use armlint_engine::dialect::Dialect;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, Reference, Resource, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::Truth;

use crate::model::deployed;
use crate::model::order::Order;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/missing-depends-on",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "MicrosoftDocs/azure-docs issue 41373, 2019-10-24",
        "Define the order for deploying resources in ARM templates, 2024-06-20",
    ],
    sentences: &[],
    check: Check::Resource(
        &[
            "Microsoft.DataFactory/factories/dataflows",
            "Microsoft.DataFactory/factories/datasets",
            "Microsoft.DataFactory/factories/integrationRuntimes",
            "Microsoft.DataFactory/factories/linkedservices",
            "Microsoft.DataFactory/factories/pipelines",
            "Microsoft.DataFactory/factories/triggers",
        ],
        check,
    ),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect != Dialect::Template || resource.existing || resource.repeated {
        return;
    }
    let mut missing: Vec<(ResourceId, Span)> = Vec::new();
    for reference in graph.references(resource) {
        let Some(target) = reference.target else { continue };
        let known = missing.iter().any(|(other, _)| *other == target);
        let other = graph.resource(target);
        if !known && is_meant(graph, &reference, other) && is_beside(resource, other, graph) {
            missing.push((target, reference.value.origin.span));
        }
    }
    if missing.is_empty() {
        return;
    }
    let order = cx.derived(Order::build);
    missing.retain(|(target, _)| {
        order.is_after(graph, resource.id, *target) == Truth::False
            && order.is_after(graph, *target, resource.id) == Truth::False
    });
    let Some(((target, place), more)) = missing.split_first() else { return };
    let name = graph.resource(*target).name.display();
    let message = format!("`{}` refers to `{name}` and does not depend on it", resource.name.display());
    let finding = cx.report_on(resource, place, message);
    finding.related(graph.resource(*target).place, "it may be deployed at the same time, or later");
    for (_, place) in more {
        finding.related(*place, "nor does it depend on this");
    }
    finding.help("add it to `dependsOn`");
}

// Whether the two names stay the same when other values are given for the defaults of parameters.
fn is_meant(graph: &Graph, reference: &Reference, target: &Resource) -> bool {
    if reference.value.assumed || !target.name.written.assumed {
        return true;
    }
    // The name of the factory may be a default; that of the target is written out.
    let written = graph.written(&target.name.written).to_ascii_lowercase();
    reference.name.known().is_some_and(|name| written.contains(&name.to_ascii_lowercase()))
}

// Whether both are made by the same template, the target wherever the resource is.
fn is_beside(resource: &Resource, target: &Resource, graph: &Graph) -> bool {
    let once = graph.named(&target.ty, &target.name.key()).nth(1).is_none();
    once && !target.existing
        && !target.repeated
        && target.body.get("copy").is_missing()
        && target.id != resource.id
        && target.module == resource.module
        && target.span.source == resource.span.source
        && target.span != resource.span
        && deployed::along(target, resource)
}
