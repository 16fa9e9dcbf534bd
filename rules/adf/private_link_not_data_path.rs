//! Private Link of the factory does not cover the way to its data stores
//!
//! ## Why
//!
//! Private Link of a data factory carries the commands between the factory and its self-hosted runtimes,
//! and nothing else: it does not reach data stores when pipelines run (data-factory-private-link,
//! 2020-09-01 and 2023-07-13). A linked service on a public Azure runtime still connects from public
//! compute to the public address of its store, however private the factory is.
//!
//! The rule speaks once for a factory that is private and has no managed virtual network, where a linked
//! service on a public Azure runtime uses a store that managed private endpoints are documented for.
//!
//! ## How to fix
//!
//! Give the factory a managed virtual network with a runtime in it and managed private endpoints to the
//! stores, or run the linked services on a self-hosted runtime. Where public access to a store is meant,
//! suppress the finding with the reason.
//!
//! ## Examples
//!
//! ```jsonc bad without=adf/portal-public-access-remains
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ls_sql",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { // expect: adf/private-link-not-data-path
//!       "type": "AzureSqlDatabase",
//!       "typeProperties": {
//!         "server": "sql-sales.database.windows.net",
//!         "database": "sales",
//!         "encrypt": "mandatory",
//!         "authenticationType": "SystemAssignedManagedIdentity"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! A Git folder whose factory is private by the configuration:
//!
//! ```jsonc bad private-link=adf-sales without=adf/portal-public-access-remains
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "properties": {} }
//! // file: integrationRuntime/ir-public.json
//! {
//!   "name": "ir-public",
//!   "properties": {
//!     "type": "Managed",
//!     "typeProperties": { "computeProperties": { "location": "West Europe" } }
//!   }
//! }
//! // file: linkedService/ls_lake.json
//! {
//!   "name": "ls_lake",
//!   "properties": {
//!     "type": "AzureBlobFS",
//!     "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!     "connectVia": {
//!       "type": "IntegrationRuntimeReference",
//!       "referenceName": "ir-public" // expect: adf/private-link-not-data-path
//!     }
//!   }
//! }
//! ```
//!
//! On a self-hosted runtime the way is that of its network; a vault is judged by what reads it:
//!
//! ```jsonc good without=adf/portal-public-access-remains
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-factory",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": {
//!         "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 'endpoints')]"
//!       },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "connection",
//!           "properties": {
//!             "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!             "groupIds": ["dataFactory"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ls_sql",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'shir')]"
//!     ],
//!     "properties": {
//!       "type": "AzureSqlDatabase",
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir" },
//!       "typeProperties": {
//!         "server": "sql-sales.database.windows.net",
//!         "database": "sales",
//!         "encrypt": "mandatory",
//!         "authenticationType": "SystemAssignedManagedIdentity"
//!       }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ls_vault",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {
//!       "type": "AzureKeyVault",
//!       "typeProperties": { "baseUrl": "https://kv-sales.vault.azure.net/" }
//!     }
//!   }
//! ]
//! ```
//!
//! With a managed virtual network:
//!
//! ```jsonc good private-link=adf-sales without=adf/portal-public-access-remains
//! // file: factory/adf-sales.json
//! { "name": "adf-sales", "location": "westeurope", "properties": {} }
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
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
//!     "groupId": "dfs"
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
//! ```
//!
//! The factory is not private:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ls_sql",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {
//!       "type": "AzureSqlDatabase",
//!       "typeProperties": {
//!         "server": "sql-sales.database.windows.net",
//!         "database": "sales",
//!         "encrypt": "mandatory",
//!         "authenticationType": "SystemAssignedManagedIdentity"
//!       }
//!     }
//!   }
//! ]
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;

use crate::model::activity::Uses;
use crate::model::factory::{Factories, Factory};
use crate::model::private::{Cause, Private};
use crate::model::reach::{self, Run};
use crate::model::runtime::{AUTO_RESOLVE, RuntimeClass};
use crate::model::{deployed, snippet, store};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/private-link-not-data-path",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Azure Private Link for Azure Data Factory, 2023-07-13"],
    sentences: &["A4", "A5"],
    check: Check::Deployment(check),
};

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = cx.derived(Factories::build);
    if factories.list().is_empty() || deployed::has_remote_parts(graph) {
        return;
    }
    for factory in factories.list() {
        // A network may belong to this factory under a name that is not known.
        let elsewhere = || factories.doubles(factory).any(|other| !other.networks.is_empty());
        if factory.networks.is_empty() && factory.is_whole(graph) && !elsewhere() {
            check_factory(factory, cx);
        }
    }
}

// A linked service on public compute: itself, where its runtime is named, and its store.
struct Public {
    service: ResourceId,
    place: Span,
    store: String,
}

fn check_factory(factory: &Factory, cx: &mut Context<'_>) {
    let (graph, private) = (cx.graph(), cx.derived(Private::build));
    let Some(privacy) = private.of(factory).filter(|privacy| privacy.truth.is_true()) else { return };
    let public = public(graph, factory, cx);
    let Some((first, rest)) = public.split_first() else { return };
    let service = graph.resource(first.service);
    let message = format!(
        "Private Link of the factory does not cover pipeline traffic to data stores: {} still reaches {} from \
         public Azure compute",
        snippet::called(service, "this linked service"),
        first.store
    );
    let finding = cx.report_on(service, &first.place, message);
    for other in rest {
        let name = snippet::called(graph.resource(other.service), "this one");
        finding.related(other.place, format!("so does {name} with {}", other.store));
    }
    for cause in &privacy.causes {
        match cause {
            Cause::Switch(value) => finding.related(value.origin.span, "this makes the factory private"),
            Cause::Endpoint(place) => finding.related(*place, "the private endpoint of the factory"),
            Cause::Configuration => finding,
        };
    }
    if privacy.is_assumed() {
        finding.confidence(Confidence::Medium);
    }
    finding.help(
        "add a managed virtual network with a runtime in it and managed private endpoints to the stores, or use \
         a self-hosted runtime",
    );
}

fn public(graph: &Graph, factory: &Factory, cx: &Context<'_>) -> Vec<Public> {
    let (uses, settings) = (cx.derived(Uses::build), cx.settings());
    let counts = |run: &Run| {
        let default = run.runtime.name.known().is_some_and(|name| name.eq_ignore_ascii_case(AUTO_RESOLVE));
        run.runtime.class == RuntimeClass::Global && !(settings.adf.allow_auto_resolve && default)
    };
    let services = factory.linked_services.iter().map(|id| graph.resource(*id));
    let services = services.filter(|service| !service.existing && !reach::is_vault(service));
    let found = services.filter_map(|service: &Resource| {
        let owner = factory.declared(graph).is_none_or(|own| deployed::along(service, own));
        if !owner || !reach::runs(graph, factory, &uses, service).iter().any(counts) {
            return None;
        }
        let store = store::store_of(graph, settings, service)?;
        let listed = store.links.iter().any(|link| link.is_listed(settings.as_of));
        let own = factory.runtime_of(graph, service);
        let place = if own.class == RuntimeClass::Global { own.place } else { service.place };
        listed.then(|| Public { service: service.id, place, store: store.display() })
    });
    found.collect()
}
