//! Managed virtual network is added to a factory that exists already
//!
//! ## Why
//!
//! While the managed virtual network was in preview, it had to be switched on when the factory was created
//! (managed-virtual-network-private-endpoint, 2020-03-26). The editions from 2020-07-15 on have no such
//! limit: the rule speaks for earlier days only.
//!
//! ## How to fix
//!
//! Create a new factory together with its managed virtual network.
//!
//! ## Examples
//!
//! ```jsonc bad as-of=2020-04-01
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "existing": true,
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]"
//!     },
//!     "factory::network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]", // expect: adf/managed-vnet-on-existing-factory
//!       "properties": {}
//!     }
//!   }
//! }
//! ```
//!
//! The factory is known, the network has a parameter for its name:
//!
//! ```jsonc bad as-of=2020-07-01
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "networkName": { "type": "string" } },
//!   "resources": {
//!     "sales": {
//!       "existing": true,
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "adf-sales"
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', 'adf-sales', parameters('networkName'))]", // expect: adf/managed-vnet-on-existing-factory
//!       "properties": {}
//!     }
//!   }
//! }
//! ```
//!
//! Factory and network are made together:
//!
//! ```jsonc good as-of=2020-04-01
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
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   }
//! ]
//! ```
//!
//! Today a factory may get its network later:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" } },
//!   "resources": {
//!     "factory": {
//!       "existing": true,
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]"
//!     },
//!     "factory::network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::factory::Factories;
use crate::model::facts::Fact;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-vnet-on-existing-factory",
    category: Category::Correctness,
    severity: Severity::High,
    equivalents: &[],
    references: &["Data Factory, managed virtual network (preview), 2020-03-26"],
    sentences: &["B8"],
    check: Check::Resource(&["Microsoft.DataFactory/factories/managedVirtualNetworks"], check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || !Fact::NewFactoryOnly.holds(cx.settings().as_of) {
        return;
    }
    let factories = cx.derived(Factories::build);
    let factory = factories.of(resource).and_then(|factory| factory.resource);
    let Some(factory) = factory.map(|id| cx.graph().resource(id)).filter(|factory| factory.existing) else {
        return;
    };
    // Another deployment may have made the factory a moment ago.
    let message = "The managed virtual network is added to a factory that exists already";
    cx.report_on(resource, &resource.place, message)
        .confidence(Confidence::Medium)
        .related(factory.place, "the factory")
        .help("create a new factory with the managed virtual network; a later `--as-of` has no such limit");
}
