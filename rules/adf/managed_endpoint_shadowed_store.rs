//! Store with a private endpoint of somebody else is reached over its public address
//!
//! ## Why
//!
//! Once a store has a private endpoint connection, of a network or of another factory, the managed virtual
//! network cannot reach it over its public address any more, even where the store accepts all networks. The
//! factory needs a managed private endpoint of its own (managed-virtual-network-private-endpoint, 2020-03-26,
//! warning; 2023-08-02, "access constraints").
//!
//! Only a private endpoint to the sub-resource that the connector uses counts; what another one does is not
//! documented.
//!
//! ## How to fix
//!
//! Add a managed private endpoint to the store, and let the owner of the store approve it.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "lakeName": { "type": "string" } },
//!   "resources": {
//!     "lake": {
//!       "type": "Microsoft.Storage/storageAccounts",
//!       "apiVersion": "2023-05-01",
//!       "name": "[parameters('lakeName')]",
//!       "location": "[resourceGroup().location]",
//!       "kind": "StorageV2",
//!       "sku": { "name": "Standard_LRS" },
//!       "properties": { "isHnsEnabled": true }
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-lake",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-spoke', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "lake",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('lakeName'))]",
//!               "groupIds": ["dfs"]
//!             }
//!           }
//!         ]
//!       },
//!       "dependsOn": ["lake"]
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "runtime": {
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
//!     "service": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ls_lake')]",
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!         "typeProperties": {
//!           "url": "[format('https://{0}.dfs.core.windows.net', parameters('lakeName'))]" // expect: adf/managed-endpoint-shadowed-store
//!         }
//!       },
//!       "dependsOn": ["runtime", "lake"]
//!     }
//!   }
//! }
//! ```
//!
//! The server is not declared here, but its private endpoint is:
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-sql-sales",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-apps', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "sql",
//!           "properties": {
//!             "privateLinkServiceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/sales/providers/Microsoft.Sql/servers/sql-sales",
//!             "groupIds": ["sqlServer"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir-onprem",
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ir-managed",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!     "properties": {
//!       "type": "Managed",
//!       "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!       "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ls_sales",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'ir-managed')]"],
//!     "properties": {
//!       "type": "AzureSqlDatabase",
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!       "typeProperties": {
//!         "server": "sql-sales.database.windows.net", // expect: adf/managed-endpoint-shadowed-store
//!         "database": "sales",
//!         "encrypt": "mandatory",
//!         "authenticationType": "SystemAssignedManagedIdentity"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! The factory has an endpoint of its own. That it has to be approved is another matter:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "lakeName": { "type": "string" } },
//!   "resources": {
//!     "lake": {
//!       "type": "Microsoft.Storage/storageAccounts",
//!       "apiVersion": "2023-05-01",
//!       "name": "[parameters('lakeName')]",
//!       "location": "[resourceGroup().location]",
//!       "kind": "StorageV2",
//!       "sku": { "name": "Standard_LRS" },
//!       "properties": { "isHnsEnabled": true }
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.Network/privateEndpoints",
//!       "apiVersion": "2024-05-01",
//!       "name": "pe-lake",
//!       "location": "[resourceGroup().location]",
//!       "properties": {
//!         "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-spoke', 'endpoints')]" },
//!         "privateLinkServiceConnections": [
//!           {
//!             "name": "lake",
//!             "properties": {
//!               "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('lakeName'))]",
//!               "groupIds": ["dfs"]
//!             }
//!           }
//!         ]
//!       },
//!       "dependsOn": ["lake"]
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "runtime": {
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
//!     "approved": {
//!       "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
//!       "apiVersion": "2023-05-01",
//!       "name": "[format('{0}/{1}', parameters('lakeName'), 'adf')]",
//!       "properties": { "privateLinkServiceConnectionState": { "status": "Approved" } },
//!       "dependsOn": ["managed"]
//!     },
//!     "managed": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'lake-dfs')]",
//!       "properties": {
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('lakeName'))]",
//!         "groupId": "dfs"
//!       },
//!       "dependsOn": ["network", "lake"]
//!     },
//!     "service": {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ls_lake')]",
//!       "properties": {
//!         "type": "AzureBlobFS",
//!         "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "ir-managed" },
//!         "typeProperties": {
//!           "url": "[format('https://{0}.dfs.core.windows.net', parameters('lakeName'))]"
//!         }
//!       },
//!       "dependsOn": ["runtime", "lake"]
//!     }
//!   }
//! }
//! ```
//!
//! A self-hosted runtime in the network of the private endpoint:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.Network/privateEndpoints",
//!     "apiVersion": "2024-05-01",
//!     "name": "pe-sql-sales",
//!     "location": "westeurope",
//!     "properties": {
//!       "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-apps', 'endpoints')]" },
//!       "privateLinkServiceConnections": [
//!         {
//!           "name": "sql",
//!           "properties": {
//!             "privateLinkServiceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/sales/providers/Microsoft.Sql/servers/sql-sales",
//!             "groupIds": ["sqlServer"]
//!           }
//!         }
//!       ]
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/shir-onprem",
//!     "properties": { "type": "SelfHosted" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ir-managed",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"],
//!     "properties": {
//!       "type": "Managed",
//!       "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!       "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/linkedservices",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ls_sales",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'adf-sales', 'shir-onprem')]"],
//!     "properties": {
//!       "type": "AzureSqlDatabase",
//!       "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "shir-onprem" },
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

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::{Factories, LINKED_SERVICES};
use crate::model::gap::{self, Instead};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-shadowed-store",
    category: Category::Network,
    severity: Severity::High,
    equivalents: &[],
    references: &[
        "Data Factory, managed virtual network and managed private endpoints, 2023-08-02",
        "Data Factory, managed virtual network (preview), 2020-03-26",
    ],
    sentences: &["B22", "B23"],
    check: Check::Resource(LINKED_SERVICES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(gap) = gap::gap(resource, cx) else { return };
    let Instead::Shadowed(shadow) = gap.instead else { return };
    let (target, group) = (gap.store.display(), gap.store.group());
    let message = format!(
        "{target} has another private endpoint (`{group}`), so the managed network cannot use its public address"
    );
    let factories = cx.derived(Factories::build);
    let factory = factories.of(resource);
    let help = factory.map(|factory| snippet::managed_endpoint(graph, factory, &gap.store, None));
    let finding = cx.report_on(resource, &gap.store.place, message);
    finding.related(shadow, "this private endpoint leads to the store");
    for consumer in gap.consumers {
        finding.related(consumer.place, consumer.label);
    }
    if let Some(declared) = gap.store.resource.map(|id| graph.resource(id)) {
        finding.related(declared.place, "the store");
    }
    if let Some(help) = help {
        finding.help(help);
    }
}
