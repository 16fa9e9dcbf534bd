//! Copy in the managed virtual network asks for two data integration units
//!
//! ## Why
//!
//! A copy in the managed virtual network takes at least 4 data integration units; with 2 it fails
//! (managed-virtual-network-private-endpoint, 2023-08-02).
//!
//! ## How to fix
//!
//! Set `dataIntegrationUnits` to 4, or leave it out and let the service choose.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/straw-dfs.json
//! {
//!   "name": "straw-dfs",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/straw",
//!     "groupId": "dfs"
//!   }
//! }
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
//! // file: linkedService/ls_raw.json
//! {
//!   "name": "ls_raw",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://straw.dfs.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
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
//!     "linkedServiceName": { "referenceName": "ls_raw", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: dataset/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "type": "Binary",
//!     "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "move orders",
//!         "type": "Copy",
//!         "inputs": [ { "referenceName": "raw", "type": "DatasetReference" } ],
//!         "outputs": [ { "referenceName": "lake", "type": "DatasetReference" } ],
//!         "typeProperties": {
//!           "source": { "type": "BinarySource" },
//!           "sink": { "type": "BinarySink" },
//!           "dataIntegrationUnits": 2 // expect: adf/copy-diu-too-small
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/shir-onprem')]",
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ir-managed')]",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ls_raw')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', parameters('factoryName'), 'ir-managed')]"],
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "[concat('https://', uniqueString(resourceGroup().id), '.dfs.core.windows.net')]" },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ls_lake')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', parameters('factoryName'), 'ir-managed')]"],
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/raw')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/linkedServices', parameters('factoryName'), 'ls_raw')]"],
//!       "properties": {
//!         "type": "Binary",
//!         "linkedServiceName": { "referenceName": "ls_raw", "type": "LinkedServiceReference" },
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/lake')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/linkedServices', parameters('factoryName'), 'ls_lake')]"],
//!       "properties": {
//!         "type": "Binary",
//!         "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ship')]",
//!       "dependsOn": [
//!         "[resourceId('Microsoft.DataFactory/factories/datasets', parameters('factoryName'), 'raw')]",
//!         "[resourceId('Microsoft.DataFactory/factories/datasets', parameters('factoryName'), 'lake')]"
//!       ],
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "ship orders",
//!             "type": "Copy",
//!             "inputs": [ { "referenceName": "raw", "type": "DatasetReference" } ],
//!             "outputs": [ { "referenceName": "lake", "type": "DatasetReference" } ],
//!             "typeProperties": {
//!               "source": { "type": "BinarySource" },
//!               "sink": { "type": "BinarySink" },
//!               "dataIntegrationUnits": 2 // expect: adf/copy-diu-too-small
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
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/straw-dfs.json
//! {
//!   "name": "straw-dfs",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lake/providers/Microsoft.Storage/storageAccounts/straw",
//!     "groupId": "dfs"
//!   }
//! }
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
//! // file: linkedService/ls_raw.json
//! {
//!   "name": "ls_raw",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://straw.dfs.core.windows.net/" },
//!     "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" }
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
//!     "linkedServiceName": { "referenceName": "ls_raw", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: dataset/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "type": "Binary",
//!     "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!     "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!   }
//! }
//! // file: pipeline/load.json
//! {
//!   "name": "load",
//!   "properties": {
//!     "activities": [
//!       {
//!         "name": "move orders",
//!         "type": "Copy",
//!         "inputs": [ { "referenceName": "raw", "type": "DatasetReference" } ],
//!         "outputs": [ { "referenceName": "lake", "type": "DatasetReference" } ],
//!         "typeProperties": {
//!           "source": { "type": "BinarySource" },
//!           "sink": { "type": "BinarySink" },
//!           "dataIntegrationUnits": 4
//!         }
//!       }
//!     ]
//!   }
//! }
//! ```
//!
//! Outside of the managed virtual network:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/shir-onprem')]",
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ir-managed')]",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ls_raw')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', parameters('factoryName'), 'shir-onprem')]"],
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://straw.dfs.core.windows.net/" },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ls_lake')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', parameters('factoryName'), 'shir-onprem')]"],
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/raw')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/linkedServices', parameters('factoryName'), 'ls_raw')]"],
//!       "properties": {
//!         "type": "Binary",
//!         "linkedServiceName": { "referenceName": "ls_raw", "type": "LinkedServiceReference" },
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/datasets",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/lake')]",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/linkedServices', parameters('factoryName'), 'ls_lake')]"],
//!       "properties": {
//!         "type": "Binary",
//!         "linkedServiceName": { "referenceName": "ls_lake", "type": "LinkedServiceReference" },
//!         "typeProperties": { "location": { "type": "AzureBlobFSLocation", "fileSystem": "raw" } }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.DataFactory/factories/pipelines",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/ship')]",
//!       "dependsOn": [
//!         "[resourceId('Microsoft.DataFactory/factories/datasets', parameters('factoryName'), 'raw')]",
//!         "[resourceId('Microsoft.DataFactory/factories/datasets', parameters('factoryName'), 'lake')]"
//!       ],
//!       "properties": {
//!         "activities": [
//!           {
//!             "name": "ship orders",
//!             "type": "Copy",
//!             "inputs": [ { "referenceName": "raw", "type": "DatasetReference" } ],
//!             "outputs": [ { "referenceName": "lake", "type": "DatasetReference" } ],
//!             "typeProperties": { "source": { "type": "BinarySource" }, "sink": { "type": "BinarySink" }, "dataIntegrationUnits": 2 }
//!           }
//!         ]
//!       }
//!     }
//!   ]
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Edit, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{Number, ValueKind};

use crate::model::copy::Copies;
use crate::model::factory::{Factories, PIPELINES};
use crate::model::facts::Fact;
use crate::model::runtime::RuntimeClass;
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/copy-diu-too-small",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &[],
    check: Check::Resource(PIPELINES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !Fact::CopyNeeds4Units.holds(cx.settings().as_of) {
        return;
    }
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(resource) else { return };
    // Where no runtime is in the network, no copy is.
    if factory.runtimes_of(graph, RuntimeClass::Managed).next().is_none() {
        return;
    }
    for copy in cx.derived(Copies::build).of(resource) {
        let units = copy.activity.at("typeProperties.dataIntegrationUnits");
        if !matches!(units.kind, ValueKind::Number(Number::Int(2))) {
            continue;
        }
        let Some(runtime) = copy.runtime().filter(|runtime| runtime.class == RuntimeClass::Managed) else {
            continue;
        };
        let name = copy.name();
        let message =
            format!("Copy `{name}` asks for 2 data integration units; the managed network gives 4 or more");
        let runtime_name = snippet::quoted(&runtime.name).unwrap_or_else(|| "a runtime".into());
        let finding = cx.report_on(resource, &units, message);
        finding
            .related(runtime.place, format!("it runs on {runtime_name} in the managed virtual network"))
            .traced(&units)
            .help("set \"dataIntegrationUnits\": 4, or leave it out");
        if units.origin.via.is_none() && !units.assumed {
            let edit = Edit { span: units.origin.span, text: "4".into() };
            finding.fix("Ask for 4 data integration units", Applicability::Safe, vec![edit]);
        }
    }
}
