//! No managed private endpoint leads to the factory's private Purview account
//!
//! ## Why
//!
//! A data factory sends the lineage of its runs to the Purview account in `purviewConfiguration`. Where
//! this account is closed to public networks, lineage arrives only over managed private endpoints of the
//! factory to the account (managed-virtual-network-private-endpoint, 2023-08-02, lists Microsoft Purview;
//! connect-data-factory-to-azure-purview). Runs do not fail without; lineage is missing.
//!
//! This is advice: the rule speaks where the account is declared and closed, and the factory certainly has
//! no endpoint to it.
//!
//! ## How to fix
//!
//! Add a managed private endpoint with the group `account` to the Purview account, and let its owner
//! approve it.
//!
//! ## Examples
//!
//! ```jsonc bad
//! [
//!   {
//!     "type": "Microsoft.Purview/accounts",
//!     "apiVersion": "2021-12-01",
//!     "name": "pview",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "purviewConfiguration": {
//!         // expect: adf/purview-private
//!         "purviewResourceId": "[resourceId('Microsoft.Purview/accounts', 'pview')]"
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! The only endpoint leads to something else:
//!
//! ```jsonc bad without=adf/managed-endpoint-approval
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "languageVersion": "2.0",
//!   "parameters": { "factoryName": { "type": "string" }, "accountName": { "type": "string" } },
//!   "resources": {
//!     "account": {
//!       "type": "Microsoft.Purview/accounts",
//!       "apiVersion": "2021-12-01",
//!       "name": "[parameters('accountName')]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "properties": { "publicNetworkAccess": "Disabled" }
//!     },
//!     "factory": {
//!       "type": "Microsoft.DataFactory/factories",
//!       "apiVersion": "2018-06-01",
//!       "name": "[parameters('factoryName')]",
//!       "location": "westeurope",
//!       "identity": { "type": "SystemAssigned" },
//!       "dependsOn": ["account"],
//!       "properties": {
//!         "purviewConfiguration": {
//!           // expect: adf/purview-private
//!           "purviewResourceId": "[resourceId('Microsoft.Purview/accounts', parameters('accountName'))]"
//!         }
//!       }
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "dependsOn": ["factory"],
//!       "properties": {}
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'lake')]",
//!       "dependsOn": ["network"],
//!       "properties": {
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!         "groupId": "dfs"
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good without=adf/managed-endpoint-approval
//! [
//!   {
//!     "type": "Microsoft.Purview/accounts",
//!     "apiVersion": "2021-12-01",
//!     "name": "pview",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Disabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "purviewConfiguration": { "purviewResourceId": "[resourceId('Microsoft.Purview/accounts', 'pview')]" }
//!     }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default",
//!     "dependsOn": ["[resourceId('Microsoft.DataFactory/factories', 'adf-sales')]"],
//!     "properties": {}
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/catalog",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       "privateLinkResourceId": "[resourceId('Microsoft.Purview/accounts', 'pview')]",
//!       "groupId": "account"
//!     }
//!   }
//! ]
//! ```
//!
//! The account is open, or is not here:
//!
//! ```jsonc good
//! [
//!   {
//!     "type": "Microsoft.Purview/accounts",
//!     "apiVersion": "2021-12-01",
//!     "name": "pview",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": { "publicNetworkAccess": "Enabled" }
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "purviewConfiguration": { "purviewResourceId": "[resourceId('Microsoft.Purview/accounts', 'pview')]" }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good
//! // file: factory/adf-sales.json
//! {
//!   "name": "adf-sales",
//!   "location": "westeurope",
//!   "properties": {
//!     "purviewConfiguration": {
//!       "purviewResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Purview/accounts/pview"
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Truth;

use crate::model::factory::{FACTORIES, Factories, WORKSPACES};
use crate::model::{deployed, endpoint, id, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/purview-private",
    category: Category::Network,
    severity: Severity::Low,
    equivalents: &[],
    references: &["Data Factory, managed virtual network and managed private endpoints, 2023-08-02"],
    sentences: &["B30"],
    check: Check::Resource(&[FACTORIES, WORKSPACES], check),
};

const ACCOUNTS: &str = "Microsoft.Purview/accounts";

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if resource.existing || deployed::has_remote_parts(graph) {
        return;
    }
    let written = resource.property("purviewConfiguration.purviewResourceId");
    let Some(identity) = id::identify(&written) else { return };
    let mut accounts = graph.of_type(ACCOUNTS).filter(|account| !account.existing);
    let named = |account: &&Resource| id::names(&identity, ACCOUNTS, &account.name.last()).is_true();
    let Some(account) = accounts.find(named) else { return };
    if !endpoint::public_off(account).is_true() || !deployed::along(account, resource) {
        return;
    }
    let factories = cx.derived(Factories::build);
    let Some(factory) = factories.of(resource) else { return };
    let own = factory.endpoints.iter().map(|id| endpoint::managed(graph.resource(*id)));
    let leads = own.map(|endpoint| match &endpoint.identity {
        Some(identity) => id::names(identity, ACCOUNTS, &account.name.last()),
        None => Truth::Unknown,
    });
    let elsewhere = factories.doubles(factory).any(|other| !other.endpoints.is_empty());
    if !Truth::any(leads).is_false() || elsewhere {
        return;
    }
    let name = snippet::called(account, "the Purview account");
    let finding = cx.report_on(
        resource,
        &written,
        format!("{name} is closed to public networks, and no managed private endpoint leads there: lineage is lost")
            .replacen("the Purview", "The Purview", 1),
    );
    finding.related(account.place, "the Purview account").traced(&written);
    finding.help("add a managed private endpoint with the group `account` to it");
    if written.assumed {
        finding.confidence(Confidence::Medium);
    }
}
