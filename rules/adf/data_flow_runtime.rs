//! Data flow runs on a runtime that does not fit its stores
//!
//! ## Why
//!
//! A mapping data flow runs on the runtime of its activity, and on `AutoResolveIntegrationRuntime` where
//! the activity names none. The `connectVia` of its linked services counts for test connections only
//! (concepts-integration-runtime, 2024-08). So a data flow can run on public compute although all its
//! linked services name a runtime in the managed virtual network; its stores then see public traffic, or
//! refuse it.
//!
//! A data flow runs on Azure runtimes only, never on a self-hosted or an Azure-SSIS one.
//!
//! ## How to fix
//!
//! Set `integrationRuntime` of the activity to a runtime in the managed virtual network.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/stlake-dfs.json
//! {
//!   "name": "stlake-dfs",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs"
//!   }
//! }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! // file: dataset/raw.json
//! {
//!   "name": "raw",
//!   "properties": {
//!     "type": "Binary",
//!     "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: dataset/clean.json
//! {
//!   "name": "clean",
//!   "properties": {
//!     "type": "Binary",
//!     "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: dataflow/df_clean.json
//! {
//!   "name": "df_clean",
//!   "properties": {
//!     "type": "MappingDataFlow",
//!     "typeProperties": {
//!       "sources": [ { "name": "orders", "dataset": { "referenceName": "raw", "type": "DatasetReference" } } ],
//!       "sinks": [ { "name": "clean", "dataset": { "referenceName": "clean", "type": "DatasetReference" } } ],
//!       "scriptLines": [ "source() ~> orders", "orders sink() ~> clean" ]
//!     }
//!   }
//! }
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "clean orders", // expect: adf/data-flow-runtime
//!         "type": "ExecuteDataFlow",
//!         "typeProperties": {
//!           "dataFlow": { "referenceName": "df_clean", "type": "DataFlowReference" },
//!           "compute": { "coreCount": 8, "computeType": "General" }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! A data flow never runs on a self-hosted runtime:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
//!     "onprem": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'shir-onprem')]",
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     "pipeline": {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'load')]",
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "clean orders",
//!             "type": "ExecuteDataFlow",
//!             "typeProperties": {
//!               "dataFlow": { "referenceName": "df_clean", "type": "DataFlowReference" },
//!               "integrationRuntime": {
//!                 "referenceName": "shir-onprem", // expect: adf/data-flow-runtime
//!                 "type": "IntegrationRuntimeReference"
//!               }
//!             }
//!           }
//!         ]
//!       },
//!       "dependsOn": ["onprem"]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/stlake-dfs.json
//! {
//!   "name": "stlake-dfs",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs"
//!   }
//! }
//! // file: integrationRuntime/ir-managed.json
//! {
//!   "name": "ir-managed",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!     "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!   }
//! }
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!   }
//! }
//! // file: dataset/raw.json
//! {
//!   "name": "raw",
//!   "properties": {
//!     "type": "Binary",
//!     "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: dataset/clean.json
//! {
//!   "name": "clean",
//!   "properties": {
//!     "type": "Binary",
//!     "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: dataflow/df_clean.json
//! {
//!   "name": "df_clean",
//!   "properties": {
//!     "type": "MappingDataFlow",
//!     "typeProperties": {
//!       "sources": [ { "name": "orders", "dataset": { "referenceName": "raw", "type": "DatasetReference" } } ],
//!       "sinks": [ { "name": "clean", "dataset": { "referenceName": "clean", "type": "DatasetReference" } } ],
//!       "scriptLines": [ "source() ~> orders", "orders sink() ~> clean" ]
//!     }
//!   }
//! }
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "clean orders",
//!         "type": "ExecuteDataFlow",
//!         "typeProperties": {
//!           "dataFlow": { "referenceName": "df_clean", "type": "DataFlowReference" },
//!           "compute": { "coreCount": 8, "computeType": "General" },
//!           "integrationRuntime": { "referenceName": "ir-managed", "type": "IntegrationRuntimeReference" }
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! Which runtime it is, is decided elsewhere:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" }, "runtime": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/load')]",
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "clean orders",
//!             "type": "ExecuteDataFlow",
//!             "typeProperties": {
//!               "dataFlow": { "referenceName": "df_clean", "type": "DataFlowReference" },
//!               "integrationRuntime": { "referenceName": "[parameters('runtime')]", "type": "IntegrationRuntimeReference" }
//!             }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Value;

