//! Data factory has no managed virtual network
//!
//! ## Why
//!
//! Azure integration runtimes run on public compute unless the factory has a managed virtual network, and
//! managed private endpoints exist only in one (managed-virtual-network-private-endpoint, 2023-08-02).
//! Without it the stores behind this factory have to accept public traffic.
//!
//! The rule speaks where everything that belongs to the factory is here: in an exported template that
//! holds the factory, with `adf.closed-world`, and with `adf.strict` wherever the factory is declared. A
//! Git folder does not always say what network a factory has; it is judged with `adf.strict` only.
//!
//! ## How to fix
//!
//! Add the managed virtual network `default`, create Azure runtimes in it, and let the linked services use
//! them.
//!
//! ## Examples
//!
//! ```jsonc bad
//! // file: adf-sales/ARMTemplateForFactory.json
//! {
//!   "$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": { "factoryName": { "type": "string", "metadata": "Data Factory name", "defaultValue": "adf-sales" } },
//!   "variables": { "factoryId": "[concat('Microsoft.DataFactory/factories/', parameters('factoryName'))]" },
//!   "resources": [
//!     {
//!       "name": "[parameters('factoryName')]", // expect: adf/managed-vnet-missing
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {}
//!     },
//!     {
//!       "name": "[concat(parameters('factoryName'), '/ls_lake')]",
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "dependsOn": ["[variables('factoryId')]"],
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! A linked template of the export, and a public runtime with a name of its own:
//!
//! ```jsonc bad
//! // file: adf-orders/linkedTemplates/ArmTemplate_0.json
//! {
//!   "$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "name": "adf-orders", // expect: adf/managed-vnet-missing
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "location": "northeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": {},
//!       "resources": [
//!         {
//!           "name": "ir-north",
//!           "type": "integrationRuntimes",
//!           "apiVersion": "2018-06-01",
//!           "dependsOn": ["adf-orders"],
//!           "properties": {
//!             "type": "Managed",
//!             "typeProperties": { "computeProperties": { "location": "North Europe" } }
//!           }
//!         },
//!         {
//!           "name": "ls_orders",
//!           "type": "linkedServices",
//!           "apiVersion": "2018-06-01",
//!           "dependsOn": ["adf-orders", "ir-north"],
//!           "properties": {
//!             "type": "AzureSqlDatabase",
//!             "typeProperties": {
//!               "server": "sql-orders.database.windows.net",
//!               "database": "orders",
//!               "encrypt": "mandatory",
//!               "authenticationType": "SystemAssignedManagedIdentity"
//!             },
//!             "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-north" }
//!           }
//!         }
//!       ]
//!     }
//!   ]
//! }
//! ```
//!
//! All stores are reached from a self-hosted runtime:
//!
//! ```jsonc good without=adf/portal-public-access-remains,adf/private-dns-zone-missing
//! // file: adf-sales/linkedTemplates/ArmTemplate_0.json
//! {
//!   "$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "name": "adf-sales",
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" }
//!     },
//!     {
//!       "name": "pe-adf-sales",
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "location": "westeurope",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-hub', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "adf",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]",
//!               "groupIds": ["dataFactory"]
//!             }
//!           }
//!         ]
//!       }
//!     },
//!     {
//!       "name": "adf-sales/shir-onprem",
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!       "properties": { "type": "SelfHosted" }
//!     },
//!     {
//!       "name": "adf-sales/ls_lake",
//!       "type": "Microsoft.DataFactory/factories/linkedServices",
//!       "apiVersion": "2018-06-01",
//!       "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'shir-onprem')]"],
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "typeProperties": { "url": "https://stlake.dfs.core.windows.net/" },
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! A Git folder holds the factory but not always its network:
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
//! ```

use armlint_engine::dialect::World;
use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::settings::FactorySettings;

use crate::model::activity::Uses;
use crate::model::factory::{FACTORIES, Factories, Factory};
use crate::model::reach::{self, Run};
use crate::model::runtime::RuntimeClass;
use crate::model::{deployed, store};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-vnet-missing",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &["B2", "B3"],
    check: Check::Resource(&[FACTORIES], check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let public = on_public_compute(resource, cx);
    if public.is_empty() {
        return;
    }
    let message = "The factory has no managed virtual network, so none of its Azure runtimes is isolated";
    let finding = cx.report_on(resource, &resource.place, message);
    for service in public {
        finding.related(service.place, "reaches its store from public Azure compute");
    }
    finding.help("add the managed virtual network `default` and a runtime in it");
}

/// The linked services because of which the factory `resource` is reported: those that reach a store with
/// private endpoints from public Azure compute, where the factory has no managed virtual network.
pub(super) fn on_public_compute<'a>(resource: &Resource, cx: &Context<'a>) -> Vec<&'a Resource> {
    let (graph, settings) = (cx.graph(), cx.settings());
    let (factories, uses) = (cx.derived(Factories::build), cx.derived(Uses::build));
    let Some(factory) = factories.of(resource) else { return Vec::new() };
    let whole = graph.world == World::Closed && !graph.dialect.is_folder() || settings.adf.strict;
    let own = factory.resource == Some(resource.id) && !resource.existing;
    if !own || !whole || deployed::has_remote_parts(graph) || may_have_network(graph, &factories, factory) {
        return Vec::new();
    }
    let services = factory.linked_services.iter().map(|id| graph.resource(*id));
    services
        .filter(|service| !service.existing && !reach::is_vault(service))
        .filter(|service| {
            let facts = store::facts_of(service);
            facts.is_some_and(|facts| !facts.groups.is_empty() && facts.has_managed_endpoint(settings.as_of))
        })
        .filter(|service| {
            let mut runs = reach::runs(graph, factory, &uses, service).into_iter();
            runs.any(|run| is_public(&run, &settings.adf))
        })
        .collect()
}

fn is_public(run: &Run, settings: &FactorySettings) -> bool {
    run.runtime.class == RuntimeClass::Global
        && !(settings.allow_auto_resolve && run.runtime.is_auto_resolve())
}

// Whether the factory has a network, by its own name or by one that is not known.
fn may_have_network(graph: &Graph, factories: &Factories, factory: &Factory) -> bool {
    let networks = |factory: &Factory| !factory.networks.is_empty() || !factory.endpoints.is_empty();
    networks(factory)
        || factories.doubles(factory).any(networks)
        || factory.runtimes_of(graph, RuntimeClass::Managed).next().is_some()
}
