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

use std::collections::HashMap;

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::{Resource, ResourceId, ResourceKey};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Term;

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

/// The first declarations of runtimes, inside and outside of the managed network. Only those that are
/// certainly deployed together are compared: all without condition, or under the same one.
#[derive(Default)]
struct Declared(HashMap<Key, [Option<ResourceId>; 2]>);

// Name and conditions.
type Key = (ResourceKey, Vec<Term>);

impl Declared {
    fn build(cx: &Context<'_>) -> Declared {
        let mut declared = Declared::default();
        for ty in INTEGRATION_RUNTIMES {
            for runtime in cx.graph().of_type(ty) {
                if let (Some(key), Some(inside)) = (key(runtime), is_inside(runtime)) {
                    declared.0.entry(key).or_default()[usize::from(inside)].get_or_insert(runtime.id);
                }
            }
        }
        declared
    }
}

fn key(runtime: &Resource) -> Option<Key> {
    let condition = &runtime.condition;
    let decided = condition.truth.is_true() || !condition.terms.is_empty();
    let terms = if condition.truth.is_true() { Vec::new() } else { condition.terms.clone() };
    (decided && !runtime.repeated).then(|| (runtime.key(), terms))
}

// Whether a runtime is in the managed network; `None` where it is no such runtime, or not known.
fn is_inside(runtime: &Resource) -> Option<bool> {
    match runtime::class(runtime) {
        RuntimeClass::Managed => Some(true),
        RuntimeClass::Global => Some(false),
        _ => None,
    }
}

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let (Some(inside), Some(key)) = (is_inside(resource), key(resource)) else { return };
    let declared = cx.derived(Declared::build);
    let other = declared.0.get(&key).and_then(|first| first[usize::from(!inside)]);
    let Some(first) = other.filter(|first| *first < resource.id).map(|id| cx.graph().resource(id)) else {
        return;
    };
    let name = snippet::called(resource, "declared here");
    let message = format!(
        "Runtime {name} is declared inside and outside of the managed virtual network; it cannot be switched"
    );
    let said = if inside { "outside" } else { "inside" };
    let finding = cx.report_on(resource, &resource.place, message);
    finding
        .related(first.place, format!("declared here {said} of the network"))
        .help("give the two runtimes different names, or delete one of the declarations");
}