use crate::model::activity;
use crate::model::endpoint;
use crate::model::factory::{Factories, Factory, PIPELINES};
use crate::model::runtime::{Runtime, RuntimeClass};
use crate::model::{snippet, store};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/data-flow-runtime",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Integration runtime in Azure Data Factory, 2024-08"],
    sentences: &["B2"],
    check: Check::Resource(PIPELINES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(resource) else { return };
    for activity in activity::activities(resource) {
        if !activity.get("type").is_text("ExecuteDataFlow").is_true() {
            continue;
        }
        let runtime = factory.named_runtime(graph, &activity.at("typeProperties.integrationRuntime"));
        match runtime.class {
            RuntimeClass::SelfHosted | RuntimeClass::Linked | RuntimeClass::Ssis => {
                unfit(resource, &activity, &runtime, cx);
            }
            RuntimeClass::Global => public(resource, factory, &activity, &runtime, cx),
            _ => {}
        }
    }
}

fn unfit(resource: &Resource, activity: &Value, runtime: &Runtime, cx: &mut Context<'_>) {
    let what = if runtime.class == RuntimeClass::Ssis { "Azure-SSIS" } else { "self-hosted" };
    let name = snippet::quoted(&runtime.name).unwrap_or_else(|| "named here".into());
    let place = activity.get("name").origin.span;
    let message =
        format!("Data flow runs on the {what} runtime {name}, but data flows run on Azure runtimes only");
    let declared = runtime.resource.map(|id| cx.graph().resource(id).place);
    let finding = cx.report_on(resource, &runtime.place, message);
    finding.severity(Severity::High).related(place, "this activity runs the data flow");
    if let Some(declared) = declared {
        finding.related(declared, "the runtime");
    }
    finding.help("name an Azure runtime, in the managed virtual network where its stores need one");
}

fn public(resource: &Resource, factory: &Factory, activity: &Value, runtime: &Runtime, cx: &mut Context<'_>) {
    let (graph, settings) = (cx.graph(), cx.settings());
    if settings.adf.allow_auto_resolve && runtime.is_auto_resolve() {
        return;
    }
    let isolated = factory.runtimes_of(graph, RuntimeClass::Managed).next();
    let mut labels = Vec::new();
    for service in activity::services_of(graph, factory, activity).into_iter().flatten() {
        let name = snippet::called(service, "this linked service");
        let own = factory.runtime_of(graph, service);
        let closed = || {
            let store = store::store_of(graph, settings, service)?.resource?;
            endpoint::public_off(graph.resource(store)).is_true().then_some(())
        };
        let label = if own.class == RuntimeClass::Managed {
            (own.place, format!("{name} names a runtime in the managed virtual network here"))
        } else if own.class == RuntimeClass::Global && isolated.is_none() && closed().is_some() {
            (service.place, format!("the store of {name} closes its public endpoint"))
        } else {
            continue;
        };
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    if labels.is_empty() {
        return;
    }
    let named = snippet::quoted(&runtime.name).unwrap_or_else(|| "a public runtime".into());
    let message =
        format!("Data flow runs on {named}, public Azure compute, whatever its linked services name");
    let via = isolated.map_or("<runtime in the managed virtual network>".into(), |runtime| {
        snippet::written(&runtime.name.last(), "name of the runtime")
    });
    let place = if runtime.implicit { activity.get("name").origin.span } else { runtime.place };
    let finding = cx.report_on(resource, &place, message);
    for (place, label) in labels {
        finding.related(place, label);
    }
    finding.help(format!(
        "add \"integrationRuntime\": {{ \"referenceName\": \"{via}\", \"type\": \
         \"IntegrationRuntimeReference\" }} to `typeProperties` of the activity"
    ));
}
