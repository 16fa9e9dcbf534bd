//! Runtime is declared once inside and once outside of the managed virtual network
//!
//! ## Why
//!
//! A runtime that exists cannot be moved into the managed virtual network or out of it
//! (managed-virtual-network-private-endpoint, 2023-08-02). Where two parts of a deployment declare one
//! runtime in both ways, the second deployment fails, or the runtime stays where the first one put it.
//!
//! Variants under different conditions are not meant: only one of them is deployed.
//!
//! ## How to fix
//!
//! Give the two runtimes different names, and let linked services name the one that is meant. Delete the
//! declaration that is not.
//!
//! ## Examples
//!
//! Two modules declare the runtime:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "isolated",
//!       "properties": {
//!         "mode": "Incremental",
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "resources": [
//!             {
//!               "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!               "apiVersion": "2018-06-01",
//!               "name": "adf-sales/ir-azure",
//!               "properties": {
//!                 "type": "Managed",
//!                 "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!                 "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!               }
//!             }
//!           ]
//!         }
//!       }
//!     },
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "shared",
//!       "properties": {
//!         "mode": "Incremental",
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "resources": [
//!             {
//!               "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!               "apiVersion": "2018-06-01",
//!               "name": "adf-sales/ir-azure", // expect: adf/runtime-network-switch
//!               "properties": {
//!                 "type": "Managed",
//!                 "typeProperties": { "computeProperties": { "location": "AutoResolve" } }
//!               }
//!             }
//!           ]
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
//!     "public": {
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'ir-azure')]",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "westeurope" } }
//!       }
//!     },
//!     "network": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "network",
//!       "properties": {
//!         "mode": "Incremental",
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "parameters": { "name": { "value": "[parameters('factoryName')]" } },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": { "name": { "type": "string" } },
//!           "resources": [
//!             {
//!               "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!               "apiVersion": "2018-06-01",
//!               "name": "[concat(parameters('name'), '/ir-azure')]", // expect: adf/runtime-network-switch
//!               "properties": {
//!                 "type": "Managed",
//!                 "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!                 "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!               }
//!             }
//!           ]
//!         }
//!       },
//!       "dependsOn": ["public"]
//!     }
//!   }
//! }
//! ```
//!
//! Two names:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ir-managed",
//!     "properties": {
//!       "type": "Managed",
//!       "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!       "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/ir-public",
//!     "properties": {
//!       "type": "Managed",
//!       "typeProperties": { "computeProperties": { "location": "AutoResolve" } }
//!     }
//!   }
//! ]
//! ```
//!
//! Only one of the two is deployed:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "isolated": { "type": "bool" } },
//!   "resources": {
//!     "inside": {
//!       "condition": "[parameters('isolated')]",
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/ir-azure",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
//!         "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }
//!       }
//!     },
//!     "outside": {
//!       "condition": "[not(parameters('isolated'))]",
//!       "type": "Microsoft.DataFactory/factories/integrationRuntimes",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales/ir-azure",
//!       "properties": {
//!         "type": "Managed",
//!         "typeProperties": { "computeProperties": { "location": "AutoResolve" } }
//!       }
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::INTEGRATION_RUNTIMES;
use crate::model::runtime::{self, RuntimeClass};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/runtime-network-switch",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &["B8"],
    check: Check::Resource(INTEGRATION_RUNTIMES, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let other = match runtime::class(resource) {
        RuntimeClass::Managed => RuntimeClass::Global,
        RuntimeClass::Global => RuntimeClass::Managed,
        _ => return,
    };
    let together = |first: &&Resource| {
        let certain = first.condition.truth.is_true() && resource.condition.truth.is_true();
        certain || first.condition.key.is_some() && first.condition.key == resource.condition.key
    };
    let graph = cx.graph();
    let key = resource.name.key();
    let named = graph.named(&resource.ty, &key).take_while(|first| first.id != resource.id);
    let mut earlier = named.filter(|first| !first.repeated && !resource.repeated).filter(together);
    let Some(first) = earlier.find(|first| runtime::class(first) == other) else { return };
    let name = snippet::called(resource, "declared here");
    let message = format!(
        "Runtime {name} is declared inside and outside of the managed virtual network; it cannot be switched"
    );
    let inside = |managed: bool| if managed { "inside of the network" } else { "outside of the network" };
    let managed = other == RuntimeClass::Global;
    let finding = cx.report_on(resource, &resource.place, message);
    finding
        .related(first.place, format!("declared here {}", inside(!managed)))
        .help("give the two runtimes different names, or delete one of the declarations");
}
