//! Managed private endpoint leads outside of the approved subscriptions
//!
//! ## Why
//!
//! A managed private endpoint leads to one resource, wherever that is: whoever may author in the factory
//! can connect it to a resource of somebody else, and copy data there. An organisation limits that to the
//! resources that it approved (managed-virtual-network-private-endpoint, 2020-03-26: customers can limit
//! connectivity to a specific resource approved by their organization).
//!
//! The rule runs where the configuration lists `adf.approved-subscriptions`. It compares the subscription
//! in the endpoint's target; an id that `resourceId()` makes lies in the subscription of the deployment.
//! A Synapse workspace with a managed network should check itself what its endpoints lead to
//! (`linkedAccessCheckOnTargetResource`), and let them lead to no tenant
//! (`allowedAadTenantIdsForLinking`) whose id is not among the approved ones.
//!
//! ## How to fix
//!
//! Lead the endpoint to a resource in an approved subscription, or add the subscription to the
//! configuration.
//!
//! ## Examples
//!
//! ```jsonc bad approved-subscriptions=00000000-0000-0000-0000-000000000001
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
//!     // expect: adf/managed-endpoint-unapproved-scope
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/stlake",
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
//! ```jsonc bad approved-subscriptions=00000000-0000-0000-0000-000000000001 without=adf/managed-endpoint-approval
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
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/lake",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       // expect: adf/managed-endpoint-unapproved-scope
//!       "privateLinkResourceId": "[resourceId('00000000-0000-0000-0000-000000000002', 'other', 'Microsoft.Storage/storageAccounts', 'stlake')]",
//!       "groupId": "dfs"
//!     }
//!   },
//!   {
//!     "type": "Microsoft.Synapse/workspaces",
//!     "apiVersion": "2021-06-01",
//!     "name": "ws-sales",
//!     "location": "westeurope",
//!     "identity": { "type": "SystemAssigned" },
//!     "properties": {
//!       "managedVirtualNetwork": "default",
//!       "managedVirtualNetworkSettings": {
//!         "preventDataExfiltration": true,
//!         "linkedAccessCheckOnTargetResource": false // expect: adf/managed-endpoint-unapproved-scope
//!       }
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good approved-subscriptions=00000000-0000-0000-0000-000000000001
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
//! The subscription of the deployment:
//!
//! ```jsonc good approved-subscriptions=00000000-0000-0000-0000-000000000001 without=adf/managed-endpoint-approval
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
//!   },
//!   {
//!     "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!     "apiVersion": "2018-06-01",
//!     "name": "adf-sales/default/lake",
//!     "dependsOn": [
//!       "[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'adf-sales', 'default')]"
//!     ],
//!     "properties": {
//!       "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'stlake')]",
//!       "groupId": "dfs"
//!     }
//!   }
//! ]
//! ```
//!
//! Nothing is configured:
//!
//! ```jsonc good
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
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/stlake",
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

use armlint_engine::finding::{Category, Confidence, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::{Text, Truth};

use crate::model::endpoint;
use crate::model::factory::WORKSPACES;
use crate::model::runtime::{Presence, presence};
use crate::model::snippet;

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-unapproved-scope",
    category: Category::Network,
    severity: Severity::Medium,
    equivalents: &[],
    references: &["Data Factory, managed virtual network (preview), 2020-03-26"],
    sentences: &["B7", "B20"],
    check: Check::Resource(
        &[
            "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
            "Microsoft.Synapse/workspaces/managedVirtualNetworks/managedPrivateEndpoints",
            WORKSPACES,
        ],
        check,
    ),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    let approved = &cx.settings().adf.approved_subscriptions;
    if resource.existing || approved.is_empty() {
        return;
    }
    if resource.is(WORKSPACES) {
        check_workspace(resource, cx);
        return;
    }
    let endpoint = endpoint::managed(resource);
    let Some(subscription) = endpoint.identity.and_then(|identity| subscription(&identity.id)) else {
        return;
    };
    if approved.iter().any(|approved| approved.eq_ignore_ascii_case(&subscription)) {
        return;
    }
    let name = snippet::called(resource, "This managed private endpoint");
    let finding = cx.report_on(
        resource,
        &endpoint.target,
        format!("{name} leads to the subscription `{subscription}`, which is not an approved one"),
    );
    finding.traced(&endpoint.target);
    finding.help("lead it to an approved subscription, or add this one to `adf.approved-subscriptions`");
    if endpoint.target.assumed {
        finding.confidence(Confidence::Medium);
    }
}

// The subscription that an id names, where it is known.
fn subscription(id: &Text) -> Option<String> {
    let parts = id.split('/');
    let known = |at: usize| parts.get(at).and_then(Text::known).map(|part| part.as_str());
    let subscription = known(2).filter(|id| !id.is_empty() && !id.contains(['#', '{', '$', '<']));
    let starts =
        known(0) == Some("") && known(1).is_some_and(|part| part.eq_ignore_ascii_case("subscriptions"));
    subscription.filter(|_| starts).map(str::to_string)
}

fn check_workspace(resource: &Resource, cx: &mut Context<'_>) {
    if cx.graph().dialect.is_folder()
        || !resource.property("managedVirtualNetwork").is_text("default").is_true()
    {
        return;
    }
    check_tenants(resource, cx);
    let checked = resource.property("managedVirtualNetworkSettings.linkedAccessCheckOnTargetResource");
    let off = match presence(&checked) {
        Presence::Absent => Truth::True,
        Presence::Present => !checked.truth(),
        Presence::Unknown => Truth::Unknown,
    };
    if off.is_true() {
        let name = snippet::called(resource, "This workspace");
        let finding = cx.report_on(
            resource,
            &checked,
            format!("{name} does not check what its managed private endpoints lead to"),
        );
        finding.traced(&checked);
        finding.help("set \"linkedAccessCheckOnTargetResource\": true in `managedVirtualNetworkSettings`");
        if checked.assumed {
            finding.confidence(Confidence::Medium);
        }
    }
}

// The tenants that the endpoints of a workspace may lead to, besides its own.
fn check_tenants(resource: &Resource, cx: &mut Context<'_>) {
    let tenants = resource.property("managedVirtualNetworkSettings.allowedAadTenantIdsForLinking");
    for tenant in tenants.elements().unwrap_or_default() {
        let approved = &cx.settings().adf.approved_subscriptions;
        let unapproved = |id: &&str| {
            !id.is_empty()
                && !id.contains(['#', '{', '$', '<'])
                && !approved.iter().any(|approved| approved.eq_ignore_ascii_case(id))
        };
        let Some(id) = tenant.known_text().filter(unapproved) else { continue };
        let name = snippet::called(resource, "This workspace");
        let message = format!(
            "Managed private endpoints of {name} may lead to the tenant `{id}`, which is not an approved one"
        );
        let finding = cx.report_on(resource, tenant, message);
        finding.traced(tenant);
        finding.help("take the tenant out, or add its id to `adf.approved-subscriptions`");
        if tenant.assumed {
            finding.confidence(Confidence::Medium);
        }
    }
}
