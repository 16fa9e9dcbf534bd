//! Host names of a managed private endpoint are missing or no host names
//!
//! ## Why
//!
//! A managed private endpoint to a private link service answers for the host names in `fqdns` only; without
//! one nothing finds it (tutorial-managed-virtual-network-on-premise-sql-server, 2023-08-10). Each is a bare
//! host name: no scheme, no path, no wildcard. Endpoints of storage accounts and the like (`primaryEndpoints`,
//! `vaultUri`) are URLs. Microsoft's own modules deploy such URLs for targets with host names of their own, so
//! the service puts up with them there, but they name no host.
//!
//! Endpoints to other targets need no `fqdns`.
//!
//! ## How to fix
//!
//! Write the host names alone, as the linked services use them.
//!
//! ## Examples
//!
//! ```jsonc bad without=adf/managed-endpoint-unused
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql.json
//! {
//!   "name": "sql",
//!   "properties": { // expect: adf/managed-endpoint-fqdns
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/sql/providers/Microsoft.Network/privateLinkServices/pls-sql"
//!   }
//! }
//! ```
//!
//! A URL is no host name:
//!
//! ```jsonc bad without=adf/managed-endpoint-unused
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql.json
//! {
//!   "name": "sql",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/sql/providers/Microsoft.Network/privateLinkServices/pls-sql",
//!     "fqdns": [
//!       "https://sql01.contoso.com/", // expect: adf/managed-endpoint-fqdns
//!       "*.contoso.com" // expect: adf/managed-endpoint-fqdns
//!     ]
//!   }
//! }
//! ```
//!
//! The endpoints of a storage account are URLs:
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
//!     "approved": {
//!       "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
//!       "apiVersion": "2023-05-01",
//!       "name": "[format('{0}/{1}', parameters('lakeName'), 'adf')]",
//!       "properties": { "privateLinkServiceConnectionState": { "status": "Approved" } },
//!       "dependsOn": ["endpoint"]
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'lake-dfs')]",
//!       "properties": {
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('lakeName'))]",
//!         "groupId": "dfs",
//!         "fqdns": [
//!           "[reference('lake').primaryEndpoints.dfs]" // expect: adf/managed-endpoint-fqdns
//!         ]
//!       },
//!       "dependsOn": ["network", "lake"]
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good without=adf/managed-endpoint-unused
//! // file: managedVirtualNetwork/default.json
//! { "name": "default", "type": "Microsoft.DataFactory/factories/managedvirtualnetworks" }
//! // file: managedVirtualNetwork/default/managedPrivateEndpoint/sql.json
//! {
//!   "name": "sql",
//!   "properties": {
//!     "privateLinkResourceId": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/sql/providers/Microsoft.Network/privateLinkServices/pls-sql",
//!     "fqdns": ["sql01.contoso.com"]
//!   }
//! }
//! ```
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
//!     "approved": {
//!       "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections",
//!       "apiVersion": "2023-05-01",
//!       "name": "[format('{0}/{1}', parameters('lakeName'), 'adf')]",
//!       "properties": { "privateLinkServiceConnectionState": { "status": "Approved" } },
//!       "dependsOn": ["endpoint"]
//!     },
//!     "network": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}', parameters('factoryName'), 'default')]",
//!       "properties": {}
//!     },
//!     "endpoint": {
//!       "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
//!       "apiVersion": "2018-06-01",
//!       "name": "[format('{0}/{1}/{2}', parameters('factoryName'), 'default', 'lake-dfs')]",
//!       "properties": {
//!         "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('lakeName'))]",
//!         "groupId": "dfs",
//!         "fqdns": ["[format('{0}.dfs.core.windows.net', parameters('lakeName'))]"]
//!       },
//!       "dependsOn": ["network", "lake"]
//!     }
//!   }
//! }
//! ```

use armlint_engine::finding::{Applicability, Category, Edit, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::value::Value;

use crate::model::endpoint;
use crate::model::factory::MANAGED_ENDPOINTS;
use crate::model::runtime::{Presence, presence};
use crate::model::{connection_string, snippet};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/managed-endpoint-fqdns",
    category: Category::Correctness,
    severity: Severity::Medium,
    equivalents: &[],
    references: &[
        "Data Factory, access on-premises SQL Server from a managed virtual network, 2023-08-10",
        "Microsoft.DataFactory, API 2018-06-01",
    ],
    sentences: &[],
    check: Check::Resource(MANAGED_ENDPOINTS, check),
};

const PRIVATE_LINK_SERVICES: &str = "Microsoft.Network/privateLinkServices";

fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    let endpoint = endpoint::managed(resource);
    let ty = endpoint.identity.as_ref().and_then(|identity| identity.ty.as_deref());
    let own = ty.is_some_and(|ty| ty.eq_ignore_ascii_case(PRIVATE_LINK_SERVICES));
    let none = match endpoint.fqdns.elements() {
        Some(names) => names.is_empty() && !endpoint.fqdns.assumed,
        None => presence(&endpoint.fqdns) == Presence::Absent,
    };
    if own && none {
        let name = snippet::called(resource, "Managed private endpoint");
        let message = format!("{name} leads to a private link service but answers for no host name");
        let finding = cx.report_on(resource, &endpoint.fqdns, message);
        finding
            .severity(Severity::High)
            .related(endpoint.target.origin.span, "the private link service")
            .help("add \"fqdns\" with the host names that linked services use");
        return;
    }
    for name in endpoint.fqdns.elements().unwrap_or_default() {
        host_name(resource, name, cx);
    }
}

fn host_name(resource: &Resource, name: &Value, cx: &mut Context<'_>) {
    let Some(text) = name.text() else { return };
    let known = text.known().map(|known| known.trim());
    if known.is_some_and(connection_string::is_dynamic) {
        return;
    }
    let what = if text.prefix().contains("://") {
        "a URL"
    } else if text.holes().any(|hole| is_url(&hole.residue)) {
        "the URL of the resource"
    } else if known.is_some_and(|known| known.contains('*')) {
        "a pattern"
    } else if known.is_some_and(|known| known.contains(['/', ':', ' ', '\\'])) {
        "a path, a port or a blank"
    } else {
        return;
    };
    let finding = cx.report_on(
        resource,
        name,
        format!("`fqdns` of the endpoint holds {what} where a host name belongs"),
    );
    finding.traced(name).help("write the host name alone: no scheme, no slash, no wildcard");
    let literal = name.origin.via.is_none() && name.pieces.is_none() && !name.assumed;
    if let Some(host) = known.and_then(bare).filter(|_| literal) {
        let edit = Edit { span: name.origin.span, text: format!("\"{host}\"") };
        finding.fix("Write the host name alone", Applicability::Safe, vec![edit]);
    }
}

// Properties of a target that are URLs, whatever the target is.
fn is_url(residue: &str) -> bool {
    let lower = residue.to_ascii_lowercase();
    lower.starts_with("reference(")
        && (lower.contains(").primaryendpoints.") || lower.ends_with(").vaulturi"))
}

// The host name within a URL; `None` where what is left is none.
fn bare(text: &str) -> Option<&str> {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or(host);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    (host.contains('.') && host.bytes().all(plain)).then_some(host)
}
