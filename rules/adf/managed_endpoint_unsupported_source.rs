//! Managed private endpoint leads to something that it is not documented for
//!
//! ## Why
//!
//! The documentation lists the data sources that managed private endpoints support. In the first edition
//! (2020-03-26) these are Blob, Table and File storage, Data Lake Storage Gen2, SQL Database, SQL Data
//! Warehouse, Cosmos DB for SQL and Key Vault; later editions add to the list, and the latest
//! (2023-08-02) refers to the pages of the connectors. The service takes an endpoint to any resource, so
//! with a recent date the rule speaks only of sub-resources that are documented as unsupported, and of
//! services that are retired.
//!
//! ## How to fix
//!
//! Reach the store another way: through a self-hosted runtime in its network, or over its public address
//! with its firewall. Or check for a later date with `--as-of`.
//!
//! ## Examples
//!
//! ```jsonc bad as-of=2020-04-01 without=adf/managed-endpoint-unused
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/instance.json
//! {
//!   "name": "instance",
//!   "properties": {
//!     // expect: adf/managed-endpoint-unsupported-source
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Sql/managedInstances/mi-sales",
//!     "groupId": "managedInstance"
//!   }
//! }
//! ```
//!
//! The portal of Purview is for people, not for pipelines:
//!
//! ```jsonc bad
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/catalog.json
//! {
//!   "name": "catalog",
//!   "properties": {
//!     // expect: adf/managed-endpoint-unsupported-source
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Purview/accounts/purview1",
//!     "groupId": "portal"
//!   }
//! }
//! ```
//!
//! The first generation of Data Lake Storage has no Private Link:
//!
//! ```jsonc bad
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
//!       // expect: adf/managed-endpoint-approval, adf/managed-endpoint-unsupported-source
//!       "privateLinkResourceId": "[resourceId('Microsoft.DataLakeStore/accounts', 'lake1')]"
//!     }
//!   }
//! ]
//! ```
//!
//! ```jsonc good as-of=2020-04-01
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/lake.json
//! {
//!   "name": "lake",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/stlake",
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
//! ```
//!
//! Today the service takes what no page mentions:
//!
//! ```jsonc good
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/events.json
//! {
//!   "name": "events",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/data/providers/Microsoft.EventHub/namespaces/evh-sales",
//!     "groupId": "namespace"
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
//! ```

use armlint_engine::finding::{Category, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};

use crate::model::endpoint;
use crate::model::factory::MANAGED_ENDPOINTS;
use crate::model::facts::{self, Fact, ManagedEndpoint, PrivateLink};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-unsupported-source",
    category: Category::Correctness,
    severity: Severity::Low,
    equivalents: &[],
    references: &[
        "Data Factory, managed virtual network (preview), 2020-03-26",
        "Data Factory, managed virtual network and managed private endpoints, 2023-08-02",
    ],
    sentences: &["B14", "B30"],
    check: Check::Resource(MANAGED_ENDPOINTS, check),
};

fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let day = cx.settings().as_of;
    let endpoint = endpoint::managed(resource);
    let Some(ty) = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref()) else { return };
    let links: Vec<&'static PrivateLink> = facts::private_links_of(ty).collect();
    // A group that the type does not have is a defect of its own.
    let link = match endpoint.group.known_text() {
        Some(group) => links.iter().find(|link| link.has_group(group)),
        None => None,
    };
    let Some(link) = link.or_else(|| links.first().filter(|link| link.group.is_empty())) else { return };
    if link.is_listed(day) {
        return;
    }
    let since = link.managed_endpoint_period.since;
    let excluded = link.managed_endpoint == ManagedEndpoint::No;
    let listed = link.managed_endpoint == ManagedEndpoint::Listed;
    let over = listed && since.is_none_or(|since| since <= day);
    let closed_list = Fact::ClosedSourceList.holds(day);
    if !(excluded || over || closed_list) {
        return;
    }
    let what = if link.group.is_empty() {
        format!("`{}`", link.ty)
    } else {
        format!("`{}` of `{}`", link.group, link.ty)
    };
    let message = match over {
        true => format!("{what} is retired, and a managed private endpoint to it leads nowhere"),
        false => format!("{what} is not in the list of supported private data sources as of {day}"),
    };
    let finding = cx.report_on(resource, &endpoint.target, message);
    finding.traced(&endpoint.target);
    if closed_list && !over {
        finding.severity(Severity::High);
    }
    finding.help(match since.filter(|since| *since > day) {
        Some(since) => format!("it is documented since {since}; check for a later day with `--as-of`"),
        None => "reach it through a self-hosted runtime in its network, or over its public address".into(),
    });
}
