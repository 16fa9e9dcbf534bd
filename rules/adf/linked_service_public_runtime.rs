//! Linked service reaches its store from public Azure compute, past the managed virtual network
//!
//! ## Why
//!
//! Managed private endpoints carry only what runs on a runtime in the managed virtual network. A linked
//! service without `connectVia` runs on `AutoResolveIntegrationRuntime`, which is public compute unless
//! the network was switched on when the factory was made (concepts-integration-runtime, 2024-08;
//! managed-virtual-network-private-endpoint, 2023-08-02). So a factory can have the network and the
//! endpoints, and still reach its stores over their public address.
//!
//! Each use is judged by the runtime that it has in fact: in a copy activity a self-hosted runtime wins
//! over the managed network, and that over public compute; a data flow runs on the runtime of its
//! activity. Key Vault linked services have no runtime of their own and are not meant. With
//! `adf.allow-auto-resolve` what runs on `AutoResolveIntegrationRuntime` is not meant either.
//!
//! ## How to fix
//!
//! Set `connectVia` to a runtime in the managed virtual network, or `integrationRuntime` of the data flow
//! activity.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
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
//!   "properties": { // expect: adf/linked-service-public-runtime
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!   }
//! }
//! ```
//!
//! The runtime that is named is public:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "serverName": { "type": "string" } },
//!   "resources": {
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "isolated": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ir-managed')]",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       },
//!       "dependsOn": ["network"]
//!     },
//!     "public": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ir-public')]",
//!       "properties": { // expect: adf/azure-runtime-not-isolated
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } }
//!       },
//!       "dependsOn": ["network"]
//!     },
//!     "database": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ls_sql')]",
//!       "properties": {
//!         "type": "AzureSqlDatabase",
//!         "connectVia": {
//!           "type": "IntegrationRuntimeReference",
//!           "referenceName": "ir-public" // expect: adf/linked-service-public-runtime
//!         },
//!         "typeProperties": {
//!           "server": "[format('{0}.database.windows.net', parameters('serverName'))]",
//!           "database": "sales",
//!           "encrypt": "mandatory",
//!           "authenticationType": "SystemAssignedManagedIdentity"
//!         }
//!       },
//!       "dependsOn": ["public"]
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
//! // file: linkedService/ls_vault.json
//! {
//!   "name": "ls_vault",
//!   "properties": {
//!     "type": "AzureKeyVault",
//!     "typeProperties": { "baseUrl": "https://kv-sales.vault.azure.net/" }
//!   }
//! }
//! ```
//!
//! Whether the linked service is isolated is decided by a parameter:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "private": { "type": "bool", "defaultValue": false } },
//!   "resources": {
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "isolated": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ir-managed')]",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       },
//!       "dependsOn": ["network"]
//!     },
//!     "lake": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ls_lake')]",
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "connectVia": "[if(parameters('private'), createObject('type', 'IntegrationRuntimeReference', 'referenceName', 'ir-managed'), null())]",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!       },
//!       "dependsOn": ["isolated"]
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::activity::Uses;
use crate::model::coverage::Endpoints;
use crate::model::factory::{Factories, LINKED_SERVICES};
use crate::model::reach::{self, Run};
use crate::model::runtime::RuntimeClass;
use crate::model::{deployed, snippet, store};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/linked-service-public-runtime",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[
        "Integration runtime in Azure Data Factory, 2024-08",
        "Data Factory, managed virtual network and managed private endpoints, 2023-08-02",
    ],
    sentences: &["B2", "B3", "B21"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let (graph, settings) = (cx.graph(), cx.settings());
    if resource.existing || reach::is_vault(resource) {
        return;
    }
    let (factories, uses) = (cx.derived(Factories::build), cx.derived(Uses::build));
    let Some(factory) = factories.of(resource) else { return };
    let runs = reach::runs(graph, factory, &uses, resource);
    let own = factory.runtime_of(graph, resource);
    let allowed = |run: &Run| settings.adf.allow_auto_resolve && run.runtime.is_auto_resolve();
    // Only a data flow runs elsewhere than in the network that its linked service names, and has a rule of
    // its own for that.
    let public: Vec<&Run> = match own.class {
        RuntimeClass::Managed => return,
        _ => runs.iter().filter(|run| run.runtime.class == RuntimeClass::Global && !allowed(run)).collect(),
    };
    let Some(first) = public.first() else { return };
    let Some(store) = store::store_of(graph, settings, resource) else { return };
    if !store.links.iter().any(|link| link.is_listed(settings.as_of)) {
        return;
    }
    let managed =
        factory.runtimes_of(graph, RuntimeClass::Managed).find(|runtime| deployed::along(runtime, resource));
    let endpoints = cx.derived(Endpoints::build);
    let endpoint = endpoints.leading_to(factory, &store).map(|id| graph.resource(id));
    let although = match (managed, endpoint) {
        (Some(_), _) => "although the factory has a managed virtual network".to_string(),
        (None, Some(endpoint)) => {
            format!(
                "although the managed private endpoint {} leads there",
                snippet::called(endpoint, "below")
            )
        }
        (None, None) => return,
    };
    // A data flow takes its runtime from its activity, whatever the linked service says.
    let by_activity = own.class != RuntimeClass::Global;
    let place = if by_activity { resource.place } else { own.place };
    let (name, target) = (snippet::called(resource, "This linked service"), store.display());
    let message = if own.implicit && !by_activity {
        format!("{name} has no `connectVia` and reaches {target} from public Azure compute {although}")
    } else {
        format!("{name} reaches {target} from public Azure compute {although}")
    };
    let via = managed.map_or("<runtime in the managed virtual network>".into(), |ir| {
        snippet::written(&ir.name.last(), "name of the runtime")
    });
    let reference = format!("{{ \"type\": \"IntegrationRuntimeReference\", \"referenceName\": \"{via}\" }}");
    let help = if by_activity {
        format!("add \"integrationRuntime\": {reference} to `typeProperties` of the data flow activity")
    } else {
        format!("set \"connectVia\": {reference}")
    };
    let declared = first.runtime.resource.map(|id| graph.resource(id));
    let finding = cx.report_on(resource, &place, message);
    for (activity, place) in public.iter().filter_map(|run| run.activity.as_ref()) {
        finding.related(*place, format!("`{activity}` uses it there"));
    }
    if let Some(runtime) = declared {
        finding.related(runtime.place, "this runtime is public");
    }
    if let Some(runtime) = managed {
        finding.related(runtime.place, "this runtime is in the managed virtual network");
    }
    if let Some(endpoint) = endpoint {
        finding.related(endpoint.place, "this managed private endpoint is bypassed");
    }
    finding.help(help);
}
